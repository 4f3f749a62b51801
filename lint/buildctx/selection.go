package buildctx

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// SelectOptions are flags of COPY and ADD that change what is taken.
type SelectOptions struct {
	Exclude []string // the values of --exclude
	Parents bool     // --parents
}

// SourceState says what became of one source of a COPY or ADD.
type SourceState uint8

// The states of a source.
const (
	// SourceUnknown: there is no context, or the source holds a variable.
	SourceUnknown SourceState = iota
	// SourceFound: something is taken, or an empty folder.
	SourceFound
	// SourceMissing: nothing in the context has that name.
	SourceMissing
	// SourceIgnored: it exists, but the ignore file keeps all of it away.
	SourceIgnored
	// SourceOutside: a link leads out of the context.
	SourceOutside
	// SourceRemote: an URL or git repository.
	SourceRemote
	// SourceBadPattern: the wildcards are wrong.
	SourceBadPattern
	// SourceUnreadable: it exists, but looking at it failed.
	SourceUnreadable
)

// SourceMatch is what one source of a COPY or ADD takes.
type SourceMatch struct {
	Source string // as given
	State  SourceState
	// Paths are what the source names: itself, or what its wildcards match.
	Paths []string
	// By is the pattern that ignores the source, if one can be named.
	By *Pattern
	// Files are what is taken, folders left out, in walk order.
	Files []*Entry
}

// Selection is what a COPY or ADD takes from the context. It is shared: never
// change it.
type Selection struct {
	// Sources has one element for each source, in order.
	Sources []SourceMatch
	// Files are those of all sources, without doubles, in walk order. What a
	// link leads to stands under its own path.
	Files []*Entry
	// Size is the sum of their sizes in bytes.
	Size int64
	// Opaque are the .git folders taken with all they hold, which is part
	// neither of Files nor of Size.
	Opaque []*Entry
	// Truncated says which bound was hit, "" for none.
	Truncated string
}

// With returns the sources in that state.
func (s *Selection) With(state SourceState) []SourceMatch {
	var out []SourceMatch
	for _, m := range s.Sources {
		if m.State == state {
			out = append(out, m)
		}
	}
	return out
}

// Select returns what a COPY or ADD with these sources takes. The destination
// is not among them, variables are expanded, heredocs left out.
func (c *Context) Select(sources []string, o SelectOptions) *Selection {
	if c == nil {
		s := &Selection{Sources: make([]SourceMatch, len(sources))}
		for i, src := range sources {
			s.Sources[i] = SourceMatch{Source: src}
		}
		return s
	}
	return c.see().selectCached(sources, o)
}

func (v *view) selectCached(sources []string, o SelectOptions) *Selection {
	key := selectKey(sources, o)
	v.mu.Lock()
	s := v.chosen[key]
	v.mu.Unlock()
	if s != nil {
		return s
	}
	s = v.selectNow(sources, o)
	v.mu.Lock()
	defer v.mu.Unlock()
	if first := v.chosen[key]; first != nil {
		return first
	}
	if v.chosen == nil {
		v.chosen = map[string]*Selection{}
	}
	v.chosen[key] = s
	return s
}

func selectKey(sources []string, o SelectOptions) string {
	var b strings.Builder
	if o.Parents {
		b.WriteByte('p')
	}
	for _, l := range [][]string{o.Exclude, sources} {
		b.WriteByte(1)
		for _, s := range l {
			b.WriteString(s)
			b.WriteByte(0)
		}
	}
	return b.String()
}

func (v *view) selectNow(sources []string, o SelectOptions) *Selection {
	p := &picker{v: v, out: &Selection{Sources: make([]SourceMatch, len(sources))}}
	if len(o.Exclude) > 0 {
		p.exclude = newMatcher(o.Exclude)
	}
	for i, src := range sources {
		m := &p.out.Sources[i]
		m.Source = src
		switch {
		case isRemote(src):
			m.State = SourceRemote
		case o.Parents:
			p.parents(m)
		default:
			p.source(m)
		}
		if m.State == SourceMissing && strings.Contains(src, "$") {
			m.State = SourceUnknown
		}
	}
	s := p.out
	s.Files = union(s.Sources)
	s.Opaque = sortEntries(s.Opaque)
	for _, e := range s.Files {
		s.Size += e.Size
	}
	return s
}

func union(sources []SourceMatch) []*Entry {
	if len(sources) == 1 {
		return sources[0].Files
	}
	var all []*Entry
	for i := range sources {
		all = append(all, sources[i].Files...)
	}
	return sortEntries(all)
}

