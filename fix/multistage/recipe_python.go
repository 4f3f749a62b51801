package multistage

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/manifest"
	"github.com/dlint/dlint/lint/shell"
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
	unknown  []string // dependencies that are not in the table
	venv     string   // where they are installed; empty for the system's folder
	system   bool     // something is installed into the system's folder
	frontend []string // pdm, poetry and the like, installed for the build
	minor    string   // "3.12"
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
		if n := s.needs(); len(n.dropped) == 0 && (len(app.frontend) == 0 || app.venv == "") {
			return refuse(NothingToDrop, "compilers or build tools in the image",
				"the base image is small and no step installs build tools, so a second stage would gain nothing")
		}
	}
	image, r := pythonImage(s, p, app)
	if r != nil {
		return r
	}
	p.runtime, p.sameImage = image, true
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

// readPython reads what is installed, and where.
func readPython(s *subject) (*pythonApp, *Refusal) {
	app := &pythonApp{}
	parts := strings.Split(s.tag.Version, ".")
	if image := uvPython(s); s.base.Family == "uv" && image != "" {
		parts = strings.Split(strings.TrimPrefix(strings.TrimSuffix(image, image[strings.Index(image, "-"):]), "python:"), ".")
	}
	if len(parts) >= 2 && isNumber(parts[1]) {
		app.minor = parts[0] + "." + parts[1]
	}
	if s.base.Family == "uv" {
		app.frontend = append(app.frontend, "uv")
	}
	installs := 0
	for _, st := range s.steps {
		op := st.cmd.Package()
		if op == nil || op.Action != shell.Install || !slices.Contains([]string{"pip", "poetry", "pipenv", "pdm", "uv"}, op.Manager) {
			continue
		}
		if r := app.readInstall(s, st, op); r != nil {
			return nil, r
		}
		installs++
	}
	if installs == 0 {
		return nil, refuse(NothingToDrop, "an installation of packages", "no step installs packages, so a second stage would gain nothing")
	}
	if app.venv == "" && app.minor == "" {
		return nil, refuse(VariableBase, "the minor version of Python",
			"the tag "+s.ref.Tag+" does not say which Python it is, so the folder of the packages is not known; write the version, as in python:3.13")
	}
	return app, nil
}

// readInstall reads one installation.
func (a *pythonApp) readInstall(s *subject, st *step, op *shell.PackageOp) *Refusal {
	if op.Manager != "pip" {
		return a.readProject(s, st, op)
	}
	prefix, has := st.cmd.Option("--prefix")
	if op.Target != nil || st.cmd.Has("--user", "-t") || has && strings.TrimSuffix(prefix.Value, "/") != "/usr/local" {
		return refuse(OutputUnknown, "the folder that pip installs into", "pip installs into a folder of its own, which is not followed; use a virtual environment")
	}
	inVenv := a.setVenv(s, st)
	a.system = a.system || !inVenv && (len(op.Requirements) > 0 || slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return !isPythonTool(manifest.PythonName(x.Name)) }))
	for k := range op.Packages {
		pkg := &op.Packages[k]
		switch {
		case pkg.Editable:
			return editable()
		case pkg.IsDir || pkg.IsFile:
			if r := a.localPackage(s, st, pkg); r != nil {
				return r
			}
		case pkg.IsURL:
			a.unknown = append(a.unknown, pkg.Word.Value)
		default:
			a.add(manifest.PythonName(pkg.Name))
		}
	}
	for _, w := range op.Requirements {
		name, ok := s.word(st, w)
		if !ok || st.dir == "" {
			return refuse(MissingManifest, "the requirements file", "the name of the requirements file depends on a variable; write it")
		}
		if r := a.readRequirements(s, st, absolute(st.dir, name), 0); r != nil {
			return r
		}
	}
	return nil
}

func editable() *Refusal {
	return refuse(Editable, "a regular installation", "pip install -e links to the sources instead of copying them; install without -e")
}

func (a *pythonApp) localPackage(s *subject, st *step, pkg *shell.Package) *Refusal {
	dir := absolute(st.dir, pkg.Word.Value)
	text, ok := s.tree.read(path.Join(dir, "pyproject.toml"))
	if !ok {
		a.unknown = append(a.unknown, pkg.Word.Value)
		return nil
	}
	for _, line := range manifest.ReadTOML(text).Strings("project", "dependencies") {
		a.addRequirement(manifest.PythonRequirement(line))
	}
	return nil
}

