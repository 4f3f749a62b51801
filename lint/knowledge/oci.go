package knowledge

import (
	"strconv"
	"strings"
)

// LabelKind says what a label's value must be.
type LabelKind uint8

// The kinds of labels.
const (
	LabelText    LabelKind = iota
	LabelURL               // an absolute URL
	LabelTime              // RFC 3339
	LabelSPDX              // an SPDX license expression
	LabelVersion           // a version, semantic as a rule
	LabelHash              // a commit of the sources
	LabelEmail             // a name, an address, or both
	LabelDigest            // sha256: and so on
	LabelRef               // a reference to an image
)

// Label is a key that the OCI image specification defines.
type Label struct {
	Key  string
	Kind LabelKind
	Doc  string
}

// LabelOf finds a key.
func LabelOf(key string) (Label, bool) {
	rest, ok := strings.CutPrefix(key, labelPrefix)
	if !ok {
		return Label{}, false
	}
	for _, l := range labels {
		if l.Key[len(labelPrefix):] == rest {
			return l, true
		}
	}
	return Label{}, false
}

// Labels are all keys of the specification.
func Labels() []Label { return labels[:] }

const labelPrefix = "org.opencontainers.image."

var labels = [...]Label{
	{labelPrefix + "authors", LabelEmail, "Who answers for the image: names or addresses, in free form."},
	{labelPrefix + "base.digest", LabelDigest, "The digest of the image that this one is based on."},
	{labelPrefix + "base.name", LabelRef, "The reference of the image that this one is based on."},
	{labelPrefix + "created", LabelTime, "When the image was built, as in RFC 3339."},
	{labelPrefix + "description", LabelText, "What the software in the image is, for people."},
	{labelPrefix + "documentation", LabelURL, "Where the documentation is."},
	{labelPrefix + "licenses", LabelSPDX, "Under which licenses the software is distributed, as an SPDX license expression."},
	{labelPrefix + "ref.name", LabelText, "The name of the reference for a target."},
	{labelPrefix + "revision", LabelHash, "The revision of the sources in version control."},
	{labelPrefix + "source", LabelURL, "Where the sources are from which the image is built."},
	{labelPrefix + "title", LabelText, "The title of the image, for people."},
	{labelPrefix + "url", LabelURL, "Where there is more about the image."},
	{labelPrefix + "vendor", LabelText, "Which organization or person distributes the image."},
	{labelPrefix + "version", LabelVersion, "The version of the software in the image."},
}

// SignalNumber is the number of a Linux signal by its name (SIGTERM, TERM,
// SIGRTMIN+3) or written as a number.
func SignalNumber(name string) (int, bool) {
	if n, err := strconv.Atoi(name); err == nil {
		return n, 0 < n && n <= 64
	}
	short := strings.TrimPrefix(strings.ToUpper(name), "SIG")
	for i, s := range signals {
		if s == short {
			return i + 1, true
		}
	}
	switch short {
	case "CLD":
		return 17, true
	case "IOT":
		return 6, true
	case "POLL":
		return 29, true
	}
	if rest, ok := strings.CutPrefix(short, "RTMIN"); ok {
		return realTime(34, rest, '+')
	}
	if rest, ok := strings.CutPrefix(short, "RTMAX"); ok {
		return realTime(64, rest, '-')
	}
	return 0, false
}

func realTime(base int, rest string, sign byte) (int, bool) {
	if rest == "" {
		return base, true
	}
	n, err := strconv.Atoi(rest[1:])
	if err != nil || rest[0] != sign || n < 1 || n > 30 {
		return 0, false
	}
	if sign == '-' {
		return base - n, true
	}
	return base + n, true
}

// SignalNames are the names of the signals from 1 on, without SIG.
func SignalNames() []string { return signals[:] }

var signals = [...]string{
	"HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD",
	"CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
}

// IsUncatchable reports whether no program can react to the signal: KILL and
// STOP.
func IsUncatchable(signal int) bool { return signal == 9 || signal == 19 }