func sortEntries(list []*Entry) []*Entry {
	slices.SortFunc(list, func(a, b *Entry) int { return comparePaths(a.Path, b.Path) })
	return slices.CompactFunc(list, func(a, b *Entry) bool { return a.Path == b.Path })
}

// isRemote recognizes what ADD fetches.
func isRemote(src string) bool {
	for _, p := range [...]string{"http://", "https://", "git://", "ssh://", "git@"} {
		if strings.HasPrefix(src, p) {
			return true
		}
	}
	return false
}

type picker struct {
	v       *view
	exclude *matcher
	out     *Selection
}

// source takes one source without --parents.
func (p *picker) source(m *SourceMatch) {
	name := clean(m.Source)
	m.Paths = []string{name}
	wild := hasWildcard(name)
	if wild {
		list, err := p.v.globAll(name)
		if err != nil {
			m.State = stateOf(err)
			return
		}
		m.Paths = m.Paths[:0]
		for _, e := range list {
			m.Paths = append(m.Paths, e.Path)
		}
	}
	m.State = SourceMissing
	for _, name := range m.Paths {
		p.path(m, name)
	}
	if len(m.Paths) > 1 {
		m.Files = sortEntries(slices.Clone(m.Files))
	}
}

// stronger lets the best fate of all matches of a wildcard be that of the source.
func (m *SourceMatch) stronger(s SourceState) {
	if m.State != SourceFound && s != SourceMissing {
		m.State = s
	}
}

func (p *picker) path(m *SourceMatch, name string) {
	e, by, state := p.v.follow(name)
	if state != SourceFound {
		if m.stronger(state); by != nil && m.By == nil {
			m.By = by
		}
		return
	}
	if !e.IsDir() {
		m.State = SourceFound
		m.Files = append(m.Files, e)
		return
	}
	l := p.v.sentUnder(e.Path)
	p.take(l, l.opaque, e.Path)
	if len(l.entries) == 0 && p.v.hidden(m, e.Path) {
		m.stronger(SourceIgnored)
		return
	}
	m.State = SourceFound
	files := l.files
	if p.exclude != nil {
		files = p.without(files, e.Path)
	}
	if m.Files == nil {
		m.Files = files // shared; whoever appends makes a copy
		m.Files = m.Files[:len(m.Files):len(m.Files)]
		return
	}
	m.Files = append(m.Files, files...)
}

// take notes what a listing holds besides files. --exclude is relative to dir.
func (p *picker) take(l *listing, opaque []*Entry, dir string) {
	if p.exclude != nil {
		opaque = p.without(opaque, dir)
	}
	p.out.Opaque = append(p.out.Opaque, opaque...)
	if l.truncated != "" {
		p.out.Truncated = l.truncated
	}
}

// hidden reports whether a folder of which nothing is sent holds something.
func (v *view) hidden(m *SourceMatch, dir string) bool {
	l := v.dir(dir)
	if len(l.entries) == 0 {
		return false
	}
	if _, by := v.ignore.Match(l.entries[0].Path); m.By == nil {
		m.By = by
	}
	return true
}

// without drops what --exclude names, relative to the folder that is copied.
func (p *picker) without(files []*Entry, dir string) []*Entry {
	w := walker{m: p.exclude}
	var out []*Entry
	for _, e := range files {
		if ignored, _ := w.match(within(e.Path, dir)); !ignored {
			out = append(out, e)
		}
	}
	return out
}

func within(name, dir string) string {
	if dir == "." {
		return name
	}
	return name[len(dir)+1:]
}

// follow resolves a path as the builder does, which sees no ignored link.
func (v *view) follow(name string) (*Entry, *Pattern, SourceState) {
	e, links, err := v.resolve(name)
	for _, l := range links {
		if ignored, by := v.ignore.Match(l); ignored {
			return nil, by, SourceIgnored
		}
	}
	if err != nil {
		return nil, nil, stateOf(err)
	}
	if !v.present(e) {
		_, by := v.ignore.Match(e.Path)
		return nil, by, SourceIgnored
	}
	return e, nil, SourceFound
}

func stateOf(err error) SourceState {
	switch {
	case errors.Is(err, path.ErrBadPattern):
		return SourceBadPattern
	case errors.Is(err, ErrOutside):
		return SourceOutside
	case errors.Is(err, fs.ErrNotExist):
		return SourceMissing
	}
	return SourceUnreadable
}