// setVenv finds the virtual environment that pip installs into, and reports
// whether there is one.
func (a *pythonApp) setVenv(s *subject, st *step) bool {
	if first := firstWord(st.cmd); strings.HasSuffix(first, "/bin/pip") || strings.HasSuffix(first, "/bin/pip3") || strings.HasSuffix(first, "/bin/python") {
		if dir := path.Dir(path.Dir(first)); dir != "/usr/local" && dir != "/usr" {
			a.venv = absolute(st.dir, dir)
			return true
		}
	}
	found := false
	for _, v := range s.steps {
		if v.cmd.Is("python") && strings.Contains(commandText(v), "-m venv") || v.cmd.Is("virtualenv") {
			ops := v.cmd.Args()
			if dir, ok := s.word(v, ops[len(ops)-1]); ok && s.onPath(path.Join(absolute(v.dir, dir), "bin")) {
				a.venv = absolute(v.dir, dir)
				found = true
			}
		}
	}
	return found
}

// onPath reports whether ENV PATH has the folder in front.
func (s *subject) onPath(dir string) bool {
	v := s.doc.Stages().ScopeAtEnd(s.stage).Lookup("PATH")
	if v == nil {
		return false
	}
	return slices.Contains(strings.Split(v.Value, ":"), dir) || strings.HasPrefix(v.Value, dir)
}

func (a *pythonApp) add(name string) {
	if slices.Contains([]string{"poetry", "pipenv", "pdm", "uv"}, name) && !slices.Contains(a.frontend, name) {
		a.frontend = append(a.frontend, name)
	}
	if name == "" || isPythonTool(name) {
		return
	}
	if !slices.Contains(a.packages, name) {
		a.packages = append(a.packages, name)
	}
}

// isPythonTool reports whether a package installs others.
func isPythonTool(name string) bool {
	switch name {
	case "pip", "setuptools", "wheel", "poetry", "pipenv", "pdm", "uv", "virtualenv", "poetry-core", "build":
		return true
	}
	return false
}

func (a *pythonApp) addRequirement(r manifest.Requirement) {
	if r.Ref != "" {
		a.unknown = append(a.unknown, r.Ref)
		return
	}
	a.add(r.Name)
}

func (a *pythonApp) readRequirements(s *subject, st *step, at string, depth int) *Refusal {
	text, ok := s.readMounted(st, at)
	if !ok {
		return refuse(MissingManifest, path.Base(at), "the build context brings no "+at+", so the packages are not known; name the context with --context")
	}
	for _, r := range manifest.ReadRequirements(text) {
		switch {
		case r.Editable:
			return editable()
		case r.Include != "" && depth < depthLimit:
			if r := a.readRequirements(s, st, path.Join(path.Dir(at), r.Include), depth+1); r != nil {
				return r
			}
		case r.Include == "":
			a.addRequirement(r)
		}
	}
	return nil
}

// readMounted reads a file that the context brings by COPY, or by a bind mount of
// the step.
func (s *subject) readMounted(st *step, at string) (string, bool) {
	if text, ok := s.tree.read(at); ok {
		return text, true
	}
	for _, m := range s.doc.Layers().Step(st.ins).Mounts {
		if m.Type != "bind" && m.Type != "" || m.From != nil {
			continue
		}
		target := m.Target
		if !path.IsAbs(target) {
			target = absolute(st.dir, target)
		}
		if target == at {
			if data, err := s.doc.Context().ReadFile(strings.TrimPrefix(m.Source, "/"), readLimit); err == nil {
				return string(data), true
			}
		}
	}
	return "", false
}

