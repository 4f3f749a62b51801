package multistage

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// nativeRecipe is for programs that a single compiler command makes.
func nativeRecipe() Recipe {
	return Recipe{
		Name: "native",
		detect: func(s *subject) bool {
			return len(s.compilations()) > 0 && len(s.find("make", "cmake", "ninja", "meson")) == 0
		},
		plan: planNative,
	}
}

func (s *subject) compilations() []*step {
	return s.find("gcc", "g++", "cc", "c++", "clang", "clang++")
}

// nativeLink is what the compiler commands link the programs to.
type nativeLink struct {
	static, cxx bool
	// libs are the names behind -l, without those of the C library.
	libs []string
	// runtimes are the options that bring a library of the compiler, as -fopenmp.
	runtimes []string
}

func planNative(s *subject, p *plan) *Refusal {
	made, link, r := readCompilations(s)
	if r != nil {
		return r
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	if link.static && s.opt.Runtime != RuntimeSlim && s.opt.Runtime != RuntimeSame {
		n := s.needs()
		base, r := s.staticBase(p, n, false)
		if r != nil {
			return r
		}
		p.runtime = base
		p.reason("the image needs the program, not its compiler: " + s.stage.Base.Name + " gives way to " + base)
		p.drop("the compiler and the sources")
		return copyInputs(s, p, sourceInputs(s, ".c", ".cc", ".cpp", ".cxx"))
	}
	var libs []string
	newer := false
	if !link.static {
		if libs, r = nativeLibraries(s, link); r != nil {
			return r
		}
		if newer, r = compilerRuntimes(s, p, link.runtimes, len(libs) > 0); r != nil {
			return r
		}
	}
	if r := compiledRuntime(s, p, link.static, libs, ".c", ".cc", ".cpp", ".cxx"); r != nil {
		return r
	}
	if newer {
		p.runtime = newestDebian
	}
	return nil
}

// readCompilations reads the compiler commands: the programs that they make and
// what those are linked to.
func readCompilations(s *subject) ([]product, nativeLink, *Refusal) {
	var made []product
	link := nativeLink{static: true}
	for _, st := range s.compilations() {
		args, known := s.args(st)
		out := optionValue(args, "-o")
		if out == "" || slices.Contains(args, "-c") || slices.Contains(args, "-shared") || !known || st.dir == "" {
			if slices.Contains(args, "--version") {
				continue
			}
			return nil, link, refuse(OutputUnknown, "one compiler command with -o", "the compiler command does not name a program with -o, or its words depend on variables")
		}
		static := slices.Contains(args, "-static")
		link.static = link.static && static
		if !static {
			link.read(args, strings.Contains(st.cmd.Name, "++"))
		}
		made = append(made, product{path: absolute(st.dir, out), step: st})
	}
	return made, link, nil
}

func (l *nativeLink) read(args []string, cxx bool) {
	l.cxx = l.cxx || cxx
	for _, a := range args {
		if lib, ok := strings.CutPrefix(a, "-l"); ok {
			switch lib {
			case "m", "pthread", "dl", "rt", "c", "util", "resolv", "crypt":
			case "stdc++":
				l.cxx = true
			case "gomp", "atomic", "quadmath":
				l.runtimes = append(l.runtimes, lib)
			default:
				l.libs = append(l.libs, lib)
			}
		}
		switch {
		case a == "-fopenmp":
			l.runtimes = append(l.runtimes, "gomp")
		case a == "-stdlib=libc++", strings.HasPrefix(a, "-fsanitize="):
			l.libs = append(l.libs, a)
		}
	}
	if l.cxx && !slices.Contains(l.runtimes, "stdc++") {
		l.runtimes = append(l.runtimes, "stdc++")
	}
}

// nativeLibraries returns the -dev packages of the build image itself that the
// program is linked to. Those that a step installs are known already.
func nativeLibraries(s *subject, link nativeLink) ([]string, *Refusal) {
	if len(link.libs) == 0 {
		return nil, nil
	}
	no := func(lib, why string) *Refusal {
		return refuse(SystemLibraries, "the run-time package of the library "+lib, "the program is linked to the library "+lib+", "+why+"; install it from a package, or link it statically")
	}
	for _, st := range s.steps {
		if !bringsNoLibrary(st) && !slices.Contains(s.compilations(), st) {
			return nil, no(link.libs[0], "which "+st.cmd.Name+" may have installed")
		}
	}
	for _, f := range s.tree.names {
		if name := path.Base(f); path.Ext(name) == ".so" || strings.Contains(name, ".so.") {
			return nil, no(link.libs[0], "and the build context brings libraries ("+f+")")
		}
	}
	n := s.needs()
	var own []string
	for _, lib := range link.libs {
		dev, ok := inBuildpack(lib)
		switch {
		case strings.HasPrefix(lib, "-"):
			return nil, no(lib, "which is the compiler's")
		case s.family("gcc", "buildpack-deps") && ok:
			own = append(own, dev)
		case len(n.packages) == 0 && len(n.unknown) == 0:
			return nil, no(lib, "and no step installs it")
		}
	}
	return own, nil
}

// compilerRuntimes adds the libraries that come with the compiler. Those of the
// compiler images are newer than what their release has; newer says that only the
// newest release will do. With libraries of the release there is no such way out.
func compilerRuntimes(s *subject, p *plan, runtimes []string, libs bool) (newer bool, r *Refusal) {
	if len(runtimes) == 0 {
		return false, nil
	}
	if s.family("gcc") {
		major, _, _ := strings.Cut(s.tag.Version, ".")
		n, err := strconv.Atoi(major)
		newer = err != nil || n > debianGCC(s.release())
		if err != nil || n > debianGCC("13") || newer && (libs || s.opt.Runtime == RuntimeDistroless) {
			return false, refuse(SystemLibraries, "a lib"+runtimes[0]+" as new as that of "+s.stage.Base.Name,
				"the lib"+runtimes[0]+" of "+s.stage.Base.Name+" is newer than that of the slim image, or the tag does not tell; link with -static, or take the gcc of a Debian release, as in gcc:12-bookworm")
		}
	}
	names := map[string]string{"gomp": "libgomp1", "atomic": "libatomic1", "quadmath": "libquadmath0"}
	if s.base.Distro == "alpine" {
		names = map[string]string{"stdc++": "libstdc++", "gomp": "libgomp", "atomic": "libatomic", "quadmath": "libquadmath"}
	}
	for _, lib := range runtimes {
		// every image of Debian and Ubuntu has the C++ library: apt needs it
		if name := names[lib]; name != "" && !slices.Contains(p.packages, name) {
			p.packages = append(p.packages, name)
		}
	}
	return newer, nil
}

// debianGCC is the version of the compiler of a Debian release, and of the
// libraries that come with it; 0 when it is not known.
func debianGCC(release string) int {
	switch release {
	case "10":
		return 8
	case "11":
		return 10
	case "12":
		return 12
	case "13":
		return 14
	}
	return 0
}

// inBuildpack returns the -dev package of a library that buildpack-deps brings,
// and with it the compiler images.
func inBuildpack(lib string) (string, bool) {
	switch lib {
	case "z":
		return "zlib1g-dev", true
	case "ssl", "crypto":
		return "libssl-dev", true
	case "curl":
		return "libcurl4-openssl-dev", true
	case "sqlite3", "bz2", "event", "ffi", "gdbm", "gmp", "jpeg", "lzma", "maxminddb", "png", "pq", "webp", "xml2", "yaml", "readline", "xslt", "ncurses":
		return "lib" + lib + "-dev", true
	case "mysqlclient", "mariadb":
		return "default-libmysqlclient-dev", true
	}
	return "", false
}
