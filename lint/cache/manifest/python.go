package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/shell"
)

func (p Project) pip(op *shell.PackageOp) Set {
	var s Set
	for i := range op.Packages {
		if k := &op.Packages[i]; k.Editable || k.IsDir || k.IsFile {
			s.Refuse = "pip builds the project itself (" + k.Word.Value + "), which reads its sources; write its dependencies into a requirements file"
			return s
		}
	}
	for _, list := range [][]shell.Word{op.Requirements, op.Constraints} {
		for _, w := range list {
			name := w.Value
			if w.Static && !strings.Contains(name, "://") {
				rel, ok := p.inProject(name)
				if !ok {
					s.refuse("the requirements file " + name + " lies elsewhere")
					continue
				}
				name = rel
			}
			p.requirements(&s, w, 0, name)
		}
	}
	return s
}

// maxNested bounds how deep requirement files name each other.
const maxNested = 10

// requirements adds a requirements file and those it names.
func (p Project) requirements(s *Set, w shell.Word, depth int, name string) {
	if !w.Static || strings.Contains(name, "://") {
		if strings.Contains(name, "://") {
			return
		}
		s.refuse("a variable names the requirements file")
		return
	}
	if path.IsAbs(name) || strings.HasPrefix(path.Clean(name), "..") {
		s.refuse("the requirements file " + name + " lies elsewhere")
		return
	}
	name = path.Clean(name)
	if slices.Contains(s.Files, name) {
		return
	}
	if !p.has(name) {
		if depth == 0 {
			s.Missing = true
		} else {
			s.refuse("the nested requirements file " + name + " is not in the build context")
		}
		return
	}
	if depth > maxNested {
		s.refuse("requirements files name each other too deeply")
		return
	}
	s.add(name)
	for _, line := range lines(strings.ReplaceAll(p.text(name), "\\\n", " "), "#") {
		p.requirement(s, w, depth, name, line)
	}
}

// requirement reads a line of a requirements file.
func (p Project) requirement(s *Set, w shell.Word, depth int, from, line string) {
	word, _, _ := strings.Cut(line, " #")
	word = strings.TrimSpace(word)
	for _, flag := range []string{"-r", "--requirement", "-c", "--constraint"} {
		if rest, ok := strings.CutPrefix(word, flag); ok && rest != "" && strings.ContainsAny(rest[:1], " =./abcdefghijklmnopqrstuvwxyz") {
			nested := strings.Trim(rest, " =")
			if flag == "-r" || flag == "-c" || strings.ContainsAny(rest[:1], " =") {
				p.requirements(s, w, depth+1, path.Join(path.Dir(from), nested))
				return
			}
		}
	}
	spec := word
	if _, after, ok := strings.Cut(word, " @ "); ok {
		spec = after
	}
	switch {
	case strings.HasPrefix(word, "-e"), strings.HasPrefix(word, "--editable"):
		s.refuse(from + " installs a folder of the project (" + word + ")")
	case strings.HasPrefix(word, "--find-links"), strings.HasPrefix(word, "-f"):
		if !strings.Contains(word, "://") {
			s.refuse(from + " finds packages in a folder of the project")
		}
	case strings.HasPrefix(spec, "."), strings.HasPrefix(spec, "/"), strings.HasPrefix(spec, "file:"),
		strings.HasSuffix(spec, ".whl") && !strings.Contains(spec, "://"), strings.HasSuffix(spec, ".tar.gz") && !strings.Contains(spec, "://"):
		s.refuse(from + " installs a file or folder of the project (" + word + ")")
	}
}

// pythonFiles are what the tools around pyproject.toml read.
var pythonFiles = map[string][]string{
	"poetry": {"pyproject.toml", "poetry.lock", "poetry.toml"},
	"uv":     {"pyproject.toml", "uv.lock", "uv.toml", ".python-version"},
	"pdm":    {"pyproject.toml", "pdm.lock", "pdm.toml"},
	"pipenv": {"Pipfile", "Pipfile.lock"},
}

func (p Project) python(tool string, c *shell.Command) Set {
	names := pythonFiles[tool]
	s := Set{Outputs: []string{".venv"}}
	if !p.has(names[0]) {
		s.Missing = true
		return s
	}
	s.add(p.present(names...)...)
	switch {
	case tool == "poetry" && !c.Has("--no-root") && !strings.Contains(p.text("pyproject.toml"), "package-mode = false"):
		s.refuse("without --no-root poetry installs the project itself, which reads its sources")
	case tool == "uv" && !c.Has("--no-install-project", "--no-install-workspace") && p.packaged():
		s.refuse("without --no-install-project uv installs the project itself, which reads its sources")
	case tool == "pdm" && !c.Has("--no-self"):
		s.refuse("without --no-self pdm installs the project itself, which reads its sources")
	}
	for _, line := range lines(p.text(names[0]), "#") {
		p.pyproject(&s, names[0], line)
	}
	return s
}

// packaged reports whether uv takes the project for a package.
func (p Project) packaged() bool {
	text := p.text("pyproject.toml")
	return strings.Contains(text, "[build-system]") && !strings.Contains(text, "package = false") || strings.Contains(text, "package = true")
}

// pyproject refuses lines of a pyproject.toml or Pipfile that name folders.
func (p Project) pyproject(s *Set, file, line string) {
	compact := strings.ReplaceAll(line, " ", "")
	switch {
	case strings.Contains(compact, "{path="), strings.Contains(compact, ",path="), strings.HasPrefix(compact, "path="):
		s.refuse(file + " has a dependency with a path in the project")
	case strings.Contains(compact, "file://"), strings.Contains(compact, "editable=true"):
		s.refuse(file + " has a dependency in the project")
	case strings.HasPrefix(line, "[tool.uv.workspace"), strings.Contains(compact, "workspace=true"):
		s.refuse(file + " has a uv workspace: every member's pyproject.toml is needed")
	}
}

func (p Project) conda(c *shell.Command) Set {
	var s Set
	w, ok := c.Option("-f", "--file")
	if !ok {
		s.Refuse = "the environment file is not named"
		return s
	}
	if !w.Static || path.IsAbs(w.Value) || strings.HasPrefix(w.Value, "..") {
		s.Refuse = "the environment file lies elsewhere"
		return s
	}
	if s.Missing = !p.has(w.Value); s.Missing {
		return s
	}
	s.add(path.Clean(w.Value))
	for _, line := range lines(p.text(w.Value), "#") {
		item := strings.TrimSpace(strings.TrimPrefix(line, "-"))
		if strings.HasPrefix(item, "-e") || strings.HasPrefix(item, "-r") || strings.HasPrefix(item, ".") || strings.HasPrefix(item, "--requirement") {
			s.refuse(w.Value + " has a pip section that reads other files (" + item + ")")
		}
	}
	return s
}
