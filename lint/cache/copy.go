package cache

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

var noOptions buildctx.SelectOptions

func (g *Graph) copy(st *Stage, now state, ins *dockerfile.Instruction) state {
	c := g.in.Doc.Layers().Step(ins).Copy
	if c == nil {
		return now
	}
	s := &Step{Ins: ins, Text: g.text(now, ins, "")}
	own := []string{ins.Name}
	var used []*stage.Var
	scope := g.in.Doc.Stages().ScopeAt(ins)
	expand := func(word string) string {
		x := scope.Expand(word)
		used = append(used, x.Used...)
		return x.Value
	}
	for k := range ins.Flags {
		if f := &ins.Flags[k]; f.Name != "from" {
			own = append(own, "--"+f.Name, expand(f.Value))
		}
	}
	dest := expand(c.Dest.Value)
	for k := range c.Sources {
		src := &c.Sources[k]
		if src.Heredoc == nil {
			own = append(own, expand(src.Word.Value))
			continue
		}
		body := src.Heredoc.Content
		if src.Heredoc.Expand {
			x := scope.ExpandHeredoc(body)
			body, used = x.Value, append(used, x.Used...)
		}
		own = append(own, "<<"+src.Value, body)
	}
	own = append(own, dest)
	s.Depends = append(s.Depends, Part{Text, ins.Name, strings.Join(own, "\x00")})
	at := g.in.Doc.Stages().StateAt(ins)
	if !path.IsAbs(dest) {
		own = append(own, at.Workdir)
		s.Depends = append(s.Depends, Part{Workdir, at.Workdir, at.Workdir})
	}
	s.Depends = append(s.Depends, variables(used)...)
	s.own = digest(own...)
	g.sources(st, s, c)
	return g.add(st, now, s)
}

// variables are the parts for variables whose value an instruction uses.
func variables(used []*stage.Var) []Part {
	var out []Part
	for _, v := range used {
		kind := BuildArg
		if v.Kind == stage.Env {
			kind = Env
		}
		p := Part{kind, v.Name, v.Value}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// sources adds what a COPY or ADD takes to its key.
func (g *Graph) sources(st *Stage, s *Step, c *layers.Copy) {
	for k := range c.Sources {
		if src := &c.Sources[k]; src.URL {
			s.fetch(st, g.fetched(st, s, src))
		}
	}
	switch {
	case c.From == nil:
		s.take(g.selected(c.Selection()))
	case c.From.Stage != nil:
		from := g.all[c.From.Stage]
		if from == nil {
			return
		}
		for k := range c.Sources {
			g.takeFrom(s, from, layers.Absolute("/", c.Sources[k].Value))
		}
	default:
		g.takeImage(st, s, c.From)
	}
}

// fetched makes the step that fetches what ADD takes from an URL. BuildKit shows
// it as a line of its own that reads as the ADD does.
func (g *Graph) fetched(st *Stage, s *Step, src *layers.Source) *Step {
	content := g.in.URLs[src.Value]
	f := &Step{Stage: st, Ins: s.Ins, Line: g.line(s.Ins), Text: s.Text}
	checksum := ""
	for _, name := range [...]string{"checksum", "keep-git-dir"} {
		if o := s.Ins.Flag(name); o != nil {
			checksum += name + "=" + o.Value + "\x00"
		}
	}
	f.own = digest("fetch", src.Value, checksum)
	f.vertex, f.Key = f.own, digest(f.own, content)
	f.Depends = []Part{{URL, src.Value, content}}
	return f
}

// fetch adds a fetching step to the ones the step takes from.
func (s *Step) fetch(st *Stage, f *Step) {
	st.steps = append(st.steps, f)
	s.Inputs = append(s.Inputs, f)
	s.inputs = append(s.inputs, f.Key)
	s.Depends = append(s.Depends, f.Depends...)
}

// selected returns the files that are taken from the context, and a hash of all
// that BuildKit compares: names inside of folders, modes and content.
func (g *Graph) selected(sel *buildctx.Selection) ([]Part, string) {
	var parts []Part
	var lines []string
	for k := range sel.Sources {
		m := &sel.Sources[k]
		if m.State != buildctx.SourceFound {
			lines = append(lines, "state "+itoa(int(m.State)))
		}
		named := len(m.Paths) != 1 || strings.ContainsAny(m.Source, "*?[")
		paths := map[string]bool{}
		for _, p := range m.Paths {
			paths[p] = true
		}
		for _, f := range m.Files {
			id := g.identity(f)
			parts = append(parts, Part{File, f.Path, id})
			lines = append(lines, inside(paths, f.Path, named)+"\x00"+id)
		}
		for _, p := range m.Paths {
			lines = append(lines, g.folders(p)...)
		}
	}
	for _, git := range sel.Opaque {
		parts = append(parts, Part{File, git.Path, g.in.GitDir})
		lines = append(lines, git.Path+"\x00"+g.in.GitDir)
	}
	return parts, digest(lines...)
}

// inside is the name of a file below the source that takes it. The name of a
// source that is a file does not count, unless wildcards chose it.
func inside(paths map[string]bool, file string, named bool) string {
	if paths[file] {
		if named {
			return path.Base(file)
		}
		return ""
	}
	for p := path.Dir(file); p != "." && p != "/"; p = path.Dir(p) {
		if paths[p] {
			if named {
				return path.Base(p) + file[len(p):]
			}
			return file[len(p):]
		}
	}
	return file
}

// folders are those below a source, which are copied with their modes.
func (g *Graph) folders(p string) []string {
	if e, err := g.in.Doc.Context().Lstat(p); p != "." && (err != nil || !e.IsDir()) {
		return nil
	}
	var out []string
	for _, e := range g.in.Doc.Context().Sent() {
		if !e.IsDir() || e.Path == "." {
			continue
		}
		if p == "." {
			out = append(out, e.Path+"/"+g.mode(e))
		} else if e.Path == p || layers.Inside("/"+p, "/"+e.Path) {
			out = append(out, e.Path[len(p):]+"/"+g.mode(e))
		}
	}
	return out
}

// mode is what is compared of the mode of a file or folder.
func (g *Graph) mode(e *buildctx.Entry) string {
	if !g.in.GitModes {
		return e.Mode.String()
	}
	switch {
	case e.IsDir():
		return "d"
	case e.Mode.Perm()&0o100 != 0:
		return "x"
	}
	return ""
}

// identity stands for what is compared of a file.
func (g *Graph) identity(e *buildctx.Entry) string {
	switch {
	case e.IsSymlink():
		return "link " + e.Link
	case !e.IsRegular():
		return e.Mode.Type().String()
	case g.in.Identity != nil:
		return g.mode(e) + " " + g.in.Identity(e)
	}
	return g.mode(e) + " " + itoa(int(e.Size))
}
