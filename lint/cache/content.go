package cache

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/layers"
)

// content stands for what lies at a path of a stage behind its first n own
// steps: equal when nothing that may have written there has changed.
func (g *Graph) content(st *Stage, n int, p string) string {
	return digest(g.writers(st, n, p, 0)...)
}

// maxDepth bounds how far files are followed through stages and commands.
const maxDepth = 1000

// place is a path of a stage behind its first n own steps.
type place struct {
	st   *Stage
	n    int
	path string
}

// writers lists what may have written to the path, the last first.
func (g *Graph) writers(st *Stage, n int, p string, depth int) []string {
	if depth > maxDepth {
		return []string{st.end.key}
	}
	at := place{st, n, p}
	known, ok := g.writersOf[at]
	if !ok {
		// One digest for all, or what is copied twice would double at every stage.
		known = digest(g.listWriters(st, n, p, depth)...)
		g.writersOf[at] = known
	}
	return []string{known}
}

func (g *Graph) listWriters(st *Stage, n int, p string, depth int) []string {
	var out []string
	for k := n - 1; k >= 0; k-- {
		s := st.steps[k]
		if s.model == nil {
			continue // FROM
		}
		more, whole := g.written(st, k, s, p, depth)
		out = append(out, more...)
		if whole {
			return out
		}
	}
	if base := g.all[st.Base.Stage]; base != nil {
		return append(out, g.writers(base, len(base.steps), p, depth+1)...)
	}
	if len(out) > 0 && !system(p) {
		return out // images do not bring folders of projects
	}
	return append(out, st.start.key)
}

// system reports whether a base image may well have files at the path.
func system(p string) bool {
	if p == "/" {
		return true
	}
	first, _, _ := strings.Cut(p[1:], "/")
	switch first {
	case "app", "src", "srv", "build", "workspace", "code", "out", "dist", "work", "project", "venv", "target", "rails":
		return false
	}
	return true
}

// written lists what step k of a stage brings to the path, and whether nothing
// from before is left there.
func (g *Graph) written(st *Stage, k int, s *Step, p string, depth int) (out []string, whole bool) {
	switch {
	case s.model.Copy != nil && s.Ins.IsOnbuild():
		return []string{s.Key}, false
	case s.model.Copy != nil && s.model.Copy.From == nil:
		return g.copied(s, s.model.Copy, p)
	case s.model.Copy != nil:
		return g.copiedFrom(s, s.model.Copy, p, depth), false
	case s.Ins.Name == "RUN":
		e := g.effectOf(s)
		if !g.touches(st, k, s, e, p) {
			return nil, false
		}
		return []string{g.output(st, k, s, e, p, depth)}, false
	}
	return nil, false
}

// overlap reports whether one of the paths is the other or lies in it.
func overlap(a, b string) bool { return a == b || layers.Inside(a, b) || layers.Inside(b, a) }

// copied lists the files of the context, heredocs and downloads at a path.
func (g *Graph) copied(s *Step, c *layers.Copy, p string) (out []string, whole bool) {
	for k := range c.Sources {
		src := &c.Sources[k]
		if (src.URL || src.Heredoc != nil) && overlap(c.DestPath, p) {
			out = append(out, s.own, digest(s.inputs...))
		}
	}
	if !overlap(c.DestPath, p) {
		return out, false
	}
	for _, f := range c.Selection().Files {
		t := c.Target(f.Path)
		if t == p {
			return append(out, g.identity(f), c.Chown, c.Chmod), true
		}
		if matchOrInside(p, t) {
			out = append(out, t, g.identity(f), c.Chown, c.Chmod)
		}
	}
	for _, git := range c.Selection().Opaque {
		if t := c.Target(git.Path); t == "" || overlap(t, p) {
			out = append(out, g.in.GitDir)
		}
	}
	return out, false
}

// matchOrInside reports whether t lies at or below p, which may hold wildcards.
func matchOrInside(p, t string) bool {
	if !strings.ContainsAny(p, "*?[") {
		return p == t || layers.Inside(p, t)
	}
	e := layers.Entry{Path: p, Dir: true, Glob: true}
	return e.Covers(t)
}

// copiedFrom lists what another stage gives to a path.
func (g *Graph) copiedFrom(s *Step, c *layers.Copy, p string, depth int) []string {
	if !overlap(c.DestPath, p) {
		return nil
	}
	if c.From.Stage == nil || g.all[c.From.Stage] == nil {
		return []string{s.own, digest(s.inputs...)}
	}
	from := g.all[c.From.Stage]
	out := []string{c.Chown, c.Chmod}
	for k := range c.Sources {
		src := layers.Absolute("/", c.Sources[k].Value)
		if layers.Inside(c.DestPath, p) {
			rel := strings.TrimPrefix(strings.TrimPrefix(p, c.DestPath), "/")
			first, rest, _ := strings.Cut(rel, "/")
			if first == path.Base(src) {
				out = append(out, g.writers(from, len(from.steps), path.Join(src, rest), depth+1)...)
				continue
			}
			src = path.Join(src, rel)
		}
		out = append(out, g.writers(from, len(from.steps), src, depth+1)...)
	}
	return out
}
