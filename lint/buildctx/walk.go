package buildctx

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// listing is the outcome of one walk, in walk order: a folder, then what is in
// it, by name. A folder's content thus stands together.
type listing struct {
	entries   []*Entry
	files     []*Entry // entries that are no folders
	opaque    []*Entry
	truncated string
}

// comparePaths orders as a walk does: '/' comes before every other character.
func comparePaths(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		}
		return cmp.Compare(a[i], b[i])
	}
	return cmp.Compare(len(a), len(b))
}

// under returns the part of a sorted list that lies inside dir.
func under(list []*Entry, dir string) []*Entry {
	prefix := dir + "/"
	i, _ := slices.BinarySearchFunc(list, prefix, func(e *Entry, p string) int { return comparePaths(e.Path, p) })
	list = list[i:]
	n := sort.Search(len(list), func(k int) bool { return !strings.HasPrefix(list[k].Path, prefix) })
	return list[:n:n]
}

func (l *listing) under(dir string) *listing {
	return &listing{
		entries: under(l.entries, dir), files: under(l.files, dir), opaque: under(l.opaque, dir),
		truncated: l.truncated,
	}
}

// opaqueDir reports whether a walk passes by a folder: it counts as one thing,
// and looking into it costs more than it tells.
func opaqueDir(e *Entry) bool { return e.IsDir() && e.Base() == ".git" }

// walk visits a folder and all inside, links not followed.
type walk struct {
	t     *tree
	m     *matcher // nil: nothing is ignored
	out   *listing
	seen  int
	sc    scratch
	visit func(e *Entry, by int32, state *visited) // for pattern use; may be nil
}

// visited tells a visit more about the entry.
type visited struct {
	parent []int32
	pruned bool // ignored, and nothing inside can come back
}

// dir returns false when a bound was hit.
func (w *walk) dir(dir string, parent []int32, depth int) bool {
	if depth > w.t.limits.Depth {
		w.out.truncated = fmt.Sprintf("folders lie more than %d deep", w.t.limits.Depth)
		return true // others may be less deep
	}
	l := w.t.dir(dir)
	for _, e := range l.entries {
		if w.seen++; w.seen > w.t.limits.Entries {
			w.out.truncated = fmt.Sprintf("more than %d files", w.t.limits.Entries)
			return false
		}
		if !w.entry(e, parent, depth) {
			return false
		}
	}
	if l.more {
		w.out.truncated = fmt.Sprintf("more than %d files", w.t.limits.Entries)
	}
	return !l.more
}

func (w *walk) entry(e *Entry, parent []int32, depth int) bool {
	ignored, by, state := false, int32(-1), []int32(nil)
	if w.m != nil {
		ignored, by, state = w.m.eval(e.Path, parent, &w.sc, e.IsDir())
	}
	pruned := ignored && e.IsDir() && !w.m.reincludes(e.Path, by)
	if w.visit != nil {
		w.visit(e, by, &visited{parent, pruned})
	}
	if !e.IsDir() {
		if !ignored {
			w.out.entries = append(w.out.entries, e)
			w.out.files = append(w.out.files, e)
		}
		return true
	}
	if pruned {
		return true
	}
	w.out.entries = append(w.out.entries, e)
	if !ignored && opaqueDir(e) {
		w.out.opaque = append(w.out.opaque, e)
		return true
	}
	n := len(w.out.entries)
	ok := w.dir(e.Path, state, depth+1)
	if ignored && len(w.out.entries) == n {
		w.out.entries = w.out.entries[:n-1] // nothing inside came back
	}
	return ok
}

// list walks a real folder; m may be nil.
func (t *tree) list(dir string, m *matcher) *listing {
	w := &walk{t: t, m: m, out: &listing{}}
	var parent []int32
	depth := 0
	if dir != "." {
		depth = 1 + strings.Count(dir, "/")
		if m != nil {
			wk := walker{m: m}
			parent = wk.parent(dir + "/x")
			for _, f := range wk.stack {
				if f.ignored && !m.reincludes(f.dir, f.by) {
					return w.out
				}
			}
		}
	}
	w.dir(dir, parent, depth)
	t.note(w.out.truncated)
	return w.out
}

// sentAll is what reaches the builder.
func (v *view) sentAll() *listing {
	v.sentOnce.Do(func() { v.sent.Store(v.list(".", v.ignore.match())) })
	return v.sent.Load()
}

