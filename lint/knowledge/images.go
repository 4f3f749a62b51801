package knowledge

import (
	"sort"
	"strconv"
	"strings"
)

// Answer is yes, no, or that the table does not know.
type Answer uint8

// The answers. The zero value says nothing.
const (
	Unknown Answer = iota
	No
	Yes
)

// User is an account that an image brings.
type User struct {
	Name string
	// UID and GID are numbers; Home is absolute, or empty when not known.
	UID, GID int
	Home     string
}

// Setting is an environment variable that an image sets. An empty Value means
// that it is set, to what depends on the version.
type Setting struct{ Name, Value string }

// ImageFacts is what is known of a base image without looking at it. Fields
// that are not known are at their zero value.
type ImageFacts struct {
	// Family is the short name of the table's entry: "node", "distroless".
	Family string
	// Application says that the image holds an application made with what Family
	// names, as ghost is made with node: the tag counts its versions.
	Application bool
	// Version is the number in the tag, as written; empty for an application.
	Version string
	// Distro is the distribution below: debian, ubuntu, alpine, ubi, fedora,
	// centos, rockylinux, almalinux, oraclelinux, amazonlinux, opensuse, wolfi,
	// busybox, azurelinux, photon, archlinux, windows, scratch.
	Distro string
	// Release is its release, where the tag says so: "12", "3.20", "22.04".
	Release string
	// Libc is glibc, musl or empty (none, or not known).
	Libc string
	// PackageManager is apt, apk, dnf, microdnf, yum, zypper, tdnf, pacman or
	// empty (none, or not known; see Minimal).
	PackageManager string
	// Shell is what /bin/sh is: dash, ash, bash, or cmd and powershell on
	// Windows; empty: none, or not known; see HasShell.
	Shell string
	// HasShell says whether shell-form instructions work, HasBash whether bash is
	// there.
	HasShell, HasBash Answer
	// User is the user the image runs as when the Dockerfile says nothing: empty
	// for root.
	User string
	// Users are the accounts made for running services, without root.
	Users []User
	// Env are the variables that the image sets; EnvWhole says that there are no
	// others.
	Env      []Setting
	EnvWhole bool
	// Workdir is the working directory, / when it is not set.
	Workdir string
	// Entrypoint and Cmd are the vectors, where known.
	Entrypoint, Cmd []string
	// OnBuild says that the image carries ONBUILD instructions.
	OnBuild bool
	// Windows says that this is a Windows image.
	Windows bool
	// Minimal says that there is neither shell nor package manager.
	Minimal bool
	// Slim says that the tag asks for fewer packages.
	Slim bool
	// Toolchain says that compilers or build tools are the point of the image, so
	// that shipping it is a waste.
	Toolchain bool
}

// imageRow is a line of the table. Everything is constant text, so that the
// table costs nothing at start; it is split when asked for.
type imageRow struct {
	name    string // as Ref.Name gives it; a row ending in / is for all below it
	family  string
	distro  string // without a word in the tag that says otherwise
	user    string // the default user
	users   string // name:uid[:gid[:home]] ...
	env     string // NAME or NAME=value ...
	workdir string
	entry   string
	cmd     string
	flags   string // a: application, t: toolchain, m: minimal, s: slim, e: env holds all variables
}

// Product is what [EOL] and [Releases] know the versions in the tag by, "" for an
// application.
func (f ImageFacts) Product() string {
	if f.Application {
		return ""
	}
	return f.Family
}

// Account finds a user of the image by name or number.
func (f ImageFacts) Account(user string) (User, bool) {
	for _, u := range f.Users {
		if u.Name == user || strconv.Itoa(u.UID) == user {
			return u, true
		}
	}
	return User{}, false
}

// WellKnownImage says what is known of the image. The slices in it are shared:
// never change them.
func WellKnownImage(ref Ref) (ImageFacts, bool) {
	if a, ok := imageAnswers.get(ref); ok {
		return a.facts, a.known
	}
	if imageAnswers.full() {
		return wellKnownImage(ref)
	}
	ref = ref.clone()
	facts, known := wellKnownImage(ref)
	imageAnswers.put(ref, imageAnswer{facts, known})
	return facts, known
}

