package multistage

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

// copyAll copies the packages and the program.
func (a *pythonApp) copyAll(s *subject, p *plan) *Refusal {
	if a.venv != "" {
		p.copy(a.venv, true)
	}
	if a.venv == "" || a.system {
		if a.minor == "" {
			return refuse(VariableBase, "the minor version of Python", "the tag "+s.ref.Tag+" does not say which Python it is, so the folder of the packages is not known; write the version, as in python:3.13")
		}
		p.copy("/usr/local/lib/python"+a.minor+"/site-packages", true)
		p.copy("/usr/local/bin", true)
	}
	a.launcher(s, p)
	assumePrograms(s, p)
	if !pythonStart(s, p) {
		return refuse(UnreadLaunch, "the Python program that is started", "the container starts "+strings.Join(s.launch.words, " ")+", which is no program of the installed packages")
	}
	if r := pythonTarget(s, p); r != nil {
		return r
	}
	if s.workdir == "/" {
		return a.copyRoot(s, p)
	}
	if len(s.tree.under(s.workdir)) > 0 {
		p.copy(s.workdir, true)
	}
	for _, f := range s.tree.names {
		if p.covers(f) || isProjectFile(path.Base(f)) || strings.HasPrefix(f, "/tmp/") || strings.HasPrefix(path.Base(f), "requirements") {
			continue
		}
		p.copy(f, false)
		if len(p.copies) > placesLimit {
			return manyPlaces()
		}
	}
	carryMade(s, p)
	p.provides = append(p.provides, []string{"python", "python3", "pip", "gunicorn", "uvicorn", "flask", "django-admin", "celery", "alembic", "hypercorn", "daphne", "streamlit", "waitress-serve", "fastapi"}...)
	p.provides = append(p.provides, path.Base(npx(s.launch.words)[0]))
	for _, c := range s.launch.commands {
		c = npx(c)
		p.provides = append(p.provides, pythonScripts(a, c)...)
	}
	if len(p.copies) > placesLimit {
		return manyPlaces()
	}
	return nil
}

// assumePrograms names the programs in Python that the build runs and that may leave
// something in other places than what is copied, such as a model in the cache of the user.
func assumePrograms(s *subject, p *plan) {
	for _, st := range s.steps {
		if !slices.Contains([]string{"python", "huggingface-cli", "hf"}, st.cmd.Family) || st.cmd.Package() != nil {
			continue
		}
		args, _ := s.args(st)
		switch sub := strings.Join(args[:min(2, len(args))], " "); {
		case len(args) == 0, sub == "-m pip", sub == "-m venv", sub == "-m compileall", sub == "-m py_compile", sub == "-m ensurepip", sub == "-m build",
			sub == "-V", sub == "--version", path.Base(args[0]) == "manage.py", path.Base(args[0]) == "setup.py", isTest(s, st):
			continue
		}
		what := args[0]
		if what == "-m" {
			what = strings.Join(args[:min(2, len(args))], " ")
		}
		p.assume("the step that runs " + st.cmd.Name + " " + what + " in line " + strconv.Itoa(s.line(st.ins)) + " leaves nothing that the program needs outside of what is copied")
	}
}

// pythonScripts returns the console script that a command calls, when it is
// named like an installed package.
func pythonScripts(a *pythonApp, words []string) []string {
	name := path.Base(words[0])
	if slices.Contains(a.packages, manifest.PythonName(name)) {
		return []string{name}
	}
	return nil
}

// launcher takes poetry run and pipenv run off the start command: they only start
// a program of the virtual environment, which the new stage has on its PATH.
func (a *pythonApp) launcher(s *subject, p *plan) {
	if a.venv == "" || len(s.launch.scripts) > 0 {
		return
	}
	var tool string
	for _, c := range s.launch.commands {
		if isRunner(c) && (c[0] == "poetry" || c[0] == "pipenv" || c[0] == "pdm") {
			tool = c[0]
		}
	}
	if tool == "" {
		return
	}
	exec := regexp.MustCompile(`"` + tool + `"\s*,\s*"run"\s*,\s*`)
	p.rewrite = func(text string) string {
		return strings.ReplaceAll(exec.ReplaceAllString(text, ""), tool+" run ", "")
	}
	if !s.onPath(a.venv + "/bin") {
		p.env = append(p.env, "ENV VIRTUAL_ENV="+a.venv+" PATH="+a.venv+"/bin:$PATH")
	}
	for _, c := range s.launch.commands {
		p.provides = append(p.provides, path.Base(npx(c)[0]))
	}
	p.assume(tool + " run only starts the program: the start command names it without " + tool + ", which finds it on the PATH")
}

// copyRoot copies the files of a program that lies in the root.
func (a *pythonApp) copyRoot(s *subject, p *plan) *Refusal {
	tops := map[string]bool{}
	for _, f := range s.tree.names {
		first, _, deep := strings.Cut(strings.TrimPrefix(f, "/"), "/")
		at := "/" + first
		if systemFolder(at) {
			at, deep = f, false
		}
		if tops[at] || isProjectFile(path.Base(at)) {
			continue
		}
		tops[at] = true
		p.copy(at, deep)
	}
	carryMade(s, p)
	if len(p.copies) > inputLimit+2 {
		return refuse(ReadsWorkdir, "a folder for the program", "the program is copied into the root folder, among the files of the system; copy it to a folder of its own, with WORKDIR")
	}
	p.provides = append(p.provides, "python", "python3", path.Base(s.launch.words[0]))
	return nil
}

func systemFolder(at string) bool {
	switch at {
	case "/usr", "/etc", "/var", "/bin", "/lib", "/opt", "/root", "/tmp", "/home", "/sbin", "/dev", "/run", "/srv":
		return true
	}
	return false
}

// pythonStart reports whether the start command runs Python, one of its console
// scripts, or a script of the context.
func pythonStart(s *subject, p *plan) bool {
	for _, c := range s.launch.commands {
		if p.rewrite != nil {
			c = npx(c)
		}
		switch path.Base(c[0]) {
		case "poetry", "pipenv", "pdm", "uv", "conda", "supervisord", "nginx", "apache2ctl", "sshd", "cron", "make", "service":
			return false
		}
	}
	return true
}

// pythonTarget makes sure that the file or module that is started is there.
func pythonTarget(s *subject, p *plan) *Refusal {
	words := npx(s.launch.words)
	name := path.Base(words[0])
	if name == "python" || strings.HasPrefix(name, "python3") {
		for k := 1; k < len(words); k++ {
			if words[k] == "-m" || words[k] == "-c" {
				return nil
			}
			if strings.HasPrefix(words[k], "-") {
				continue
			}
			at := absolute(s.workdir, words[k])
			if s.tree.isFile(at) || s.tree.isFile(path.Join(at, "__main__.py")) {
				return nil
			}
			return refuse(LaunchNotBuilt, "the file "+at, "the container starts "+at+", which no COPY of the build context brings; check the path")
		}
		return nil
	}
	for _, w := range words[1:] {
		module, _, ok := strings.Cut(w, ":")
		if !ok || strings.ContainsAny(module, "/-$.[") && !isModule(module) || module == "" || isNumber(module) {
			continue
		}
		at := path.Join(s.workdir, strings.ReplaceAll(module, ".", "/"))
		if !s.tree.isFile(at+".py") && !s.tree.isFile(path.Join(at, "__init__.py")) {
			p.assume("the module " + module + " is part of what is copied")
		}
	}
	return nil
}

func isModule(name string) bool {
	return !strings.ContainsAny(name, "/-$[") && name[0] != '.' && (name[0] < '0' || name[0] > '9')
}
