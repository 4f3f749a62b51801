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
	// ".", several sources go there, or it is there already as one, as far as the
	// instructions before tell. Of an image, only what every system has is known.
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
	// Archive says that ADD unpacks it, going by its name.
	Archive bool
	Heredoc *dockerfile.Heredoc
	// strip is how many leading elements --parents drops: those before "/./".
	strip int
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
	m.copyFlags(c, scope, ins)
	last := len(ins.Args) - 1
	for _, w := range ins.Args[:last] {
		c.Sources = append(c.Sources, m.source(scope, ins, w))
	}
	c.Dest = ins.Args[last]
	x := scope.Expand(c.Dest.Value)
	dest, absolute := stage.Join(st.Workdir, x.Value)
	c.DestPath, c.DestKnown = dest, x.Known && (absolute || st.WorkdirKnown)
	c.DestDir = strings.HasSuffix(x.Value, "/") || strings.HasSuffix(x.Value, `\`) || x.Value == "." || strings.HasSuffix(x.Value, "/.") ||
		len(c.Sources) > 1 || c.DestPath == st.Workdir || Inside(c.DestPath, st.Workdir) ||
		c.DestKnown && m.isDir(s, c.DestPath)
	for k := range c.Sources {
		s.Adds = append(s.Adds, c.entry(&c.Sources[k]))
	}
}

func (m *Model) copyFlags(c *Copy, scope stage.Scope, ins *dockerfile.Instruction) {
	for k := range ins.Flags {
		f := &ins.Flags[k]
		on := !f.Has || strings.EqualFold(f.Value, "true")
		switch f.Name {
		case "link":
			c.Link = on
		case "parents":
			c.Parents = on
		case "exclude":
			c.Exclude = append(c.Exclude, scope.Expand(f.Value).Value)
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
		src.Archive = !src.URL && IsArchive(x.Value) && !unpackOff(ins)
	}
	if before, _, ok := strings.Cut(x.Value, "/./"); ok {
		if before = strings.Trim(path.Clean("/"+before), "/"); before != "" {
			src.strip = 1 + strings.Count(before, "/")
		}
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

func unpackOff(ins *dockerfile.Instruction) bool {
	f := ins.Flag("unpack")
	return f != nil && strings.EqualFold(f.Value, "false")
}

// IsArchive reports whether ADD unpacks a local file of that name. It looks at
// the bytes, of which the name tells enough.
func IsArchive(name string) bool {
	name = strings.ToLower(name)
	for _, suffix := range [...]string{".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tzst"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// entry says what a source adds: a path of its own where one file is named, else
// the folder that it goes to. What each file of a folder is called is told by
// Target.
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
	default:
		e.Origin = FromContext
		if c.From != nil {
			e.Origin = FromStage
		}
		c.local(&e, src)
	}
	return e
}

// local fills in the path for a source that is a file or folder.
func (c *Copy) local(e *Entry, src *Source) {
	if !c.isFile(src) {
		e.Dir = true
		if c.Parents && src.Known && !wild(src.Value) && src.strip == 0 {
			e.Path = path.Join(c.DestPath, src.Value)
		}
		return
	}
	switch {
	case c.Parents:
		e.Path, e.Dir = path.Join(c.DestPath, strip(src.Value, src.strip)), false
	case c.DestDir:
		e.Path, e.Dir = path.Join(c.DestPath, path.Base(src.Value)), false
	}
}

// isFile reports whether the source is one file. Where nothing can be looked at,
// an extension is taken as the mark of one.
func (c *Copy) isFile(src *Source) bool {
	if !src.Known || src.Value == "." || src.Archive || wild(src.Value) {
		return false
	}
	if c.From == nil && c.context != nil {
		if info, err := c.context.Stat(src.Value); err == nil {
			return !info.IsDir()
		}
	}
	base := path.Base(src.Value)
	return !strings.HasSuffix(src.Word.Value, "/") && strings.LastIndexByte(base, '.') > 0 && !strings.HasSuffix(base, ".d")
}

func wild(p string) bool { return strings.ContainsAny(p, "*?[") }

// strip drops n leading elements.
func strip(p string, n int) string {
	for range n {
		_, rest, ok := strings.Cut(p, "/")
		if !ok {
			return p
		}
		p = rest
	}
	return p
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

// pivot returns how many leading elements --parents drops of source number k of
// the selection.
func (c *Copy) pivot(k int) int {
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Heredoc != nil || s.URL {
			continue
		}
		if k == 0 {
			return s.strip
		}
		k--
	}
	return 0
}

// unpacked reports whether source number k of the selection is an archive.
func (c *Copy) unpacked(k int) bool {
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Heredoc != nil || s.URL {
			continue
		}
		if k == 0 {
			return s.Archive
		}
		k--
	}
	return false
}

// Target returns where a file of the Selection lands in the image; "" when no
// source takes it, and for an archive that ADD unpacks.
func (c *Copy) Target(file string) string {
	for k, m := range c.Selection().Sources {
		if c.unpacked(k) {
			continue
		}
		if c.Parents {
			if slices.ContainsFunc(m.Files, func(e *buildctx.Entry) bool { return e.Path == file }) {
				return path.Join(c.DestPath, strip(file, c.pivot(k)))
			}
			continue
		}
		for _, p := range m.Paths {
			if to := c.under(p, p, file); to != "" {
				return to
			}
			if info, err := c.context.Stat(p); err == nil && info.Path != p {
				if to := c.under(p, info.Path, file); to != "" { // through a link
					return to
				}
			}
		}
	}
	return ""
}

// under returns where a file lands that is, or lies in, the path at, which the
// source names as p.
func (c *Copy) under(p, at, file string) string {
	switch {
	case at == file && c.DestDir:
		return path.Join(c.DestPath, path.Base(p))
	case at == file:
		return c.DestPath
	case at == ".":
		return path.Join(c.DestPath, file)
	case Inside("/"+at, "/"+file):
		return path.Join(c.DestPath, strings.TrimPrefix(file, at+"/"))
	}
	return ""
}

// Lands returns the files of the Selection that land at a path that e covers.
func (c *Copy) Lands(e *Entry) []*buildctx.Entry {
	if c.From != nil || c.context == nil {
		return nil
	}
	var out []*buildctx.Entry
	for _, f := range c.Selection().Files {
		if to := c.Target(f.Path); to != "" && e.Covers(to) {
			out = append(out, f)
		}
	}
	return out
}
