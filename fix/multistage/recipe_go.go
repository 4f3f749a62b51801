package multistage

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

func goRecipe() Recipe {
	return Recipe{
		Name: "go",
		detect: func(s *subject) bool {
			for _, st := range s.find("go") {
				if sub := st.cmd.Subcommand(); sub == "build" || sub == "install" || sub == "run" || sub == "get" && s.getsProgram(st) {
					return true
				}
			}
			return s.family("golang") && len(s.launch.words) > 1 && path.Base(s.launch.words[0]) == "go"
		},
		plan: planGo,
	}
}

// goBuild is one call of go build or go install.
type goBuild struct {
	step  *step
	flags map[string]string
	pkgs  []string
}

func planGo(s *subject, p *plan) *Refusal {
	builds, r := goBuilds(s)
	if r != nil {
		return r
	}
	var made []product
	for _, b := range builds {
		out, r := goProducts(s, b)
		if r != nil {
			return r
		}
		made = append(made, out...)
	}
	made = s.followProducts(made)
	got, r := s.launchProduct(p, made, "/go/bin", "/usr/local/go/bin")
	if r != nil {
		return r
	}
	build := builds[slices.IndexFunc(builds, func(b *goBuild) bool {
		return b.step == got.step || !got.step.before(b.step) && sameSource(s, b, got)
	})]
	program := readGoProgram(s, strings.FieldsFunc(build.flags["tags"], func(r rune) bool { return r == ',' || r == ' ' }), goSources(p, made, got)...)
	p.builtIn = program.embedded
	if r := goCgo(s, p, build, program); r != nil {
		return r
	}
	if r := goGenerated(s, p, program); r != nil {
		return r
	}
	return goRuntime(s, p, program)
}

// goSources returns the folders of the main packages of what is copied; the one
// that is started comes first.
func goSources(p *plan, made []product, got product) []string {
	dirs := []string{got.source}
	for _, m := range made {
		if !slices.Contains(dirs, m.source) && slices.ContainsFunc(p.copies, func(a artifact) bool { return a.path == m.path }) {
			dirs = append(dirs, m.source)
		}
	}
	return dirs
}

func sameSource(s *subject, b *goBuild, got product) bool {
	out, r := goProducts(s, b)
	return r == nil && slices.ContainsFunc(out, func(o product) bool { return o.source == got.source })
}

// goBuilds reads the build commands.
func goBuilds(s *subject) ([]*goBuild, *Refusal) {
	var builds []*goBuild
	for _, st := range s.find("go") {
		args, _ := s.args(st)
		if len(args) == 0 || args[0] != "build" && args[0] != "install" && !s.goGets(args) || st.cmd.Conditional {
			continue
		}
		if st.dir == "" {
			return nil, refuse(OutputUnknown, "the folder in which go "+args[0]+" runs", "the folder in which go "+args[0]+" runs depends on a variable; write it")
		}
		b := &goBuild{step: st, flags: map[string]string{}}
		b.readArgs(args[1:])
		builds = append(builds, b)
	}
	if len(builds) == 0 {
		return nil, refuse(OutputUnknown, "a go build in a RUN", "no RUN builds a program; build it with go build -o")
	}
	return builds, nil
}