// AdminPort names the service for administration that a port is known for: 22
// is SSH. Empty for other ports.
func AdminPort(port int) string {
	switch port {
	case 21:
		return "FTP"
	case 22:
		return "SSH"
	case 23:
		return "Telnet"
	case 512, 513, 514:
		return "rsh"
	case 2375:
		return "Docker without TLS"
	case 2376:
		return "Docker"
	case 3389:
		return "Remote Desktop"
	case 5800, 5900, 5901:
		return "VNC"
	case 5985, 5986:
		return "WinRM"
	}
	return ""
}

// IsPrivilegedPort reports whether binding the port takes a privilege outside
// of containers, and inside where the engine does not lower the limit.
func IsPrivilegedPort(port int) bool { return 0 < port && port < 1024 }

// Platform is what an image is built for.
type Platform struct{ OS, Architecture, Variant string }

// String writes the platform as os/architecture/variant.
func (p Platform) String() string {
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// Platforms are the platforms that images are built for, for completion.
func Platforms() []Platform { return platforms[:] }

var platforms = [...]Platform{
	{"linux", "amd64", ""},
	{"linux", "amd64", "v2"},
	{"linux", "amd64", "v3"},
	{"linux", "amd64", "v4"},
	{"linux", "arm64", ""},
	{"linux", "arm", "v5"},
	{"linux", "arm", "v6"},
	{"linux", "arm", "v7"},
	{"linux", "386", ""},
	{"linux", "loong64", ""},
	{"linux", "mips64", ""},
	{"linux", "mips64le", ""},
	{"linux", "ppc64le", ""},
	{"linux", "riscv64", ""},
	{"linux", "s390x", ""},
	{"windows", "amd64", ""},
	{"windows", "arm64", ""},
	{"wasi", "wasm", ""},
	{"darwin", "amd64", ""},
	{"darwin", "arm64", ""},
	{"freebsd", "amd64", ""},
	{"freebsd", "arm64", ""},
}

// ParsePlatform reads os/architecture/variant, an os or an architecture alone,
// with the other names that builders accept: aarch64, x86_64. Unknown parts are
// an answer of false.
func ParsePlatform(s string) (Platform, bool) {
	parts := strings.Split(strings.ToLower(s), "/")
	var p Platform
	switch len(parts) {
	case 1:
		if isOS(parts[0]) {
			return Platform{OS: parts[0]}, true
		}
		p = Platform{OS: "linux", Architecture: parts[0]}
	case 2:
		p = Platform{OS: parts[0], Architecture: parts[1]}
	case 3:
		p = Platform{OS: parts[0], Architecture: parts[1], Variant: parts[2]}
	default:
		return Platform{}, false
	}
	p.normalize()
	return p, isOS(p.OS) && isArchitecture(p.Architecture)
}

func (p *Platform) normalize() {
	switch p.OS {
	case "macos":
		p.OS = "darwin"
	}
	p.OS, _, _ = strings.Cut(p.OS, "(") // windows(10.0.17763)
	switch p.Architecture {
	case "x86_64", "x86-64":
		p.Architecture = "amd64"
	case "aarch64":
		p.Architecture = "arm64"
	case "i386":
		p.Architecture = "386"
	case "armhf":
		p.Architecture, p.Variant = "arm", "v7"
	case "armel":
		p.Architecture, p.Variant = "arm", "v6"
	}
	if p.Architecture == "arm64" && (p.Variant == "v8" || p.Variant == "8") || p.Architecture == "amd64" && p.Variant == "v1" {
		p.Variant = ""
	}
	if p.Architecture == "arm" && p.Variant == "" {
		p.Variant = "v7"
	}
}

func isOS(s string) bool {
	switch s {
	case "linux", "windows", "darwin", "freebsd", "openbsd", "netbsd", "wasi", "wasip1", "plan9", "solaris", "illumos", "aix", "android", "dragonfly", "js":
		return true
	}
	return false
}

func isArchitecture(s string) bool {
	switch s {
	case "amd64", "arm64", "arm", "386", "ppc64le", "ppc64", "s390x", "riscv64", "mips64", "mips64le", "mips", "mipsle", "loong64", "wasm", "armbe", "arm64be", "sparc64":
		return true
	}
	return false
}
