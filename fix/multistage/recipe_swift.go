package multistage

import (
	"path"
	"slices"
	"strings"
)

func swiftRecipe() Recipe {
	return Recipe{
		Name: "swift",
		detect: func(s *subject) bool {
			return len(s.find("swift")) > 0 && s.family("swift")
		},
		plan: planSwift,
	}
}

func planSwift(s *subject, p *plan) *Refusal {
	var made []product
	for _, st := range s.find("swift") {
		args, _ := s.args(st)
		if len(args) == 0 || args[0] != "build" || st.dir == "" {
			continue
		}
		config := optionValue(args, "-c", "--configuration")
		if config == "" {
			config = "debug"
		}
		text, ok := s.tree.read(path.Join(st.dir, "Package.swift"))
		if !ok {
			return refuse(MissingManifest, "Package.swift in "+st.dir, "the build context brings no Package.swift to "+st.dir+"; name the context with --context")
		}
		for _, name := range swiftPrograms(s, st.dir, text) {
			made = append(made, product{path: path.Join(st.dir, ".build", config, name), step: st})
		}
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a swift build with a known program", "no RUN builds a program that Package.swift names")
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	major, _, _ := strings.Cut(s.tag.Version, ".")
	if s.tag.Version == "" || len(major) == 1 && major < "5" {
		return refuse(NoCounterpart, "a slim image of this Swift", "there is no slim image of "+s.stage.Base.Name+"; use Swift 5 or later")
	}
	p.runtime = s.ref.Name() + ":" + s.ref.Tag
	if !s.tag.Slim {
		p.runtime += "-slim"
	}
	if r := copyInputs(s, p, sourceInputs(s, ".swift")); r != nil {
		return r
	}
	for _, dir := range [...]string{"Public", "Resources"} {
		if at := path.Join(s.workdir, dir); s.tree.isDir(at) {
			p.copy(at, true)
		}
	}
	p.assume("the packages link to no library of the system but those of Swift")
	p.reason("the image needs the program and the Swift libraries, not the compiler: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the Swift compiler and the sources")
	return nil
}

// swiftPrograms returns the executable targets of a package.
func swiftPrograms(s *subject, dir, text string) []string {
	var names []string
	for _, mark := range [...]string{".executableTarget(", ".executable("} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, mark)
			if !ok {
				break
			}
			rest = after
			_, v, ok := strings.Cut(after, "name:")
			if !ok {
				break
			}
			_, v, _ = strings.Cut(v, `"`)
			name, _, _ := strings.Cut(v, `"`)
			names = append(names, name)
		}
	}
	for _, f := range s.tree.under(path.Join(dir, "Sources")) {
		if path.Base(f) == "main.swift" {
			names = append(names, path.Base(path.Dir(f)))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