type imageAnswer struct {
	facts ImageFacts
	known bool
}

var imageAnswers = memo[Ref, imageAnswer]{limit: 2048}

func wellKnownImage(ref Ref) (ImageFacts, bool) {
	if ref.IsScratch() {
		return ImageFacts{
			Family: "scratch", Distro: "scratch", HasShell: No, HasBash: No, Minimal: true, Workdir: "/",
		}, true
	}
	row, ok := imageRowOf(withoutMirror(ref.Name()))
	if !ok {
		return ImageFacts{}, false
	}
	tag := ParseTag(ref.Tag)
	f := row.facts()
	f.Slim = f.Slim || tag.Slim
	if !f.Application {
		f.Version = tag.Version
	}
	if tag.Distro != "" {
		f.Distro, f.Release = tag.Distro, tag.Release
	}
	f.OnBuild = tag.Has("onbuild")
	f.baseOS(row, ref, tag)
	f.applyDistro()
	f.variant(row, ref, tag)
	return f, true
}

// withoutMirror gives the official images their own name where they come from a
// public mirror.
func withoutMirror(name string) string {
	for _, mirror := range [...]string{"public.ecr.aws/docker/library/", "mirror.gcr.io/library/"} {
		if rest, ok := strings.CutPrefix(name, mirror); ok {
			return rest
		}
	}
	return name
}

func imageRowOf(name string) (*imageRow, bool) {
	if i, ok := sort.Find(len(imageTable), func(i int) int { return strings.Compare(name, imageTable[i].name) }); ok {
		return &imageTable[i], true
	}
	for end := strings.LastIndexByte(name, '/'); end > 0; end = strings.LastIndexByte(name[:end], '/') {
		key := name[:end+1]
		if i, ok := sort.Find(len(imageTable), func(i int) int { return strings.Compare(key, imageTable[i].name) }); ok {
			return &imageTable[i], true
		}
	}
	return nil, false
}

func (r *imageRow) facts() ImageFacts {
	f := ImageFacts{
		Family: r.family, Distro: r.distro, User: r.user, Workdir: r.workdir,
		Entrypoint: vector(r.entry), Cmd: vector(r.cmd),
		Application: strings.Contains(r.flags, "a"), Toolchain: strings.Contains(r.flags, "t"),
		Minimal: strings.Contains(r.flags, "m"), Slim: strings.Contains(r.flags, "s"),
		// Images of a distribution set none; all that are below a name are more than that.
		EnvWhole: strings.Contains(r.flags, "e") || r.env == "" && r.family == r.distro && !strings.HasSuffix(r.name, "/"),
	}
	if f.Workdir == "" {
		f.Workdir = "/"
	}
	for field := range strings.FieldsSeq(r.users) {
		parts := strings.Split(field, ":")
		u := User{Name: parts[0]}
		u.UID, _ = strconv.Atoi(parts[1])
		u.GID = u.UID
		if len(parts) > 2 {
			u.GID, _ = strconv.Atoi(parts[2])
		}
		if len(parts) > 3 {
			u.Home = parts[3]
		}
		f.Users = append(f.Users, u)
	}
	for field := range strings.FieldsSeq(r.env) {
		name, value, _ := strings.Cut(field, "=")
		f.Env = append(f.Env, Setting{name, value})
	}
	return f
}

// vector splits a command at its blanks; a tilde stands for one in a word.
func vector(s string) []string {
	words := strings.Fields(s)
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "~", " ")
	}
	return words
}

// baseOS settles the release of the images that are distributions themselves.
func (f *ImageFacts) baseOS(row *imageRow, ref Ref, tag Tag) {
	switch row.family {
	case "debian", "alpine", "ubuntu", "fedora", "centos", "rockylinux", "almalinux", "oraclelinux", "amazonlinux", "opensuse", "ubi", "photon", "azurelinux":
		if row.family == row.distro && f.Release == "" {
			f.Release = tag.Version
		}
		if f.Family == "debian" || f.Family == "alpine" {
			f.Release = majorMinor(f.Release, f.Family == "debian")
		}
		if row.family == "ubi" && f.Release == "" {
			// registry.access.redhat.com/ubi9/nodejs-20: the repository says it.
			if _, rest, ok := strings.Cut(ref.Repository, "ubi"); ok && rest != "" && isDigit(rest[0]) {
				f.Release, _, _ = strings.Cut(rest, "/")
				f.Release, _, _ = strings.Cut(f.Release, "-")
			}
		}
	case "distroless":
		if _, rest, ok := strings.Cut(ref.Repository, "-debian"); ok {
			f.Release = rest
		}
	case "elixir", "erlang":
		// hexpm/elixir:1.16.2-erlang-26.2.4-alpine-3.19.1 has the release apart.
		if _, rest, ok := strings.Cut(ref.Tag, "-alpine-"); ok {
			f.Distro, f.Release = "alpine", majorMinor(rest, false)
		}
	}
}