// parents takes one source with --parents: its wildcards know "**", and what
// stands before "/./" is not repeated in the image.
func (p *picker) parents(m *SourceMatch) {
	dir, pattern, ok := strings.Cut(m.Source, "/./")
	if !ok {
		dir, pattern = ".", m.Source
	}
	dir, pattern = clean(dir), clean(pattern)
	dirs := []string{dir}
	if hasWildcard(dir) {
		list, err := p.v.globAll(dir)
		if err != nil {
			m.State = stateOf(err)
			return
		}
		dirs = dirs[:0]
		for _, e := range list {
			dirs = append(dirs, e.Path)
		}
	}
	if pattern == "." {
		pattern = "**"
	}
	if _, _, err := normalize(pattern); err != nil {
		m.State = SourceBadPattern
		return
	}
	m.State = SourceMissing
	for _, d := range dirs {
		p.parentsIn(m, d, pattern)
	}
	m.Files = sortEntries(m.Files)
}

func (p *picker) parentsIn(m *SourceMatch, dir, pattern string) {
	e, by, state := p.v.follow(dir)
	if state != SourceFound || !e.IsDir() {
		m.stronger(state)
		m.By = by
		return
	}
	if !hasWildcard(pattern) {
		p.parentsLiteral(m, e.Path, pattern)
		return
	}
	// Only the literal folders in front are looked into, and no links.
	start := join(e.Path, literalDir(pattern))
	if r, _, err := p.v.resolve(start); err != nil || r.Path != start || !r.IsDir() {
		return
	}
	l := p.v.sentUnder(start)
	w := walker{m: newMatcher([]string{pattern})}
	var out, opaque []*Entry
	for _, f := range l.entries {
		if ok, _ := w.match(within(f.Path, e.Path)); ok {
			m.State = SourceFound
			switch {
			case !f.IsDir():
				out = append(out, f)
			case slices.Contains(l.opaque, f):
				opaque = append(opaque, f)
			}
		}
	}
	p.take(l, opaque, e.Path)
	p.add(m, out, e.Path)
}

func (p *picker) add(m *SourceMatch, files []*Entry, dir string) {
	if p.exclude != nil {
		files = p.without(files, dir)
	}
	m.Files = append(m.Files, files...)
}

func (p *picker) parentsLiteral(m *SourceMatch, dir, pattern string) {
	e, err := p.v.lookup(join(dir, pattern))
	if err != nil {
		m.stronger(stateOf(err))
		return
	}
	if !p.v.present(e) {
		m.stronger(SourceIgnored)
		_, m.By = p.v.ignore.Match(e.Path)
		return
	}
	m.State = SourceFound
	if !e.IsDir() {
		p.add(m, []*Entry{e}, dir)
		return
	}
	l := p.v.sentUnder(e.Path)
	p.take(l, l.opaque, dir)
	p.add(m, l.files, dir)
}

// literalDir returns the elements before the first with a wildcard; for a
// pattern without any, all but the last.
func literalDir(pattern string) string {
	dir := "."
	for at := 0; ; {
		end := strings.IndexByte(pattern[at:], '/')
		if end < 0 || strings.ContainsAny(pattern[at:at+end], wildcards) {
			return dir
		}
		dir = pattern[:at+end]
		at += end + 1
	}
}

// hasWildcard is BuildKit's measure: a backslash quotes the next character.
func hasWildcard(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '?', '[':
			return true
		case '\\':
			i++
		}
	}
	return false
}

// Glob returns what a source of COPY with wildcards names, in walk order,
// whether ignored or not. A wildcard never matches a slash, and "**" is no more
// than "*". A wrong pattern gives path.ErrBadPattern.
func (c *Context) Glob(pattern string) ([]*Entry, error) {
	if c == nil {
		return nil, ErrUnknown
	}
	return c.tree.globAll(pattern)
}

func (t *tree) globAll(pattern string) ([]*Entry, error) {
	pattern = clean(pattern)
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	dir, rest := pattern, ""
	for at := 0; at < len(pattern); {
		end := elementEnd(pattern, at)
		if hasWildcard(pattern[at:end]) {
			dir, rest = pattern[:max(at-1, 0)], pattern[at:]
			break
		}
		at = end + 1
	}
	e, _, err := t.resolve(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	if rest == "" {
		return []*Entry{e}, nil
	}
	var out []*Entry
	t.glob(e, rest, &out)
	return out, nil
}

func (t *tree) glob(dir *Entry, pattern string, out *[]*Entry) {
	if !dir.IsDir() {
		return
	}
	name, rest, more := strings.Cut(pattern, "/")
	l := t.dir(dir.Path)
	if l.more {
		t.note("a folder holds too many files")
	}
	for _, e := range l.entries {
		if ok, _ := path.Match(name, e.Base()); !ok {
			continue
		}
		if more {
			t.glob(e, rest, out)
			continue
		}
		*out = append(*out, e)
	}
}