// readProject reads an installation from pyproject.toml or Pipfile.
func (a *pythonApp) readProject(s *subject, st *step, op *shell.PackageOp) *Refusal {
	if op.Manager == "uv" && (op.Subcommand == "pip" || strings.HasPrefix(op.Subcommand, "pip ")) {
		return refuse(OutputUnknown, "the folder that uv installs into", "uv pip install is not followed; use uv sync")
	}
	dir := st.dir
	lock := map[string]string{"poetry": "poetry.lock", "pdm": "pdm.lock", "uv": "uv.lock", "pipenv": "Pipfile.lock"}[op.Manager]
	text, ok := s.readMounted(st, path.Join(dir, lock))
	if !ok {
		return refuse(MissingManifest, lock, "the build context brings no "+lock+", so the packages are not known; commit it")
	}
	if want, ok := s.tree.read(path.Join(dir, ".python-version")); ok && op.Manager == "uv" && !strings.HasPrefix(strings.TrimSpace(want)+".", a.minor+".") {
		return refuse(OutputUnknown, "a .python-version that fits the image",
			"uv fetches the Python of .python-version ("+strings.TrimSpace(want)+"), which is not the one of the image; let both be the same")
	}
	inProject := false
	switch op.Manager {
	case "uv", "pdm":
		inProject = true
	case "poetry":
		v, _ := s.env("POETRY_VIRTUALENVS_IN_PROJECT")
		inProject = v == "true" || v == "1" || s.says("poetry", "virtualenvs.in-project", "true")
		create, _ := s.env("POETRY_VIRTUALENVS_CREATE")
		if create == "false" || create == "0" || s.says("poetry", "virtualenvs.create", "false") {
			a.system = true
			return a.addLock(op.Manager, text, withoutDev(st, op.Manager))
		}
	case "pipenv":
		if st.cmd.Has("--system") {
			a.system = true
			return a.addLock(op.Manager, text, withoutDev(st, op.Manager))
		}
		v, _ := s.env("PIPENV_VENV_IN_PROJECT")
		inProject = v != "" && v != "0"
	}
	if !inProject {
		return refuse(OutputUnknown, "the folder of the virtual environment",
			op.Manager+" makes a virtual environment whose folder is not known; let it make .venv in the project")
	}
	a.venv = path.Join(dir, ".venv")
	return a.addLock(op.Manager, text, withoutDev(st, op.Manager))
}

// says reports whether a command sets something: poetry config KEY VALUE.
func (s *subject) says(words ...string) bool {
	for _, st := range s.find(words[0]) {
		args, _ := s.args(st)
		all := true
		for _, w := range words[1:] {
			all = all && slices.Contains(args, w)
		}
		if all {
			return true
		}
	}
	return false
}

// addLock adds the packages of a lock file that are installed; main says that
// those for development are not.
func (a *pythonApp) addLock(manager, text string, main bool) *Refusal {
	if manager == "pipenv" {
		a.addPipfile(text, main)
		return nil
	}
	for block := range strings.SplitSeq(text, "[[package]]") {
		name, dev := "", false
		for line := range strings.SplitSeq(block, "\n") {
			if strings.HasPrefix(line, "[") {
				break // a table of the package
			}
			if v, ok := strings.CutPrefix(line, "name = "); ok {
				name = manifest.PythonName(strings.Trim(v, `"'`))
			}
			groups, ok := strings.CutPrefix(line, "groups = ")
			dev = dev || strings.HasPrefix(line, `category = "dev"`) || ok && !strings.Contains(groups, `"main"`) && !strings.Contains(groups, `"default"`)
		}
		if !main || !dev {
			a.add(name)
		}
	}
	return nil
}

// addPipfile adds the packages of a Pipfile.lock.
func (a *pythonApp) addPipfile(text string, main bool) {
	if main {
		text, _, _ = strings.Cut(text, `    "develop": {`)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if rest, ok := strings.CutPrefix(line, `        "`); ok && strings.HasSuffix(strings.TrimSpace(rest), `": {`) {
			name, _, _ := strings.Cut(rest, `"`)
			if name != "hash" && name != "requires" && name != "sources" {
				a.add(manifest.PythonName(name))
			}
		}
	}
}

// withoutDev reports whether an installation leaves the packages for development
// out.
func withoutDev(st *step, manager string) bool {
	if manager == "pipenv" {
		return !st.cmd.Has("--dev", "-d")
	}
	only, ok := st.cmd.Option("--only")
	without, has := st.cmd.Option("--without")
	return st.cmd.Has("--no-dev", "--prod", "--production") || ok && only.Value == "main" || has && without.Value == "dev"
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
	}
	p.provides = append(p.provides, []string{"python", "python3", "pip", "gunicorn", "uvicorn", "flask", "django-admin", "celery", "alembic", "hypercorn", "daphne", "streamlit", "waitress-serve", "fastapi"}...)
	p.provides = append(p.provides, path.Base(npx(s.launch.words)[0]))
	for _, c := range s.launch.commands {
		c = npx(c)
		p.provides = append(p.provides, pythonScripts(a, c)...)
	}
	if len(p.copies) > inputLimit+4 {
		return refuse(ReadsWorkdir, "the folder of the program", "the program lies in more than a handful of places; copy it to one folder")
	}
	return nil
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
