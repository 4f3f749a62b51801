package layers

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Fate is what becomes of a file after the step that brought it.
type Fate struct {
	// Path is where it is in Stage.
	Path  string
	Stage *stage.Stage
	// By is the step that put it there.
	By *Step
	// RemovedBy is a later step of the stage that removes it, or nil; Removal
	// is the place that says so. The file stays readable in the layer of By.
	RemovedBy *Step
	Removal   *Entry
	// Carried are the copies of it in other stages.
	Carried []*Fate
	// InImage says that the layer of By is part of the image that is built.
	InImage bool
}

// Reaches reports whether the file is in a layer of the image that is built,
// itself or as a copy.
func (f *Fate) Reaches() bool {
	if f.InImage {
		return true
	}
	for _, c := range f.Carried {
		if c.Reaches() {
			return true
		}
	}
	return false
}

// maxCarried bounds how many copies of one file are followed.
const maxCarried = 64

// Fate follows a file that by puts at p.
func (m *Model) Fate(by *Step, p string) *Fate {
	left := maxCarried
	return m.follow(by, p, &left)
}

func (m *Model) follow(by *Step, p string, left *int) *Fate {
	f := &Fate{Path: p, Stage: by.Stage, By: by, InImage: m.graph.InTarget(by.Stage)}
	f.RemovedBy, f.Removal = m.removal(by, p)
	*left--
	for _, s := range m.graph.Stages {
		for _, u := range s.Uses {
			if *left <= 0 {
				return f
			}
			if u.Kind != stage.CopyFrom || !m.sees(u.Stage, by.Stage) || u.By.Err != nil {
				continue
			}
			step := m.Step(u.By)
			if m.gone(u.Stage, by, p) {
				continue
			}
			if to := carries(step, f.Path); to != "" {
				f.Carried = append(f.Carried, m.follow(step, to, left))
			}
		}
	}
	return f
}

// sees reports whether stage s has the files of stage of: it is that stage or
// built on it.
func (m *Model) sees(s, of *stage.Stage) bool {
	return s != nil && s.BuiltOn(of)
}

// removal finds the later step that removes p: in the same stage, or in one
// that is built on it and leads to the image.
func (m *Model) removal(by *Step, p string) (*Step, *Entry) {
	for _, s := range m.graph.Stages {
		if s != by.Stage && (!m.sees(s, by.Stage) || !m.graph.InTarget(s)) {
			continue
		}
		if step, e := m.removalIn(s, by, p); step != nil {
			return step, e
		}
	}
	return nil, nil
}

// gone reports whether p, which by brought, is no longer there at the end of
// stage s, which sees it.
func (m *Model) gone(s *stage.Stage, by *Step, p string) bool {
	for st := range s.Chain() {
		if step, _ := m.removalIn(st, by, p); step != nil {
			return true
		}
		if st == by.Stage {
			break
		}
	}
	return false
}

// carries returns where a COPY --from puts the file at p, or "" when it does not
// take it.
func carries(step *Step, p string) string {
	c := step.Copy
	if c == nil || !c.DestKnown {
		return ""
	}
	for k := range c.Sources {
		src := &c.Sources[k]
		if src.Heredoc != nil || src.URL || !src.Known {
			continue
		}
		from := path.Join("/", src.Value)
		at := matched(from, p)
		if at == "" || c.excludes(at, p) {
			continue
		}
		switch {
		case c.Parents:
			return path.Join(c.DestPath, strip(p[1:], src.strip))
		case at == p && (c.DestDir || wild(from)):
			return path.Join(c.DestPath, path.Base(p))
		case at == p:
			return c.DestPath
		default:
			return path.Join(c.DestPath, strings.TrimPrefix(p, at))
		}
	}
	return ""
}

// matched returns the part of p that the source names: p itself or a folder
// around it; "" when it does neither.
func matched(from, p string) string {
	if !wild(from) {
		if from == p || Inside(from, p) {
			return from
		}
		return ""
	}
	if !matchGlob(from, p, true) {
		return ""
	}
	end := 0
	for range strings.Count(from, "/") {
		next := strings.IndexByte(p[end+1:], '/')
		if next < 0 {
			return p
		}
		end += 1 + next
	}
	return p[:end]
}

// excludes reports whether --exclude leaves the file out. Patterns count from
// the folder that is copied.
func (c *Copy) excludes(at, p string) bool {
	rest := strings.TrimPrefix(strings.TrimPrefix(p, at), "/")
	if len(c.Exclude) == 0 || rest == "" {
		return false
	}
	var text strings.Builder
	for _, e := range c.Exclude {
		text.WriteString(e + "\n")
	}
	ignored, _ := buildctx.ParseIgnore(source.NewFile("", text.String())).Match(rest)
	return ignored
}

// Brought returns the last step before the given one, in its stage or those it
// is built on, that adds something covering p, and the entry that does.
func (m *Model) Brought(before *Step, p string) (*Step, *Entry) {
	index := before.Ins.Index
	for s := range before.Stage.Chain() {
		for k := len(s.Body) - 1; k >= 0; k-- {
			ins := s.Body[k]
			if ins.Index >= index || ins.Err != nil || !ins.Is("RUN", "COPY", "ADD") {
				continue
			}
			step := m.Step(ins)
			for i := range step.Adds {
				if e := &step.Adds[i]; e.Brings() && e.Covers(p) {
					return step, &step.Adds[i]
				}
			}
		}
	}
	return nil, nil
}