// majorMinor cuts a version to what the release is called.
func majorMinor(v string, majorOnly bool) string {
	major, rest, ok := strings.Cut(v, ".")
	if !ok || majorOnly {
		return major
	}
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}

// applyDistro sets what follows from the distribution.
func (f *ImageFacts) applyDistro() {
	f.Libc, f.HasShell = "glibc", Yes
	switch f.Distro {
	case "debian", "ubuntu":
		f.PackageManager, f.Shell, f.HasBash = "apt", "dash", Yes
	case "alpine":
		f.Libc, f.PackageManager, f.Shell, f.HasBash = "musl", "apk", "ash", No
	case "wolfi":
		f.PackageManager, f.Shell, f.HasBash = "apk", "ash", No
	case "busybox":
		f.Libc, f.Shell, f.HasBash = "", "ash", No
	case "fedora", "rockylinux", "almalinux", "ubi", "oraclelinux", "centos", "amazonlinux":
		f.PackageManager, f.Shell, f.HasBash = "dnf", "bash", Yes
		f.oldYum()
	case "opensuse":
		f.PackageManager, f.Shell, f.HasBash = "zypper", "bash", Yes
	case "azurelinux", "photon":
		f.PackageManager, f.Shell, f.HasBash = "tdnf", "bash", Yes
	case "archlinux":
		f.PackageManager, f.Shell, f.HasBash = "pacman", "bash", Yes
	case "windows":
		f.Libc, f.Shell, f.HasBash, f.Windows = "", "cmd", No, true
	case "scratch":
		f.Libc, f.HasShell, f.HasBash, f.Minimal = "", No, No, true
	default:
		f.Libc = "" // not known; all entries but the minimal ones have a shell
	}
	if f.Minimal {
		f.PackageManager, f.Shell, f.HasShell, f.HasBash = "", "", No, No
	}
}

// oldYum knows the releases of the Red Hat family that have no dnf.
func (f *ImageFacts) oldYum() {
	switch f.Distro + " " + majorMinor(f.Release, true) {
	case "centos 5", "centos 6", "centos 7", "oraclelinux 6", "oraclelinux 7", "ubi 7", "amazonlinux 1", "amazonlinux 2", "amazonlinux 2017", "amazonlinux 2018":
		f.PackageManager = "yum"
	}
}

// variant applies what the tag or the repository says beyond the distribution.
func (f *ImageFacts) variant(row *imageRow, ref Ref, tag Tag) {
	switch row.family {
	case "distroless":
		f.distroless(ref, tag)
	case "chainguard":
		switch {
		case tag.Has("dev"):
			f.Minimal, f.Shell, f.HasShell, f.PackageManager = false, "ash", Yes, "apk"
		case !chainguardMinimal(ref):
			f.Minimal, f.HasShell, f.HasBash = false, Unknown, Unknown
		}
	case "dotnet":
		f.dotnet(tag)
	case "ubi":
		f.redHat(ref)
	case "oraclelinux":
		if tag.Slim {
			f.PackageManager = "microdnf"
		}
	case "php":
		f.php(tag)
	case "uv":
		if f.Distro != "scratch" {
			f.Entrypoint, f.Workdir, f.Cmd = nil, "/", []string{"/usr/local/bin/uv"}
		}
	case "golang":
		if f.Windows {
			f.Env, f.Workdir = nil, `C:\gopath`
		}
	case "nvidia":
		f.Toolchain = tag.Has("devel")
	case "swift":
		f.Toolchain = !tag.Slim // the slim ones are for running
	case "eclipse-temurin", "java":
		if tag.Has("jre") {
			f.Toolchain, f.Cmd = false, nil
		}
	}
	if f.Distro == "alpine" {
		f.alpineUsers()
	}
	if f.Windows {
		f.Users, f.User = nil, ""
		if f.Release != "" || tag.Has("nanoserver") {
			f.Shell = "cmd"
		}
	}
}

