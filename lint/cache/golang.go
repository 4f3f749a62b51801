package cache

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
)

// goOutput stands for what a Go build writes. The compiler gives the same bytes
// for the same sources, so that files which are no sources do not count.
func (g *Graph) goOutput(st *Stage, k int, s *Step, depth int) string {
	out, ok := g.goOutputs[s]
	if !ok {
		out = g.goBuild(st, k, s, depth)
		g.goOutputs[s] = out
	}
	return out
}

func (g *Graph) goBuild(st *Stage, k int, s *Step, depth int) string {
	var parts []string
	for _, c := range g.in.Doc.Shell(s.Ins).All() {
		parts = append(parts, words(c, s.env)...)
	}
	parts = append(parts, g.in.Doc.Stages().StateAt(s.Ins).Workdir)
	for _, v := range s.env {
		if strings.HasPrefix(v.name, "GO") || strings.HasPrefix(v.name, "CGO") || v.name == "CC" || v.name == "PATH" {
			parts = append(parts, v.name, v.value)
		}
	}
	for cur, n := st, k; cur != nil; {
		for i := n - 1; i >= 0; i-- {
			parts = append(parts, g.goInput(cur, i, depth)...)
		}
		parts = append(parts, cur.start.key)
		next := g.all[cur.Base.Stage]
		if next == nil {
			break
		}
		cur, n = next, len(next.steps)
		parts = parts[:len(parts)-1]
	}
	return digest(parts...)
}

// goInput lists what an earlier step means to a Go build.
func (g *Graph) goInput(st *Stage, k, depth int) []string {
	s := st.steps[k]
	switch {
	case s.model == nil:
		return []string{s.Key}
	case s.model.Copy != nil && s.model.Copy.From == nil && !s.Ins.IsOnbuild():
		c := s.model.Copy
		parts := []string{s.own}
		embeds := g.embeds(c)
		for _, f := range c.Selection().Files {
			if goSource(f.Path) || embedded(embeds, f.Path) {
				parts = append(parts, c.Target(f.Path), g.identityFor(f, embeds))
			}
		}
		if len(c.Selection().Opaque) > 0 {
			parts = append(parts, g.in.GitDir) // go stamps the commit into the program
		}
		return parts
	case s.Ins.Name == "RUN":
		if e := g.effectOf(s); !e.unknown {
			return []string{g.rerun(st, k, s, e, depth+1)}
		}
		return []string{s.Key}
	case s.model.Copy != nil:
		return append([]string{s.own}, s.inputs...)
	}
	return []string{s.own}
}

// identityFor is goIdentity, but of all of a file that goes into the program as it
// is.
func (g *Graph) identityFor(f *buildctx.Entry, embeds []string) string {
	if embedded(embeds, f.Path) {
		return g.identity(f)
	}
	return g.goIdentity(f)
}

// rerun stands for what an earlier RUN leaves for a Go build.
func (g *Graph) rerun(st *Stage, k int, s *Step, e *effect, depth int) string {
	if e.goes || len(e.installs) == 1 && e.installs[0] == "/go/pkg" {
		return g.goOutput(st, k, s, depth)
	}
	return g.output(st, k, s, e, "/", depth)
}

// goSource reports whether the go command may compile the file.
func goSource(name string) bool {
	base := path.Base(name)
	switch path.Ext(base) {
	case ".go":
		return !strings.HasSuffix(base, "_test.go") && !strings.HasPrefix(base, "_") && !strings.HasPrefix(base, ".")
	case ".s", ".S", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".m", ".f", ".F", ".for", ".f90", ".swig", ".swigcxx", ".syso", ".a", ".o", ".mod", ".sum", ".work":
		return true
	}
	return base == "modules.txt" || base == "go.env"
}

// embeds returns the paths, below the context, that //go:embed lines of a COPY's
// files may name.
func (g *Graph) embeds(c *layers.Copy) []string {
	var out []string
	for _, f := range c.Selection().Files {
		if path.Ext(f.Path) != ".go" || f.Size > 1<<20 {
			continue
		}
		text := g.readFile(f)
		for line := range strings.Lines(text) {
			rest, ok := strings.CutPrefix(line, "//go:embed")
			if !ok {
				continue
			}
			for _, p := range strings.Fields(rest) {
				p = strings.TrimPrefix(strings.Trim(p, "\"`"), "all:")
				out = append(out, path.Join(path.Dir(f.Path), p))
			}
		}
	}
	return out
}

// embedded reports whether a pattern of //go:embed takes the file.
func embedded(patterns []string, file string) bool {
	for _, p := range patterns {
		e := layers.Entry{Path: "/" + p, Dir: true, Glob: strings.ContainsAny(p, "*?[")}
		if e.Covers("/" + file) {
			return true
		}
	}
	return false
}

func (g *Graph) readFile(f *buildctx.Entry) string {
	data, err := g.in.Doc.Context().ReadFile(f.Path, 0)
	if err != nil {
		return ""
	}
	return string(data)
}
