package layers

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// Copy is what a COPY or ADD takes, and where it puts it.
type Copy struct {
	Sources []Source
	// Dest is the destination as written, DestPath with variables put in and
	// made absolute.
	Dest     dockerfile.Word
	DestPath string
	// DestKnown is false when a variable or an unknown working directory
	// decides.
	DestKnown bool
	// DestDir says that the destination is a directory: it ends in a slash, is
	// ".", or several sources go there.
	DestDir bool
	// From is the stage, image or named context of --from; nil for the build
	// context.
	From    *stage.Use
	Link    bool
	Parents bool
	Exclude []string
	Chown   string
	Chmod   string

	context *buildctx.Context
	once    sync.Once
	chosen  *buildctx.Selection
}

// Source is one source of a COPY or ADD.
type Source struct {
	Word dockerfile.Word
	// Value is the source with variables put in, without leading slash or "./".
	Value string
	Known bool
	// URL says that ADD fetches it, Git that it is a repository.
	URL, Git bool
	Heredoc  *dockerfile.Heredoc
}

// Wide reports whether the source is the whole context or stage.
func (s *Source) Wide() bool { return s.Heredoc == nil && !s.URL && s.Known && s.Value == "." }

func (m *Model) copy(s *Step) {
	ins := s.Ins
	if len(ins.Args) < 2 {
		return
	}
	scope, st := m.graph.ScopeAt(ins), m.graph.StateAt(ins)
	c := &Copy{context: m.context}
	s.Copy = c
	if f := ins.Flag("from"); f != nil {
		c.From = m.useOf(s, f.ValueRange)
		c.context = nil
	}
	m.copyFlags(c, ins)
	last := len(ins.Args) - 1
	for _, w := range ins.Args[:last] {
		c.Sources = append(c.Sources, m.source(scope, ins, w))
	}
	c.Dest = ins.Args[last]
	x := scope.Expand(c.Dest.Value)
	c.DestPath = Absolute(st.Workdir, x.Value)
	c.DestKnown = x.Known && (path.IsAbs(x.Value) || st.WorkdirKnown)
	c.DestDir = strings.HasSuffix(x.Value, "/") || x.Value == "." || strings.HasSuffix(x.Value, "/.") ||
		len(c.Sources) > 1 || c.DestPath == st.Workdir || Inside(c.DestPath, st.Workdir)
	for k := range c.Sources {
		s.Adds = append(s.Adds, c.entry(&c.Sources[k]))
	}
}

func (m *Model) copyFlags(c *Copy, ins *dockerfile.Instruction) {
	for k := range ins.Flags {
		f := &ins.Flags[k]
		on := !f.Has || strings.EqualFold(f.Value, "true")
		switch f.Name {
		case "link":
			c.Link = on
		case "parents":
			c.Parents = on
		case "exclude":
			c.Exclude = append(c.Exclude, f.Value)
		case "chown":
			c.Chown = f.Value
		case "chmod":
			c.Chmod = f.Value
		}
	}
}