func (f *ImageFacts) php(tag Tag) {
	switch {
	case tag.Has("apache"):
		f.Cmd = []string{"apache2-foreground"}
	case tag.Has("fpm"):
		f.Cmd = []string{"php-fpm"}
	default:
		return
	}
	if !f.Application {
		f.Workdir = "/var/www/html"
	}
}

// chainguardMinimal knows the images that are for running only. Those that build,
// such as go, have a shell.
func chainguardMinimal(ref Ref) bool {
	switch strings.TrimPrefix(ref.Repository, "chainguard/") {
	case "static", "glibc-dynamic", "cc-dynamic", "python", "ruby", "jre", "nginx":
		return true
	}
	return false
}

// alpineUsers replaces the numbers that differ on Alpine.
func (f *ImageFacts) alpineUsers() {
	for i := range f.Users {
		switch f.Users[i].Name {
		case "www-data":
			f.Users[i].UID, f.Users[i].GID = 82, 82
		case "postgres":
			f.Users[i].UID, f.Users[i].GID = 70, 70
		}
	}
}

func (f *ImageFacts) distroless(ref Ref, tag Tag) {
	name := ref.Repository[strings.LastIndexByte(ref.Repository, '/')+1:]
	if strings.HasPrefix(name, "static") {
		f.Libc = ""
	}
	switch {
	case strings.HasPrefix(name, "nodejs"):
		f.Entrypoint = []string{"/nodejs/bin/node"}
	case strings.HasPrefix(name, "java") && !strings.HasPrefix(name, "java-base"):
		f.Entrypoint = []string{"/usr/bin/java", "-jar"}
	case strings.HasPrefix(name, "python3"):
		f.Entrypoint = []string{"/usr/bin/python3"}
	}
	if tag.Has("nonroot") {
		f.User, f.Workdir = "65532", "/home/nonroot"
	}
	if tag.Has("debug") {
		// The shell is busybox, at /busybox/sh: RUN still needs a SHELL.
		f.Minimal, f.Shell, f.HasShell, f.HasBash = false, "ash", Unknown, No
	}
}

// redHat knows the kinds of Red Hat's base images, and that the images for
// languages on top of them run as an ordinary user.
func (f *ImageFacts) redHat(ref Ref) {
	name := ref.Repository[strings.LastIndexByte(ref.Repository, '/')+1:]
	switch {
	case strings.Contains(name, "micro"):
		f.PackageManager = ""
	case strings.Contains(name, "minimal"):
		f.PackageManager = "microdnf"
	}
	if strings.HasPrefix(name, "ubi") || strings.HasPrefix(name, "rhel") {
		return
	}
	f.User = "1001"
	if strings.Contains(name, "openjdk") {
		f.User, f.PackageManager = "185", "microdnf"
	}
}

func (f *ImageFacts) dotnet(tag Tag) {
	major, _ := strconv.Atoi(majorMinor(tag.Version, true))
	if major >= 8 && !f.Windows {
		f.Users = []User{{Name: "app", UID: 1654, GID: 1654, Home: "/home/app"}}
		f.Env = append(f.Env, Setting{"APP_UID", "1654"}, Setting{"ASPNETCORE_HTTP_PORTS", "8080"})
	}
	if tag.Has("chiseled") || tag.Has("distroless") {
		f.Minimal, f.Shell, f.HasShell, f.HasBash, f.PackageManager = true, "", No, No, ""
		f.User = "app"
		if major >= 8 {
			f.User = "1654"
		}
	}
}

// ImageNames are the repositories that are known by name, for completion.
func ImageNames() []string {
	names := make([]string, 0, len(imageTable)+1)
	for i := range imageTable {
		if name := imageTable[i].name; !strings.HasSuffix(name, "/") {
			names = append(names, name)
		}
	}
	return append(names, "scratch")
}
