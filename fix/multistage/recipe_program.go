package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// programRecipe is for compiled programs whose build only its own rules know:
// make, CMake, Zig, a script of the project. The start command names the program,
// and an installation its prefix; that the program needs nothing else of what was
// built is always an assumption.
func programRecipe() Recipe {
	return Recipe{
		Name: "program",
		detect: func(s *subject) bool {
			return !s.launch.none() && s.launch.unread == "" && s.buildsByRules() && compiledBase(s) && len(s.launch.words) > 0 && !isInterpreter(s.launch.words[0])
		},
		plan: planProgram,
	}
}

// buildsByRules reports whether a step builds by rules of its own.
func (s *subject) buildsByRules() bool {
	return slices.ContainsFunc(s.steps, func(st *step) bool {
		return st.cmd.Name != "ant" && st.cmd.Name != "rake" && outputUnknown(s, st) != nil
	})
}

// compiledBase reports whether the base image is a distribution or the image of a
// compiler, so that a small image of the same release has the same C library.
func compiledBase(s *subject) bool {
	return s.family("debian", "ubuntu", "alpine", "golang", "rust", "gcc", "buildpack-deps") && (s.base.Distro == "debian" || s.base.Distro == "ubuntu" || s.base.Distro == "alpine")
}

// isInterpreter reports whether a start command names a program that runs others:
// then it is not the one that was built.
func isInterpreter(program string) bool {
	name := path.Base(program)
	if isShell(program) || isBasicTool(name) || isNodeManager(name) || strings.HasPrefix(name, "python") {
		return true
	}
	switch name {
	case "node", "java", "ruby", "php", "php-fpm", "perl", "dotnet", "bundle", "make", "nginx", "apache2ctl", "supervisord", "service", "timeout", "R", "Rscript", "mono":
		return true
	}
	return false
}

func planProgram(s *subject, p *plan) *Refusal {
	if s.base.Family == "gcc" {
		return refuse(SystemLibraries, "the libraries of the compiler image", "the libraries of the compiler in "+s.stage.Base.Name+" are newer than those of any slim image; link with -static, with one compiler command")
	}
	if s.release() == "" && s.base.Distro != "alpine" {
		return refuse(SystemLibraries, "the release of the build image",
			"what is built links to libraries of "+s.stage.Base.Name+", and the tag does not say which release that is; write it")
	}
	prefixes, r := s.installPrefixes()
	if r != nil {
		return r
	}
	program, r := s.programPath(prefixes)
	if r != nil {
		return r
	}
	for _, at := range prefixes {
		p.copy(at, true)
		p.carry(at + ", where the build installs")
	}
	if !p.covers(program) {
		p.copy(program, false)
	}
	for _, script := range s.launch.scripts {
		p.copy(script, false)
	}
	s.programRuntime(p)
	p.assume("the program needs no files that the build makes but " + strings.Join(artifactPaths(p), ", "))
	if r := copyInputs(s, p, sourceInputs(s, ".c", ".cc", ".cpp", ".cxx", ".go", ".rs", ".zig")); r != nil {
		return r
	}
	s.programSources(p)
	p.reason("the image needs the program, not what builds it: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the compilers and the sources")
	return nil
}

func artifactPaths(p *plan) []string {
	paths := make([]string, 0, len(p.copies))
	for _, a := range p.copies {
		paths = append(paths, a.path)
	}
	return paths
}

// programRuntime chooses the small image of the same release, with the libraries
// that every compiled program may need.
func (s *subject) programRuntime(p *plan) {
	p.runtime = s.slimDistro(newestDebian)
	p.unneeded = frontendTools()
	if s.base.Distro == "alpine" {
		if !s.family("golang") {
			p.packages = append(p.packages, "libstdc++")
		}
		return
	}
	if slices.ContainsFunc(p.copies, func(a artifact) bool { return a.path == "/usr/local" }) {
		p.extra = append(p.extra, "RUN ldconfig")
	}
	if s.family("golang", "rust", "buildpack-deps") {
		s.carryCertificates(p)
	}
}

// programSources names the package sources that a step adds: libraries of theirs
// would have other versions than those of the release.
func (s *subject) programSources(p *plan) {
	for _, st := range s.find("add-apt-repository") {
		ops := st.cmd.Operands()
		if len(ops) > 0 {
			p.assume("the program needs no library of the package source " + ops[0].Value)
		}
	}
}

