package knowledge

import (
	"errors"
	"fmt"
	"strings"
)

// Ref is an image reference as Docker normalises it.
type Ref struct {
	// Registry is the host, with its port: docker.io unless another is named.
	Registry string
	// Repository is the path in the registry: "library/node" for node.
	Repository string
	// Tag is empty when the reference has none; then latest is meant, unless
	// there is a digest.
	Tag string
	// Digest is "sha256:..." or empty.
	Digest string
}

// clone returns r on its own memory.
func (r Ref) clone() Ref {
	return Ref{strings.Clone(r.Registry), strings.Clone(r.Repository), strings.Clone(r.Tag), strings.Clone(r.Digest)}
}

const dockerHub = "docker.io"

// scratchRef is the reference of the empty image.
var scratchRef = Ref{Repository: "scratch"}

// IsScratch reports whether the reference is the empty image, which is in no
// registry.
func (r Ref) IsScratch() bool { return r == scratchRef }

// Name is the shortest name that means the same repository: "node" for
// docker.io/library/node.
func (r Ref) Name() string {
	if r.Registry == "" {
		return r.Repository
	}
	if r.Registry != dockerHub {
		return r.Registry + "/" + r.Repository
	}
	return strings.TrimPrefix(r.Repository, "library/")
}

// String writes the reference in its short form.
func (r Ref) String() string {
	s := r.Name()
	if r.Tag != "" {
		s += ":" + r.Tag
	}
	if r.Digest != "" {
		s += "@" + r.Digest
	}
	return s
}

// ParseRef reads an image reference with Docker's rules. Variables must be
// expanded before. The error says what is wrong with it.
func ParseRef(s string) (Ref, error) {
	if r, ok := readRefs.get(s); ok {
		return r, nil
	}
	r, err := parseRef(s)
	if err == nil && !readRefs.full() {
		readRefs.put(strings.Clone(s), r.clone())
	}
	return r, err
}

var readRefs = memo[string, Ref]{limit: 2048}

func parseRef(s string) (Ref, error) {
	if s == "scratch" {
		return scratchRef, nil
	}
	if s == "" {
		return Ref{}, errors.New("the image has no name")
	}
	name, digest, hasDigest := strings.Cut(s, "@")
	if hasDigest && !validDigest(digest) {
		return Ref{}, fmt.Errorf("%q is not a digest: it should be sha256: and 64 hexadecimal digits", digest)
	}
	tag := ""
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name, tag = name[:colon], name[colon+1:]
		if !validTag(tag) {
			return Ref{}, fmt.Errorf("%q is not a tag: letters, digits, _ . - are allowed, and at most 128 of them", tag)
		}
	}
	registry, repository := splitRegistry(name)
	if err := checkRepository(repository); err != nil {
		return Ref{}, err
	}
	if registry != dockerHub && !validHost(registry) {
		return Ref{}, fmt.Errorf("%q is not the name of a registry", registry)
	}
	if len(registry)+1+len(repository) > 255 {
		return Ref{}, errors.New("the image's name is longer than 255 characters")
	}
	return Ref{Registry: registry, Repository: repository, Tag: tag, Digest: digest}, nil
}

// splitRegistry takes the first part for a registry if it looks like a host, as
// Docker does.
func splitRegistry(name string) (registry, repository string) {
	first, rest, ok := strings.Cut(name, "/")
	isHost := ok && (strings.ContainsAny(first, ".:") || first == "localhost" || strings.ToLower(first) != first)
	if !isHost {
		registry, repository = dockerHub, name
	} else {
		registry, repository = first, rest
	}
	if registry == "index.docker.io" {
		registry = dockerHub
	}
	if registry == dockerHub && !strings.Contains(repository, "/") {
		repository = "library/" + repository
	}
	return registry, repository
}

func checkRepository(s string) error {
	if strings.ToLower(s) != s {
		return errors.New("the name of an image must be in lower case")
	}
	for part := range strings.SplitSeq(s, "/") {
		if !validPart(part) {
			return fmt.Errorf("%q cannot be part of an image's name", part)
		}
	}
	if name := strings.TrimPrefix(s, "library/"); len(name) == 64 && isHex(name) {
		return errors.New("64 hexadecimal digits are the ID of an image, not a name")
	}
	return nil
}

// validPart accepts lower-case letters and digits with one dot, one or two
// underscores, or any number of hyphens between them.
func validPart(s string) bool {
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && (isLower(s[i]) || isDigit(s[i])) {
			i++
		}
		if i == start {
			return false
		}
		if i == len(s) {
			return true
		}
		start = i
		for i < len(s) && !isLower(s[i]) && !isDigit(s[i]) {
			i++
		}
		switch sep := s[start:i]; {
		case sep == "." || sep == "_" || sep == "__" || strings.Trim(sep, "-") == "":
		default:
			return false
		}
	}
	return false
}

