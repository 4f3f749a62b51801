package multistage

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
)

func pythonRecipe() Recipe {
	return Recipe{
		Name: "python",
		detect: func(s *subject) bool {
			return s.family("python", "conda", "pypy") || len(s.find("pip", "poetry", "pipenv", "pdm", "uv", "conda")) > 0 && len(s.find("npm")) == 0
		},
		plan: planPython,
	}
}

// pythonApp is a Python program and how its dependencies are installed.
type pythonApp struct {
	packages []string
	lists    []string // files of requirements that have been read
	unknown  []string // dependencies that are not in the table
	venv     string   // where they are installed; empty for the system's folder
	system   bool     // something is installed into the system's folder
	frontend []string // pdm, poetry and the like, installed for the build
	minor    string   // "3.12"
	fromGit  bool     // something is installed from a git repository
}

func planPython(s *subject, p *plan) *Refusal {
	if s.family("conda") || len(s.find("conda", "mamba", "micromamba")) > 0 {
		return refuse(CondaEnv, "the packages of the conda environment", "conda environments hold compilers and libraries that are not told apart; use conda-pack, or pip in a virtual environment")
	}
	if s.base.Family != "python" && (s.base.Family != "uv" || uvPython(s) == "") {
		return refuse(UnknownBase, "the Python of the base image",
			"the base image "+s.stage.Base.Name+" is no official Python image, so the place of its packages is not known; use python:3")
	}
	app, r := readPython(s)
	if r != nil {
		return r
	}
	if s.tag.Slim || s.base.Distro == "alpine" {
		if n := s.needs(); !n.compilers() && (len(app.frontend) == 0 || app.venv == "") {
			return refuse(NothingToDrop, "compilers or build tools in the image",
				"the base image is small and no step installs build tools, so a second stage would gain nothing")
		}
	}
	image, r := pythonImage(s, p, app)
	if r != nil {
		return r
	}
	p.runtime, p.sameImage = image, true
	// A program that comes from a package was not read; it may call what is installed.
	p.keepHelpers = !slices.ContainsFunc(s.tree.names, func(f string) bool { return strings.HasSuffix(f, ".py") })
	if !app.allKnown() {
		p.keepTools = s.unusedTools(app.fromGit)
	}
	if r := app.libraries(s, p); r != nil {
		return r
	}
	if r := calledPrograms(s, p, ".py"); r != nil {
		return r
	}
	if r := app.copyAll(s, p); r != nil {
		return r
	}
	if len(app.frontend) > 0 && app.venv != "" && !app.system {
		p.drop("the tools that install the packages: " + strings.Join(app.frontend, ", "))
	}
	p.reason("the image needs the installed packages and the program, not what installs them" + s.change(p))
	if !s.tag.Slim && s.base.Distro != "alpine" {
		p.drop("the compilers and -dev packages of the full Python image")
	}
	return nil
}

// pythonImage returns the image of the new stage: the slim variant, or for the
// images of uv the Python image that they stand on.
func pythonImage(s *subject, p *plan, app *pythonApp) (string, *Refusal) {
	if s.base.Family != "uv" {
		return slimCounterpart(s, p)
	}
	if app.venv == "" || app.system {
		return "", refuse(OutputUnknown, "the folder that uv installs into", "uv installs into the system's folder of its own image; use a virtual environment")
	}
	return uvPython(s), nil
}

// uvPython returns the Python image below an image of uv, such as
// python3.12-bookworm-slim.
func uvPython(s *subject) string {
	tag, ok := strings.CutPrefix(s.ref.Tag, "python3.")
	if at := strings.Index(s.ref.Tag, "-python3."); at >= 0 {
		tag, ok = s.ref.Tag[at+len("-python3."):], true
	}
	minor, distro, found := strings.Cut(tag, "-")
	if !ok || !found || !isNumber(minor) {
		return ""
	}
	if name, slim := strings.CutSuffix(distro, "-slim"); slim {
		distro = "slim-" + name
	}
	return "python:3." + minor + "-" + distro
}

// allKnown reports whether the table knows every package, so that it is known which
// programs they run.
func (a *pythonApp) allKnown() bool {
	return len(a.unknown) == 0 && !slices.ContainsFunc(a.packages, func(name string) bool {
		_, ok := knowledge.PythonPackage(name)
		return !ok
	})
}

// libraries adds the system libraries that packages need.
func (a *pythonApp) libraries(s *subject, p *plan) *Refusal {
	var unsure []string
	for _, name := range a.packages {
		facts, ok := knowledge.PythonPackage(name)
		if !ok {
			unsure = append(unsure, name)
			continue
		}
		if facts.Refuse != "" {
			return refuse(SystemLibraries, "what "+name+" needs of the system", "the package "+name+" needs "+facts.Refuse+", which is not carried over; install it in a RUN of a slim base image")
		}
		if r := s.carryPrograms(p, name, facts.Programs); r != nil {
			return r
		}
		if s.opt.Runtime == RuntimeSame || p.runtime == s.stage.Image.Value && s.base.Distro != "alpine" && s.tag.Slim && len(facts.Debian) == 0 {
			continue
		}
		for _, lib := range facts.Debian {
			if s.base.Distro == "alpine" {
				lib = facts.Alpine
			}
			if lib != "" && !slices.Contains(p.packages, lib) {
				p.packages = append(p.packages, lib)
				p.carry("the library " + lib + " for " + name)
			}
		}
	}
	unsure = append(unsure, a.unknown...)
	if len(unsure) > 0 && !s.keepsLibraries(p, s.needs()) {
		shown := unsure
		if len(shown) > 6 {
			shown = append(slices.Clone(shown[:6]), "...")
		}
		p.assume("these packages bring the libraries that they need in their wheels: " + strings.Join(shown, ", "))
	}
	return nil
}