// goGets reports whether the words of go get install programs, as they did before
// Go 1.18.
func (s *subject) goGets(args []string) bool {
	major, rest, _ := strings.Cut(s.tag.Version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	return args[0] == "get" && !slices.Contains(args, "-d") && s.family("golang") && major == "1" && err == nil && n < 18
}

// getsProgram reports whether go get installs the program that is started.
func (s *subject) getsProgram(st *step) bool {
	args, _ := s.args(st)
	if len(s.launch.words) == 0 || !s.goGets(args) {
		return false
	}
	last, _, _ := strings.Cut(args[len(args)-1], "@")
	return path.Base(last) == path.Base(s.launch.words[0])
}

// readArgs splits flags and packages; Go's flags have one dash, and the first
// package ends them.
func (b *goBuild) readArgs(args []string) {
	for k := 0; k < len(args); k++ {
		name, ok := strings.CutPrefix(args[k], "-")
		if !ok || len(b.pkgs) > 0 {
			b.pkgs = append(b.pkgs, args[k])
			continue
		}
		name = strings.TrimPrefix(name, "-")
		name, value, has := strings.Cut(name, "=")
		switch name {
		case "o", "p", "asmflags", "buildmode", "compiler", "gccgoflags", "gcflags", "installsuffix", "ldflags", "mod", "modfile",
			"overlay", "pkgdir", "tags", "toolexec", "pgo", "coverpkg", "C", "covermode":
			if !has && k+1 < len(args) {
				k++
				value = args[k]
			}
		}
		b.flags[name] = value
	}
	if len(b.pkgs) == 0 {
		b.pkgs = []string{"."}
	}
}

// goProducts returns what the build writes.
func goProducts(s *subject, b *goBuild) ([]product, *Refusal) {
	sub := b.step.cmd.Words[1].Value
	dir := b.step.dir
	if c := b.flags["C"]; c != "" {
		dir = absolute(dir, c)
	}
	mains, r := goMains(s, dir, b.pkgs)
	if r != nil {
		return nil, r
	}
	var bin string
	switch {
	case sub == "install" || sub == "get":
		bin = goBin(s, b.step)
	case b.flags["o"] != "":
		out := absolute(dir, b.flags["o"])
		if strings.ContainsAny(out, "$`") {
			return nil, refuse(OutputUnknown, "the value of "+b.flags["o"], "the output of go build is "+b.flags["o"]+", which depends on a variable; write the path")
		}
		if !strings.HasSuffix(b.flags["o"], "/") && len(mains) == 1 && !s.tree.isDir(out) {
			return []product{{path: out, step: b.step, source: mains[0].dir}}, nil
		}
		bin = out
	case len(mains) > 1:
		return nil, nil // several packages without -o: the results are thrown away
	default:
		bin = dir
	}
	var out []product
	for _, m := range mains {
		out = append(out, product{path: path.Join(bin, m.name), step: b.step, source: m.dir})
	}
	return out, nil
}

func goBin(s *subject, st *step) string {
	if v := s.envAt(st, "GOBIN"); v != "" {
		return v
	}
	if v := s.envAt(st, "GOPATH"); v != "" {
		first, _, _ := strings.Cut(v, ":")
		return path.Join(first, "bin")
	}
	return "/go/bin"
}

// goMain is a main package: the name of its program and its folder in the image;
// the folder is empty when the sources are not in the context.
type goMain struct{ name, dir string }

// goMains returns the main packages that the arguments name.
func goMains(s *subject, dir string, pkgs []string) ([]goMain, *Refusal) {
	if strings.HasSuffix(pkgs[0], ".go") {
		return []goMain{{name: strings.TrimSuffix(path.Base(pkgs[0]), ".go"), dir: path.Dir(absolute(dir, pkgs[0]))}}, nil
	}
	var mains []goMain
	for _, pkg := range pkgs {
		switch {
		case strings.HasSuffix(pkg, "..."):
			root := absolute(dir, strings.TrimSuffix(strings.TrimSuffix(pkg, "..."), "/"))
			for _, d := range goMainDirs(s, root) {
				mains = append(mains, goMain{name: goName(s, d), dir: d})
			}
		case strings.HasPrefix(pkg, ".") || strings.HasPrefix(pkg, "/"):
			d := absolute(dir, pkg)
			mains = append(mains, goMain{name: goName(s, d), dir: d})
		default:
			mains = append(mains, goImported(s, dir, pkg))
		}
	}
	for _, m := range mains {
		if m.dir != "" && !hasGoFiles(s, m.dir) {
			return nil, refuse(MissingManifest, "the Go sources in "+m.dir,
				"no Go file of the build context is copied to "+m.dir+", so it is not known what go build makes; name the context with --context")
		}
	}
	return mains, nil
}

func hasGoFiles(s *subject, dir string) bool {
	return slices.ContainsFunc(s.tree.list(dir), func(n string) bool { return strings.HasSuffix(n, ".go") })
}

// goImported resolves an import path: in the module, or in GOPATH.
func goImported(s *subject, dir, pkg string) goMain {
	pkg, _, _ = strings.Cut(pkg, "@")
	name := path.Base(pkg)
	if isMajor(name) {
		name = path.Base(path.Dir(pkg))
	}
	if root, mod, ok := goModule(s, dir); ok {
		if rest, ok := strings.CutPrefix(pkg, mod.Module); ok && (rest == "" || rest[0] == '/') {
			return goMain{name: name, dir: path.Join(root, rest)}
		}
	}
	d := path.Join("/go/src", pkg)
	if host, _, _ := strings.Cut(pkg, "/"); hasGoFiles(s, d) || !strings.Contains(host, ".") || s.tree.isDir(d) {
		return goMain{name: name, dir: d} // no module of others: it must be in the context
	}
	return goMain{name: name}
}

// goModule returns the nearest go.mod at or above dir.
func goModule(s *subject, dir string) (string, manifest.GoMod, bool) {
	for d := dir; ; d = path.Dir(d) {
		if text, ok := s.tree.read(path.Join(d, "go.mod")); ok {
			return d, manifest.ReadGoMod(text), true
		}
		if d == "/" || d == "." {
			return "", manifest.GoMod{}, false
		}
	}
}

// goName is the name of the program that go build makes of the package in dir.
func goName(s *subject, dir string) string {
	root, mod, ok := goModule(s, dir)
	if !ok || mod.Module == "" {
		return path.Base(dir)
	}
	full := path.Join(mod.Module, strings.TrimPrefix(dir, root))
	name := path.Base(full)
	if isMajor(name) && path.Dir(full) != "." {
		name = path.Base(path.Dir(full))
	}
	return name
}

// isMajor reports whether a path element is a major version suffix.
func isMajor(name string) bool {
	return len(name) > 1 && name[0] == 'v' && isNumber(name[1:]) && name != "v0" && name != "v1"
}

// goGenerated looks at sources that are not in the context.
func goGenerated(s *subject, p *plan, prog *goProgram) *Refusal {
	if prog.unread {
		p.assume("the program comes from a module that was not read: it is taken to have no C code and to need no files beside it")
	}
	if prog.broken != "" {
		return refuse(UnreadManifest, "the sources in "+prog.broken, "the Go file "+prog.broken+" cannot be read")
	}
	for _, st := range s.steps {
		args, _ := s.args(st)
		generate := st.cmd.Is("go") && len(args) > 0 && args[0] == "generate"
		if generate && goGenerators(s, st, args[1:]) || goGenerator(st.cmd.Name) {
			continue // what these write opens no files
		}
		if generate || st.cmd.Is("buf", "sqlc", "packr", "packr2", "rice", "statik") {
			p.assume("the sources that " + st.cmd.Name + " generates open no files at run time")
		}
	}
	return nil
}

// goGenerators reports whether go generate runs only generators that are known to
// write sources which open no files.
func goGenerators(s *subject, st *step, pkgs []string) bool {
	found := false
	for _, pkg := range pkgs {
		if strings.HasPrefix(pkg, "-") {
			continue
		}
		root, deep := strings.CutSuffix(pkg, "...")
		dir := absolute(st.dir, root)
		for _, f := range s.tree.under(dir) {
			if path.Ext(f) != ".go" || !deep && path.Dir(f) != dir {
				continue
			}
			text, _ := s.tree.read(f)
			for line := range strings.SplitSeq(text, "\n") {
				rest, ok := strings.CutPrefix(line, "//go:generate ")
				if !ok {
					continue
				}
				words := strings.Fields(rest)
				if len(words) > 2 && words[0] == "go" && words[1] == "run" {
					words = slices.DeleteFunc(words[2:], func(w string) bool { return strings.HasPrefix(w, "-") })
				}
				if len(words) == 0 {
					return false
				}
				name, _, _ := strings.Cut(path.Base(words[0]), "@")
				if !goGenerator(name) {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// goGenerator reports whether a program generates Go sources that open no files.
func goGenerator(name string) bool {
	switch name {
	case "stringer", "enumer", "qtc", "templ", "easyjson", "ffjson", "mockgen", "moq", "mockery", "counterfeiter", "wire", "protoc", "protoc-gen-go",
		"go-bindata", "oapi-codegen", "ogen", "gqlgen", "swag", "msgp", "deepcopy-gen", "controller-gen", "go-enum", "gotype", "goyacc", "ragel":
		return true
	}
	return false
}

// goRuntime chooses the base and copies what the program reads.
func goRuntime(s *subject, p *plan, prog *goProgram) *Refusal {
	n := s.needs()
	for _, tool := range prog.tools {
		n.tool(tool)
		n.shell = n.shell || !strings.Contains(tool, "/")
	}
	p.unneeded = []string{"libc6-compat", "musl", "openssl", "bash-completion"}
	if prog.unread {
		n.keepHelpers()
		p.keepHelpers = true
	} else {
		p.unneeded = append(p.unneeded, frontendTools()...)
	}
	zones := slices.Contains(n.packages, "tzdata")
	inDistroless := []string{"ca-certificates", "tzdata"}
	n.without(slices.Concat(p.unneeded, inDistroless)...)
	if r := goInputs(s, p, prog); r != nil {
		return r
	}
	base, r := s.staticBase(p, n, prog.zones || prog.temp || zones)
	if prog.linked {
		base, r = s.linkedBase(n)
	}
	if r != nil {
		return r
	}
	p.runtime = base
	if prog.linked {
		s.linkedCxx(p, prog)
	}
	if !p.shell() {
		p.unneeded = append(p.unneeded, inDistroless...)
	}
	if strings.HasPrefix(base, "debian") || strings.HasPrefix(base, "ubuntu") || base == "scratch" {
		s.carryCertificates(p)
	}
	if prog.zones || s.hasEnv("TZ") {
		if p.shell() && p.facts().PackageManager != "" {
			p.packages = append(p.packages, "tzdata")
		}
	}
	for _, tool := range prog.tools {
		if r := s.applyTool(tool, p.facts().PackageManager, n, p); r != nil {
			return refuse(MissingTool, "the program "+tool+" in the runtime image",
				"the program runs "+tool+", which "+p.runtime+" does not have; install it in a RUN or choose another --runtime")
		}
	}
	p.reason("the image needs the program, not the Go toolchain: " + s.stage.Base.Name + " gives way to " + base)
	p.drop("the Go toolchain, the module cache and the sources")
	return nil
}

// frontendTools are the packages that builds of compiled programs install for the
// web pages beside them.
func frontendTools() []string { return []string{"nodejs", "npm", "nodejs-npm", "yarn"} }

func (s *subject) hasEnv(name string) bool { _, ok := s.env(name); return ok }
