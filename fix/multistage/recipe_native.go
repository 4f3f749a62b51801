package multistage

import (
	"slices"
	"strings"
)

// nativeRecipe is for programs that a single compiler command makes.
func nativeRecipe() Recipe {
	return Recipe{
		Name: "native",
		detect: func(s *subject) bool {
			return len(s.find("gcc", "g++", "cc", "c++", "clang", "clang++")) > 0 && len(s.find("make", "cmake", "ninja", "meson")) == 0
		},
		plan: planNative,
	}
}

func planNative(s *subject, p *plan) *Refusal {
	var made []product
	static := true
	plusplus := false
	for _, st := range s.find("gcc", "g++", "cc", "c++", "clang", "clang++") {
		args, known := s.args(st)
		out := optionValue(args, "-o")
		if out == "" || slices.Contains(args, "-c") || slices.Contains(args, "-shared") || !known || st.dir == "" {
			if slices.Contains(args, "--version") {
				continue
			}
			return refuse(OutputUnknown, "one compiler command with -o", "the compiler command does not name a program with -o, or its words depend on variables")
		}
		for _, a := range args {
			if lib, ok := strings.CutPrefix(a, "-l"); ok && !slices.Contains([]string{"m", "pthread", "dl", "rt", "c"}, lib) {
				return refuse(SystemLibraries, "the run-time package of the library "+lib, "the program links to the library "+lib+", and its run-time package is not known; link it statically")
			}
		}
		static = static && slices.Contains(args, "-static")
		plusplus = plusplus || st.cmd.Is("g++", "c++", "clang++") || strings.Contains(st.cmd.Name, "++")
		made = append(made, product{path: absolute(st.dir, out), step: st})
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	if plusplus && !static && s.base.Family == "gcc" {
		return refuse(SystemLibraries, "the libstdc++ of the compiler image", "the C++ library of "+s.stage.Base.Name+" is newer than that of any slim image; link with -static")
	}
	if plusplus && !static {
		p.packages = append(p.packages, "libstdc++6")
		if s.base.Distro == "alpine" {
			p.packages = []string{"libstdc++"}
		}
	}
	if static && s.opt.Runtime != RuntimeSlim && s.opt.Runtime != RuntimeSame {
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
	return compiledRuntime(s, p, static, nil, ".c", ".cc", ".cpp", ".cxx")
}
