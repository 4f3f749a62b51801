package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
	"github.com/dlint/dlint/lint/shell"
)

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
	own := has && strings.TrimSuffix(prefix.Value, "/") == "/usr/local" // as without it
	if !own && op.Target != nil || st.cmd.Has("--user", "-t", "--target", "--root") {
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
			a.fromGit = a.fromGit || strings.Contains(pkg.Word.Value, "git+")
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
		if r := a.readRequirements(s, st, absolute(st.dir, name)); r != nil {
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
			if len(ops) == 0 {
				continue
			}
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
		a.fromGit = a.fromGit || strings.Contains(r.Ref, "git+")
		a.unknown = append(a.unknown, r.Ref)
		return
	}
	a.add(r.Name)
}

// readRequirements reads a file of requirements and those that it names, each once.
func (a *pythonApp) readRequirements(s *subject, st *step, at string) *Refusal {
	if slices.Contains(a.lists, at) {
		return nil
	}
	a.lists = append(a.lists, at)
	text, ok := s.readMounted(st, at)
	if !ok {
		return refuse(MissingManifest, path.Base(at), "the build context brings no "+at+", so the packages are not known; name the context with --context")
	}
	for _, r := range manifest.ReadRequirements(text) {
		switch {
		case r.Editable:
			return editable()
		case r.Include != "":
			if r := a.readRequirements(s, st, path.Join(path.Dir(at), r.Include)); r != nil {
				return r
			}
		default:
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
	a.fromGit = a.fromGit || strings.Contains(text, `type = "git"`) || strings.Contains(text, "git = ") || strings.Contains(text, "git+")
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
	a.fromGit = a.fromGit || strings.Contains(text, `"git":`)
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