func validTag(s string) bool {
	if s == "" || len(s) > 128 || s[0] == '.' || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '_' && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

func validDigest(s string) bool {
	algorithm, hex, ok := strings.Cut(s, ":")
	if !ok || algorithm == "" || !isHex(hex) {
		return false
	}
	switch algorithm {
	case "sha256":
		return len(hex) == 64
	case "sha384":
		return len(hex) == 96
	case "sha512":
		return len(hex) == 128
	}
	return len(hex) >= 32 && isLetter(algorithm[0])
}

func validHost(s string) bool {
	host, port, hasPort := strings.Cut(s, ":")
	if strings.HasPrefix(s, "[") { // an IPv6 address
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return false
		}
		host = "ipv6"
		port, hasPort = strings.CutPrefix(s[end+1:], ":")
	}
	if hasPort && (port == "" || strings.Trim(port, "0123456789") != "") {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isLetter(c) && !isDigit(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

// Tag is what the tag of a common image says.
type Tag struct {
	// Version is the leading version number, with its dots: "20.11". It is empty
	// for latest, lts and the like.
	Version string
	// Words are the parts behind it, in lower case: slim, bookworm, alpine3.20.
	Words []string
	// Distro is the distribution that the tag names, or empty: "debian".
	Distro string
	// Release is its release: "12" for bookworm, "3.20" for alpine3.20, "22.04"
	// for jammy. Empty when the tag does not say.
	Release string
	// Slim says that the tag asks for fewer packages.
	Slim bool
}

// ParseTag reads a tag such as 20.11-bookworm-slim.
func ParseTag(tag string) Tag {
	var t Tag
	for i, word := range strings.Split(strings.ToLower(tag), "-") {
		if i == 0 {
			v := strings.TrimPrefix(word, "v")
			if v != "" && isDigit(v[0]) {
				t.Version = v
				continue
			}
		}
		if word == "" {
			continue
		}
		t.Words = append(t.Words, word)
		if distro, release, ok := distroOf(word); ok && (t.Distro == "" || t.Release == "") {
			t.Distro, t.Release = distro, release
		}
		switch word {
		case "slim", "minimal", "micro":
			t.Slim = true
		}
	}
	return t
}

// Has reports whether the tag has the word, or a word that begins with it and
// goes on with a version: alpine in alpine3.20.
func (t Tag) Has(word string) bool {
	for _, w := range t.Words {
		if rest, ok := strings.CutPrefix(w, word); ok && (rest == "" || isDigit(rest[0])) {
			return true
		}
	}
	return false
}

// distroOf reads a word of a tag that names a distribution.
func distroOf(word string) (distro, release string, ok bool) {
	if release := DebianRelease(word); release != "" {
		return "debian", release, true
	}
	if release := UbuntuRelease(word); release != "" {
		return "ubuntu", release, true
	}
	for _, prefix := range [...]string{
		"alpine", "debian", "ubuntu", "ubi", "fedora", "centos", "rockylinux", "almalinux", "oraclelinux", "amazonlinux", "al",
		"windowsservercore", "nanoserver", "leap", "fc", "oracle", "rhel", "wolfi", "busybox", "azurelinux", "mariner", "cbl",
	} {
		rest, found := strings.CutPrefix(word, prefix)
		if !found || rest != "" && !isDigit(rest[0]) || (prefix == "al" || prefix == "fc") && rest == "" {
			continue
		}
		switch prefix {
		case "al":
			prefix = "amazonlinux"
		case "fc":
			prefix = "fedora"
		case "oracle":
			prefix = "oraclelinux"
		case "leap":
			prefix = "opensuse"
		case "mariner", "cbl":
			prefix = "azurelinux"
		case "windowsservercore", "nanoserver":
			return "windows", rest, true
		}
		return prefix, rest, true
	}
	return "", "", false
}

// DebianRelease is the version of a Debian code name: "12" for bookworm. Empty
// for a name that is none.
func DebianRelease(codename string) string {
	switch codename {
	case "forky":
		return "14"
	case "trixie":
		return "13"
	case "bookworm":
		return "12"
	case "bullseye":
		return "11"
	case "buster":
		return "10"
	case "stretch":
		return "9"
	case "jessie":
		return "8"
	case "wheezy":
		return "7"
	case "squeeze":
		return "6"
	}
	return ""
}

// UbuntuRelease is the version of an Ubuntu code name: "24.04" for noble. Empty
// for a name that is none.
func UbuntuRelease(codename string) string {
	switch codename {
	case "resolute":
		return "26.04"
	case "questing":
		return "25.10"
	case "plucky":
		return "25.04"
	case "oracular":
		return "24.10"
	case "noble":
		return "24.04"
	case "mantic":
		return "23.10"
	case "lunar":
		return "23.04"
	case "kinetic":
		return "22.10"
	case "jammy":
		return "22.04"
	case "impish":
		return "21.10"
	case "hirsute":
		return "21.04"
	case "groovy":
		return "20.10"
	case "focal":
		return "20.04"
	case "eoan":
		return "19.10"
	case "disco":
		return "19.04"
	case "cosmic":
		return "18.10"
	case "bionic":
		return "18.04"
	case "artful":
		return "17.10"
	case "zesty":
		return "17.04"
	case "yakkety":
		return "16.10"
	case "xenial":
		return "16.04"
	case "wily":
		return "15.10"
	case "vivid":
		return "15.04"
	case "utopic":
		return "14.10"
	case "trusty":
		return "14.04"
	case "precise":
		return "12.04"
	}
	return ""
}
