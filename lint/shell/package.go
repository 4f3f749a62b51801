package shell

import (
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Action is what a package manager is asked to do.
type Action uint8

// The actions.
const (
	OtherAction Action = iota
	Update             // refreshes the lists of packages: apt-get update
	Install            // packages or the manifest's dependencies
	Upgrade            // installed packages
	DistUpgrade        // the whole release
	Remove
	Clean // caches
	Fetch // without installing
	Build // compiles or bundles, often after fetching what the manifest names
	Run   // a script or program
	Publish
	Config
)

var actionNames = [...]string{
	"other", "update", "install", "upgrade", "dist-upgrade", "remove", "clean", "fetch", "build", "run", "publish", "config",
}

// String returns the action as a verb.
func (a Action) String() string { return actionNames[a] }

// PackageOp is a call of a package manager.
type PackageOp struct {
	// Manager is the package manager whatever the program's name: "apt" for
	// apt-get, "pip" for python -m pip, "uv" for uv pip, "npm" for npx.
	Manager string
	Action  Action
	// Subcommand is what names the action, as written; "" when there is none.
	Subcommand string
	Packages   []Package

	// ManifestInstall says that the packages come from a manifest or lock file:
	// npm ci, pip install -r, bundle install, go mod download, cargo build.
	ManifestInstall bool
	AssumeYes       bool // asks nothing: -y, -qq of apt-get, -n
	NoRecommends    bool // leaves recommended packages out
	NoCache         bool // keeps no downloads: apk --no-cache, pip --no-cache-dir
	Frozen          bool // fails rather than changes the lock file: npm ci, --locked
	Production      bool // without development dependencies
	Global          bool // for all projects: npm -g
	Virtual         *Word
	Requirements    []Word // files of -r
	Constraints     []Word // files of -c
	Indexes         []Word // URLs and names of indexes, repositories, registries
	Target          *Word  // where to install: --prefix, --target, --root
}

// Package is a package in the arguments of a package manager.
type Package struct {
	Name     string // without version, extras and architecture
	Version  string
	Operator string // what stands before the version: "=", "==", "~", "@", ...
	Extras   string // in the brackets of name[extras]
	Arch     string // behind the colon of name:arch, for apt
	// Word is the argument; a word with a brace expansion gives several
	// packages. When it is not Static, parts of the name or version are not
	// known.
	Word                    Word
	NameRange, VersionRange source.Range // empty at the word's end when missing
	// IsFile, IsDir and IsURL say that the argument names no package of an index.
	IsFile, IsDir, IsURL bool
	Editable             bool // pip install -e
}

// Pinned reports whether the argument asks for one version.
func (p *Package) Pinned() bool {
	if p.Version == "" || p.Version == "latest" {
		return false
	}
	switch p.Operator {
	case "=", "==", "===", "@", ":", "-", ".":
		return !strings.ContainsAny(p.Version, "*^~<>") && !strings.HasPrefix(p.Version, "dev-")
	}
	return false
}

type packageResult struct{ op *PackageOp }

// Package returns what the command asks of a package manager; nil when its
// program is none. It is read once.
func (c *Command) Package() *PackageOp {
	if len(c.Words) == 0 || c.Family == "" {
		return nil
	}
	if p := c.op.Load(); p != nil {
		return p.op
	}
	read := managerOf(c.Family)
	p := &noPackage
	if read != nil {
		op := &PackageOp{Subcommand: c.Subcommand()}
		if read(c, op); op.Manager != "" {
			p = &packageResult{op}
		}
	}
	if !c.op.CompareAndSwap(nil, p) {
		return c.op.Load().op
	}
	return p.op
}

var noPackage packageResult

// managerOf returns the reader for a program, or nil.
func managerOf(name string) func(*Command, *PackageOp) {
	switch name {
	case "apt-get", "apt", "aptitude":
		return readApt
	case "dpkg", "rpm", "gdebi":
		return readPackageFiles
	case "apk":
		return readApk
	case "dnf", "dnf5", "yum", "microdnf", "tdnf":
		return readDnf
	case "zypper":
		return readZypper
	case "pacman":
		return readPacman
	case "pip":
		return readPip
	case "uv":
		return readUv
	case "poetry", "pdm", "pipenv", "pipx":
		return readPythonProject
	case "conda":
		return readConda
	case "npm":
		return readNpm
	case "yarn", "yarnpkg":
		return readYarn
	case "pnpm", "bun":
		return readPnpm
	case "npx", "pnpx", "bunx", "uvx":
		return readLauncher
	case "gem", "bundle", "bundler":
		return readRuby
	case "go":
		return readGo
	case "cargo":
		return readCargo
	case "composer", "composer.phar":
		return readComposer
	case "dotnet", "nuget", "msbuild":
		return readDotnet
	case "mvn", "gradle", "sbt", "lein", "ant":
		return readJava
	}
	return simpleManager(name)
}

// add appends packages made from words.
func (op *PackageOp) add(words []Word, split func(*Word) Package) {
	if op.Packages == nil && len(words) > 0 {
		op.Packages = make([]Package, 0, len(words))
	}
	for i := range words {
		w := &words[i]
		if w.Value == "" {
			continue
		}
		values := []string{w.Value}
		if strings.IndexByte(w.Value, '{') >= 0 {
			// On many images sh is bash, and no package has such a name.
			values = w.expanded()
		}
		for _, v := range values {
			if v == w.Value {
				op.Packages = append(op.Packages, split(w))
				continue
			}
			if v == "" {
				continue
			}
			one := *w
			one.Value = v
			p := split(&one)
			p.Word, p.NameRange, p.VersionRange = *w, w.Range, w.Range
			op.Packages = append(op.Packages, p)
		}
	}
}

// parts makes a package of w whose name is Value[:name] and whose version is
// Value[version:end].
func parts(w *Word, name, version, end int) Package {
	p := Package{Word: *w, Name: w.Value[:name]}
	plain := w.Quote == Unquoted && w.Range.Len() == len(w.Value)
	at := func(i, j int) source.Range {
		if plain {
			return source.Range{Start: w.Range.Start + i, End: w.Range.Start + j}
		}
		return w.Sub(i, j)
	}
	p.NameRange = at(0, name)
	p.VersionRange = source.Range{Start: w.Range.End, End: w.Range.End}
	if version >= 0 && version < end {
		p.Version = w.Value[version:end]
		p.Operator = strings.TrimSpace(w.Value[name:version])
		p.VersionRange = at(version, end)
	}
	return p
}

// whole makes a package of w without a version.
func whole(w *Word) Package { return parts(w, len(w.Value), -1, 0) }

// local classifies arguments that are paths or URLs; ok is false for others.
func local(w *Word, extensions ...string) (Package, bool) {
	v := w.Value
	p := Package{Word: *w, Name: v, NameRange: w.Range, VersionRange: source.Range{Start: w.Range.End, End: w.Range.End}}
	switch {
	case isURL(v):
		p.IsURL = true
		return p, true
	case v == "." || v == ".." || strings.HasPrefix(v, "./") || strings.HasPrefix(v, "../") || v[0] == '/' || v[0] == '~' && w.Quote == Unquoted:
		p.IsFile = hasExtension(v, extensions)
		p.IsDir = !p.IsFile
		return p, true
	case hasExtension(v, extensions):
		p.IsFile = true
		return p, true
	}
	return p, false
}

func hasExtension(v string, extensions []string) bool {
	for _, e := range extensions {
		if strings.HasSuffix(v, e) {
			return true
		}
	}
	return false
}

// isURL reports whether v has a scheme, such as https:// or git+ssh://, or is
// the scp-like address of a git repository.
func isURL(v string) bool {
	i := strings.Index(v, "://")
	if i > 0 {
		for k := range i {
			c := v[k]
			if !letter(c) && c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') {
				return false
			}
		}
		return true
	}
	return strings.HasPrefix(v, "git@") || strings.HasPrefix(v, "github:") || strings.HasPrefix(v, "git+")
}

// versionAt returns the place of the first of the operator's bytes in v, and
// where the version begins; -1 when there is none.
func versionAt(v, operators string) (name, version int) {
	i := strings.IndexAny(v, operators)
	if i <= 0 {
		return len(v), -1
	}
	j := i
	for j < len(v) && strings.IndexByte("=<>!~", v[j]) >= 0 {
		j++
	}
	if j == i {
		j++
	}
	return i, j
}

// truthy reports whether a value switches an option on.
func truthy(v string) bool {
	switch strings.ToLower(v) {
	case "", "0", "false", "no", "off":
		return false
	}
	return true
}

// enabled reports whether one of the flags is given and not set to false.
func (c *Command) enabled(names ...string) bool {
	f := c.Flag(names...)
	return f != nil && (!f.Has || truthy(f.Value.Value))
}

// word returns a copy of an option's value, or nil.
func (c *Command) word(names ...string) *Word {
	if w, ok := c.Option(names...); ok {
		return &w
	}
	return nil
}

// environment reports whether the command itself sets a variable to something
// true, as in NAME=1 command.
func (c *Command) environment(name string) bool {
	a := c.Assign(name)
	return a != nil && a.Has && truthy(a.Value.Value)
}
