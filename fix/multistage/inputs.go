package multistage

import (
	"path"
	"slices"
	"strings"
)

// inputLimit is how many run-time files may be found before it is better to say
// that they are not known.
const inputLimit = 8

// inputPath returns the path in the image that a string constant names, when the
// context brought something there that is no source code. A pattern, a format or
// a template (views/%s, views/${name}) names the folder before it.
func inputPath(s *subject, v string) (string, bool) {
	if rest, ok := strings.CutPrefix(v, "file:"); ok { // file://migrations, file:data/app.db?mode=ro
		v, _, _ = strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	}
	mark := strings.IndexAny(v, "*[%{")
	if mark > 0 && v[mark] == '{' && v[mark-1] == '$' {
		mark--
	}
	fixed := v
	if mark >= 0 {
		fixed = v[:mark]
	}
	if v == "" || len(v) > 200 || strings.ContainsAny(fixed, " \n\t\r<>{}$%;,\"'`()=&?|") || strings.Contains(v, "://") || v == "." || v == "/" || v == "./" {
		return "", false
	}
	if mark >= 0 {
		v = path.Dir(fixed + "x")
		if v == "." || v == "/" {
			return "", false
		}
	}
	at := absolute(s.workdir, v)
	if at == "/" || at == s.workdir || strings.HasPrefix(s.workdir, at+"/") {
		return "", false
	}
	switch {
	case s.tree.isFile(at):
		return at, !isProjectFile(path.Base(at))
	case s.tree.isDir(at):
		return at, holdsData(s, at)
	}
	if f, ok := s.settingsFile(at); ok {
		return f, true
	}
	return at, s.isMade(at) && !isSource(at)
}

// settingsFile returns the file of settings that is named without its ending.
func (s *subject) settingsFile(at string) (string, bool) {
	dir, name := path.Split(at)
	if len(name) > 40 || strings.ContainsAny(name, " \t\n") {
		return "", false // most strings are no names
	}
	f, ok := s.tree.find(path.Clean(dir), name+".toml", name+".yaml", name+".yml", name+".json", name+".ini", name+".conf")
	return f, ok && !isProjectFile(path.Base(f))
}

// isProjectFile reports whether a file is about the project rather than for the
// program.
func isProjectFile(name string) bool {
	switch name {
	case "Dockerfile", "go.mod", "go.sum", "Makefile", "LICENSE", "README.md", "package.json", "package-lock.json", "yarn.lock",
		"tsconfig.json", "Cargo.toml", "Cargo.lock", "pom.xml", "build.gradle", "requirements.txt", "pyproject.toml", ".gitignore", ".dockerignore":
		return true
	}
	return false
}

// holdsData reports whether a folder holds files that are no source code.
func holdsData(s *subject, dir string) bool {
	return slices.ContainsFunc(s.tree.under(dir), func(f string) bool { return !isSource(f) })
}

func isSource(f string) bool {
	switch path.Ext(f) {
	case ".go", ".rs", ".java", ".kt", ".scala", ".cs", ".fs", ".c", ".h", ".cc", ".cpp", ".hpp", ".swift", ".ex", ".exs", ".dart",
		".ts", ".tsx", ".mod", ".sum", ".proto", ".md":
		return true
	}
	return false
}

// goInputs copies the files that a Go program opens.
func goInputs(s *subject, p *plan, prog *goProgram) *Refusal {
	if prog.dynamic != "" {
		return refuse(ReadsWorkdir, "the files that the program opens",
			"the program reads its working directory ("+prog.dynamic+"), so the files that it needs are not known; embed them with go:embed")
	}
	if prog.unnamed {
		p.assume("the programs that it runs by computed names are not part of the image")
	}
	return copyInputs(s, p, prog.inputs)
}

// copyInputs adds the run-time files to the plan.
func copyInputs(s *subject, p *plan, inputs []string) *Refusal {
	inputs = topmost(inputs)
	if len(inputs) > inputLimit {
		return refuse(ReadsWorkdir, "the files that the program opens",
			"the sources name more than a handful of files ("+strings.Join(inputs[:3], ", ")+", ...), so what the program needs at run time is not certain")
	}
	for _, at := range inputs {
		if p.covers(at) {
			continue
		}
		p.copy(at, s.tree.isDir(at))
		p.carry(at + ", which the sources name")
		p.assume("the program opens no files but those that its sources name: " + at)
	}
	return nil
}

// topmost leaves out what lies below another path of the list.
func topmost(paths []string) []string {
	slices.Sort(paths)
	var out []string
	for _, at := range paths {
		if k := len(out) - 1; k >= 0 && (out[k] == at || strings.HasPrefix(at, out[k]+"/")) {
			continue
		}
		out = append(out, at)
	}
	return out
}

// placesLimit is how many paths are copied for a program that is not compiled, before
// it is better to say that it lies in too many places.
const placesLimit = inputLimit + 4

// copyContext adds the files of the context that the build copies to other places
// than the folder of the program: configuration, start scripts.
func copyContext(s *subject, p *plan) *Refusal {
	for _, f := range s.tree.names {
		if p.covers(f) || isProjectFile(path.Base(f)) || strings.HasPrefix(f, "/tmp/") || s.removed(f) {
			continue
		}
		p.copy(f, false)
		p.carry(f + ", which the build copies")
		if len(p.copies) > placesLimit {
			return manyPlaces()
		}
	}
	carryMade(s, p)
	if len(p.copies) > placesLimit {
		return manyPlaces()
	}
	return nil
}

func manyPlaces() *Refusal {
	return refuse(ReadsWorkdir, "the folder of the program", "the program lies in more than a handful of places; copy it to one folder")
}

// sourceInputs returns what string constants of the sources name, beyond what is
// packaged as a resource.
func sourceInputs(s *subject, extensions ...string) []string {
	var inputs []string
	for _, f := range s.tree.under(s.workdir) {
		if !slices.Contains(extensions, path.Ext(f)) || isTestFile(f) || path.Base(f) == "build.zig" {
			continue
		}
		text, _ := s.tree.read(f)
		for _, lit := range stringLiterals(text) {
			if _, settings := s.settingsFile(path.Join(s.workdir, lit)); !settings && !strings.ContainsAny(lit, "./") && !dataFolder(lit) {
				continue // a word that is not for a file, as far as it tells
			}
			if at, ok := inputPath(s, lit); ok && !strings.Contains(at, "/src/main/resources") && !strings.Contains(at, "/target") {
				inputs = append(inputs, at)
			}
		}
	}
	return inputs
}