func (m *Model) source(scope stage.Scope, ins *dockerfile.Instruction, w dockerfile.Word) Source {
	src := Source{Word: w}
	for k := range ins.Heredocs {
		if ins.Heredocs[k].Opener == w.Range {
			src.Heredoc = &ins.Heredocs[k]
			src.Value, src.Known = src.Heredoc.Name, true
			return src
		}
	}
	x := scope.Expand(w.Value)
	src.Value, src.Known = x.Value, x.Known
	if ins.Name == "ADD" {
		src.URL, src.Git = remote(x.Value)
	}
	if !src.URL {
		src.Value = strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(x.Value, `\`, "/")), "/")
		if src.Value == "" {
			src.Value = "."
		}
	}
	return src
}

// remote recognizes what ADD fetches, by BuildKit's rules.
func remote(v string) (url, git bool) {
	bare, _, _ := strings.Cut(v, "#")
	bare, _, _ = strings.Cut(bare, "?")
	switch {
	case strings.HasPrefix(v, "git@"), strings.HasPrefix(v, "git://"), strings.HasPrefix(v, "ssh://"):
		return true, true
	case strings.HasPrefix(v, "http://"), strings.HasPrefix(v, "https://"):
		return true, strings.HasSuffix(bare, ".git")
	}
	return false, false
}

// entry says what a source adds. What a file or folder is called at its
// destination is told by Target.
func (c *Copy) entry(src *Source) Entry {
	e := Entry{
		Path: c.DestPath, Dir: c.DestDir, Certain: c.DestKnown && src.Known,
		Range: src.Word.Range, Source: src.Value,
	}
	switch {
	case src.Heredoc != nil:
		e.Origin, e.Heredoc = FromHeredoc, src.Heredoc
		if c.DestDir {
			e.Path, e.Dir = path.Join(c.DestPath, src.Value), false
		}
	case src.URL:
		e.Origin = FromURL
		if base := urlBase(src.Value); c.DestDir && base != "" && !src.Git {
			e.Path, e.Dir = path.Join(c.DestPath, base), false
		} else if src.Git {
			e.Dir = true
		}
	case c.From != nil || c.context == nil:
		e.Origin = FromStage
		if c.From == nil {
			e.Origin = FromContext
		}
		e.Dir = true // it may be a folder
	default:
		e.Origin = FromContext
		e.Dir = e.Dir || c.takesDir(src)
	}
	return e
}

// takesDir reports whether the source is a folder of the context.
func (c *Copy) takesDir(src *Source) bool {
	if src.Wide() {
		return true
	}
	info, err := c.context.Stat(src.Value)
	return err == nil && info.IsDir()
}

func urlBase(u string) string {
	u, _, _ = strings.Cut(u, "?")
	u, _, _ = strings.Cut(u, "#")
	_, rest, _ := strings.Cut(u, "://")
	if k := strings.LastIndexByte(rest, '/'); k >= 0 {
		return rest[k+1:]
	}
	return ""
}

// FromContext reports whether sources are taken from the build context.
func (c *Copy) FromContext() bool { return c.From == nil }

// Wide reports whether a source is the whole context, or the whole stage.
func (c *Copy) Wide() bool {
	for k := range c.Sources {
		if c.Sources[k].Wide() {
			return true
		}
	}
	return false
}

// Selection returns what is taken from the build context, with the ignore file
// applied; an empty one, whose sources are unknown, without a context.
func (c *Copy) Selection() *buildctx.Selection {
	c.once.Do(func() {
		ctx := c.context
		if c.From != nil {
			ctx = nil
		}
		var sources []string
		for k := range c.Sources {
			if s := &c.Sources[k]; s.Heredoc == nil && !s.URL {
				sources = append(sources, s.Value)
			}
		}
		c.chosen = ctx.Select(sources, buildctx.SelectOptions{Exclude: c.Exclude, Parents: c.Parents})
	})
	return c.chosen
}

// pivot returns the leading folders that --parents drops: those before "/./" in
// source number k of the selection.
func (c *Copy) pivot(k int) string {
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Heredoc != nil || s.URL {
			continue
		}
		if k == 0 {
			before, _, found := strings.Cut(s.Word.Value, "/./")
			if !found {
				return ""
			}
			return strings.TrimPrefix(path.Clean("/"+before), "/") + "/"
		}
		k--
	}
	return ""
}

// Target returns where a file of the Selection lands in the image; "" when no
// source takes it.
func (c *Copy) Target(file string) string {
	for k, m := range c.Selection().Sources {
		if c.Parents {
			if slices.ContainsFunc(m.Files, func(e *buildctx.Entry) bool { return e.Path == file }) {
				return path.Join(c.DestPath, strings.TrimPrefix(file, c.pivot(k)))
			}
			continue
		}
		for _, p := range m.Paths {
			switch {
			case p == file && c.DestDir:
				return path.Join(c.DestPath, path.Base(file))
			case p == file:
				return c.DestPath
			case p == ".":
				return path.Join(c.DestPath, file)
			case Inside("/"+p, "/"+file):
				return path.Join(c.DestPath, strings.TrimPrefix(file, p+"/"))
			}
		}
	}
	return ""
}