// sentUnder is what reaches the builder of a real folder. It does not walk the
// whole context for a small folder.
func (v *view) sentUnder(dir string) *listing {
	if dir == "." {
		return v.sentAll()
	}
	if l := v.sent.Load(); l != nil && l.truncated == "" && !inOpaque(dir) {
		return l.under(dir)
	}
	v.mu.Lock()
	l := v.parts[dir]
	v.mu.Unlock()
	if l != nil {
		return l
	}
	l = v.list(dir, v.ignore.match())
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.parts == nil {
		v.parts = map[string]*listing{}
	}
	v.parts[dir] = l
	return l
}

// inOpaque reports whether a walk from the root passes by a folder.
func inOpaque(dir string) bool {
	for name := range strings.SplitSeq(dir, "/") {
		if name == ".git" {
			return true
		}
	}
	return false
}

// present reports whether the builder gets e.
func (v *view) present(e *Entry) bool {
	if e.Path == "." {
		return true
	}
	if ignored, _ := v.ignore.Match(e.Path); !ignored {
		return true
	}
	return e.IsDir() && len(v.sentUnder(e.Path).entries) > 0
}

// Files returns everything that reaches the builder except folders, in walk
// order: what COPY . takes. Folders that are ignored as a whole are not read, and
// .git is not looked into. The slice is shared: never change it.
func (c *Context) Files() []*Entry {
	if c == nil {
		return nil
	}
	return c.see().sentAll().files
}

// Sent is Files with the folders.
func (c *Context) Sent() []*Entry {
	if c == nil {
		return nil
	}
	return c.see().sentAll().entries
}

// All returns everything in the context, ignored or not, folders too, in walk
// order; .git is not looked into. It may be far more work than Files. The slice
// is shared: never change it.
func (c *Context) All() []*Entry {
	if c == nil {
		return nil
	}
	t := c.tree
	t.allOnce.Do(func() { t.all = t.list(".", nil) })
	return t.all.entries
}

// FindOptions are the options of Find.
type FindOptions struct {
	// Ignored looks at ignored files, too.
	Ignored bool
	// Max is how many are returned at most; 0 for no bound.
	Max int
}

// FindBase returns the entries, folders included, whose last path element the
// function accepts, in walk order.
func (c *Context) FindBase(accept func(base string) bool, o FindOptions) []*Entry {
	list := c.Sent()
	if o.Ignored {
		list = c.All()
	}
	var out []*Entry
	for _, e := range list {
		if !accept(e.Base()) {
			continue
		}
		out = append(out, e)
		if len(out) == o.Max {
			break
		}
	}
	return out
}

// PatternUse tells what one pattern of the ignore file does.
type PatternUse struct {
	Pattern *Pattern
	// Known is false when it would take too much reading to tell; the other
	// fields then hold what has been seen.
	Known bool
	// Matches says that the pattern matches something in the context.
	Matches bool
	// Decides says that for something it is the pattern that counts.
	Decides bool
}

// Usage returns what each pattern of the ignore file does, in their order. What
// lies in folders that are ignored as a whole is not read: whether a pattern
// with wildcards matches only there is not known.
func (c *Context) Usage() []PatternUse {
	ig := c.Ignore()
	m := ig.match()
	if m == nil {
		return nil
	}
	use := make([]PatternUse, len(ig.Patterns))
	var pruned []string
	var sc scratch
	w := &walk{t: c.tree, m: m, out: &listing{}}
	w.visit = func(e *Entry, by int32, v *visited) {
		if by >= 0 {
			use[by].Decides, use[by].Matches = true, true
		}
		for _, i := range m.candidates(e.Path, &sc) {
			if u := &use[i]; !u.Matches && m.pats[i].match(e.Path) {
				u.Matches = true
			}
		}
		if v.pruned || opaqueDir(e) {
			pruned = append(pruned, e.Path)
		}
	}
	w.dir(".", nil, 0)
	c.tree.note(w.out.truncated)
	for i := range use {
		u := &use[i]
		u.Pattern = &ig.Patterns[i]
		u.Known = true
		if !u.Matches && u.Pattern.Err == nil {
			c.settle(u, m.pats[i], pruned, w.out.truncated != "")
		}
	}
	return use
}

// settle decides about a pattern for which the walk has seen nothing.
func (c *Context) settle(u *PatternUse, p *pat, pruned []string, truncated bool) {
	if p.kind == literal {
		_, err := c.tree.lookup(p.text)
		u.Matches = err == nil
		return
	}
	u.Known = !truncated
	for _, dir := range pruned {
		if p.mayMatchUnder(dir) {
			u.Known = false
			return
		}
	}
}