// installPrefixes returns the folders that steps install into, without those that
// only a build helper fills.
func (s *subject) installPrefixes() ([]string, *Refusal) {
	var prefixes []string
	for _, st := range s.steps {
		if !s.installs(st) {
			continue
		}
		at, r := s.installPrefix(st)
		if r != nil {
			return nil, r
		}
		if !slices.Contains(prefixes, at) {
			prefixes = append(prefixes, at)
		}
	}
	for _, at := range prefixes {
		own := at == "/usr/local" && !s.family("debian", "ubuntu", "alpine")
		if own || at == "/usr" || at == "/" || at == "/opt" || strings.Count(at, "/") == 1 && systemFolder(at) {
			return nil, refuse(SystemPrefix, "a folder of its own for the installation",
				"the build installs into "+at+", among the files of the image; install with DESTDIR=/out or into a folder of its own, then that can be copied")
		}
		if s.removed(at) {
			return nil, refuse(SystemPrefix, "what is left in "+at, "the build installs into "+at+" and removes files there, so what is left is not known")
		}
	}
	return prefixes, nil
}

// installs reports whether the step installs what was built.
func (s *subject) installs(st *step) bool {
	args, _ := s.args(st)
	switch st.cmd.Name {
	case "make", "gmake", "ninja", "meson", "scons", "waf":
		return slices.Contains(args, "install")
	case "cmake":
		return slices.Contains(args, "--install") || optionValue(args, "--target") == "install"
	}
	return false
}

// installPrefix returns the folder that an installation fills: told by DESTDIR or
// PREFIX, by the configuration in the same RUN, or /usr/local.
func (s *subject) installPrefix(st *step) (string, *Refusal) {
	unknown := func(v string) *Refusal {
		return refuse(SystemPrefix, "the value of "+v, "the build installs into "+v+", which depends on a variable; write the folder")
	}
	prefix := "/usr/local"
	for _, conf := range s.steps {
		if conf.ins != st.ins || st.before(conf) {
			continue
		}
		args, _ := s.args(conf)
		for k, a := range args {
			name, value, has := strings.Cut(a, "=")
			switch name {
			case "--prefix", "-DCMAKE_INSTALL_PREFIX", "PREFIX", "prefix", "DESTDIR", "-DCMAKE_INSTALL_PREFIX:PATH":
				if !has && name == "--prefix" && k+1 < len(args) {
					value = args[k+1]
				}
				if value == "" || conf.cmd.Is("pip", "npm") {
					continue
				}
				prefix = value
			}
		}
	}
	if strings.ContainsAny(prefix, "$`") {
		return "", unknown(prefix)
	}
	if !path.IsAbs(prefix) && st.dir == "" {
		return "", unknown(prefix)
	}
	return absolute(st.dir, prefix), nil
}

// programPath returns the path of the program that the container starts.
func (s *subject) programPath(prefixes []string) (string, *Refusal) {
	name := s.launch.words[0]
	if x := s.doc.Stages().ScopeAtEnd(s.stage); strings.Contains(name, "$") {
		if v := x.Expand(name); v.Known && len(v.Missing) == 0 {
			name = v.Value
		}
	}
	missing := func(why string) *Refusal {
		return refuse(LaunchNotBuilt, "the program "+name, "the container starts "+name+", "+why)
	}
	if strings.Contains(name, "$") {
		return "", missing("which depends on a variable; write its path")
	}
	if !strings.Contains(name, "/") {
		for _, at := range prefixes {
			if dir := path.Join(at, "bin"); slices.Contains(searchPath[:], dir) || s.onPath(dir) {
				return path.Join(dir, name), nil
			}
		}
		return s.namedProgram(name, missing)
	}
	at := absolute(s.workdir, name)
	switch {
	case s.tree.isFile(at):
		return "", missing("which comes from the build context, not from the build")
	case s.tree.opaque && !s.known, s.removed(at):
		return "", missing("and whether it is there in the end is not known")
	case s.packaged(path.Base(at)):
		return "", missing("which a package brings, not the build")
	}
	return at, nil
}

// namedProgram finds a program without a path: one that a step copies into a
// folder of the PATH.
func (s *subject) namedProgram(name string, missing func(string) *Refusal) (string, *Refusal) {
	for _, st := range s.find("cp", "mv", "install", "ln") {
		ops := st.cmd.Operands()
		if len(ops) < 2 || st.dir == "" {
			continue
		}
		dest, ok := s.word(st, ops[len(ops)-1])
		if !ok {
			continue
		}
		at := absolute(st.dir, dest)
		if s.isFolder(at) {
			at = path.Join(at, path.Base(ops[0].Value))
		}
		if path.Base(at) == name && slices.Contains(searchPath[:], path.Dir(at)) && !s.removed(at) {
			return at, nil
		}
	}
	return "", missing("and which file that is is not known; start it by its path")
}

// packaged reports whether a step installs a package of that name.
func (s *subject) packaged(name string) bool {
	return slices.ContainsFunc(s.steps, func(st *step) bool {
		op := st.cmd.Package()
		return op != nil && op.Action == shell.Install && slices.ContainsFunc(op.Packages, func(x shell.Package) bool {
			return x.Name == name && !knowledge.BuildOnly(name)
		})
	})
}
