package multistage

import (
	"strings"
)

func dartRecipe() Recipe {
	return Recipe{
		Name:   "dart",
		detect: func(s *subject) bool { return len(s.find("dart")) > 0 || s.family("dart") },
		plan:   planDart,
	}
}

func planDart(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("dart", "dart2native") {
		args, _ := s.args(st)
		if len(args) > 2 && args[0] == "compile" && args[1] == "exe" && st.dir != "" {
			out := optionValue(args, "-o", "--output")
			if out == "" {
				src := args[len(args)-1]
				out = strings.TrimSuffix(src, ".dart") + ".exe"
			}
			made = append(made, product{path: absolute(st.dir, out), step: st})
		}
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a dart compile exe", "no RUN compiles a program; use dart compile exe -o")
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	if r := copyInputs(s, p, sourceInputs(s, ".dart")); r != nil {
		return r
	}
	n := s.needs()
	p.runtime = "scratch"
	if n.shell || len(n.packages) > 0 || s.needsTools(p, n) || s.opt.Runtime == RuntimeSlim || s.opt.Runtime == RuntimeSame {
		p.runtime = newestDebian
	} else {
		p.copies = append(p.copies, artifact{path: "/runtime", dir: true, to: "/"})
		p.reason("the folder /runtime of the Dart image holds the libraries that compiled programs need")
	}
	p.reason("the image needs the compiled program, not the Dart SDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the Dart SDK and the sources")
	return nil
}
