package lint

import (
	"cmp"
	"context"
	"hash/maphash"
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Memo is what a run over a document leaves for one over a later version of it.
// It does not change and is safe for concurrent use.
type Memo struct {
	engine *Engine
	layout *layout
	// scripts are the shell scripts of the document, by instruction.
	scripts []script
	// found are the findings of each check, before any is suppressed. A check
	// that failed has nil.
	found [][]owned
	// beyond is what Rule.Beyond returned, for the checks that have it.
	beyond map[int]any
}

// owned is a finding with the index of the instruction it is at; that of the
// text behind the last one is the number of instructions.
type owned struct {
	Diagnostic
	owner int
}

// NewDocumentAfter is NewDocument for a later version of the document that the
// memo is of. Its tree is made from the earlier one. A nil memo is fine.
func NewDocumentAfter(m *Memo, src *source.File, build Build) *Document {
	if m == nil {
		return NewDocument(src, build)
	}
	d := NewDocument(src, build)
	d.prev, d.past, d.later = m.layout.tree, m, true
	return d
}

// carry returns the scripts of a later version of the document. Where the text of
// an instruction is the same, its reading is at hand.
func (m *Memo) carry(tree *dockerfile.File) []script {
	out := make([]script, len(tree.Instructions))
	if tree.Escape != m.layout.tree.Escape {
		return out
	}
	for i, j := range sameRegions(m.layout, &layout{tree: tree}) {
		if j < 0 || i >= len(m.scripts) {
			continue
		}
		if out[j].past = m.scripts[i].read.Load(); out[j].past == nil {
			out[j].past = m.scripts[i].past
		}
	}
	return out
}

// Relint does what Lint does, and takes over findings from an earlier run where
// the scope of the rule says that they cannot have changed. The caller sees to it
// that both documents have the same Build. The memo, which may be nil, and the new
// one are for the same engine. The new one is nil when ctx is done.
func (e *Engine) Relint(ctx context.Context, d *Document, m *Memo) ([]Diagnostic, *Memo, error) {
	next := &Memo{engine: e, layout: newLayout(d), scripts: d.readings(), found: make([][]owned, len(e.checks)), beyond: e.beyond(d)}
	var r *relinter
	if m != nil && m.engine == e {
		r = newRelinter(d, m.layout, next.layout)
	}
	var found []Diagnostic
	var failed error
	p := &Pass{ctx: ctx} // one for all: there are many rules
	for k := range e.checks {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		list, err := e.again(p, k, d, next, m, r)
		if err != nil && failed == nil {
			failed = err
		}
		next.found[k] = list
		for j := range list {
			found = append(found, list[j].Diagnostic)
		}
	}
	found, err := e.finish(ctx, d, found)
	return found, next, cmp.Or(failed, err)
}

// beyond asks the checks what they depend on beyond their scopes.
func (e *Engine) beyond(d *Document) map[int]any {
	out := map[int]any{}
	for k := range e.checks {
		if f := e.checks[k].rule.Beyond; f != nil {
			out[k] = f(d)
		}
	}
	return out
}

// finish suppresses findings, runs the reviews and sorts.
func (e *Engine) finish(ctx context.Context, d *Document, found []Diagnostic) ([]Diagnostic, error) {
	var failed error
	out := e.outcome(d)
	found = e.suppress(d, out, found)
	p := &Pass{Document: d, ctx: ctx}
	for k := range e.reviews {
		p.found = p.found[:0]
		if err := e.run(p, &e.reviews[k], out); err != nil && failed == nil {
			failed = err
		}
		found = append(found, e.suppress(d, out, p.found)...)
	}
	return inOrder(found), failed
}

// inOrder returns the findings sorted by place and rule. They are large, so that
// pointers to them are sorted.
func inOrder(found []Diagnostic) []Diagnostic {
	if len(found) < 2 {
		return found
	}
	order := make([]*Diagnostic, len(found))
	for k := range found {
		order[k] = &found[k]
	}
	slices.SortStableFunc(order, func(a, b *Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Range.Start, b.Range.Start),
			cmp.Compare(a.Range.End, b.Range.End),
			cmp.Compare(a.Rule.ID, b.Rule.ID),
		)
	})
	sorted := make([]Diagnostic, len(found))
	for k, x := range order {
		sorted[k] = *x
	}
	return sorted
}

// again runs one check where it has to, in a pass that others may have used.
func (e *Engine) again(p *Pass, k int, d *Document, next, m *Memo, r *relinter) ([]owned, error) {
	a, l := &e.checks[k], next.layout
	p.found = p.found[:0]
	if r != nil && a.rule.Scope != InFile && m.found[k] != nil && m.beyond[k] == next.beyond[k] {
		if kept, ok := r.keep(m.found[k], a.rule.Scope); ok {
			part := r.parts[a.rule.Scope]
			if part.doc == nil {
				return kept, nil
			}
			p.Document = part.doc
			if err := e.run(p, a, nil); err != nil {
				return nil, err
			}
			for _, x := range l.own(p.found) {
				if part.dirty[x.owner] {
					kept = append(kept, x)
				}
			}
			return kept, nil
		}
	}
	p.Document = d
	if err := e.run(p, a, nil); err != nil {
		return nil, err
	}
	return l.own(p.found), nil
}

// layout is how the text of a document divides: each instruction has the lines
// from the end of the one before it, and the rest is behind the last.
type layout struct {
	tree   *dockerfile.File
	stages []uint64 // what InStage depends on, by instruction
	states []uint64 // what InInstruction depends on beyond the text, by instruction
}

func newLayout(d *Document) *layout {
	n := len(d.Tree().Instructions)
	l := &layout{tree: d.Tree(), stages: make([]uint64, n+1), states: make([]uint64, n+1)}
	keys := newKeys(l, d.Stages())
	for i, ins := range l.tree.Instructions {
		s := d.Stages().StageOf(ins)
		l.stages[i], l.states[i] = keys.file, keys.file
		if s != nil {
			l.stages[i], l.states[i] = keys.stages[s.Index].all, keys.stages[s.Index].state
		}
	}
	l.stages[n], l.states[n] = keys.file, keys.file
	return l
}

// region returns the lines of an instruction and those above it.
func (l *layout) region(i int) source.Range {
	var r source.Range
	if i > 0 {
		r.Start = l.tree.Instructions[i-1].Lines.End
	}
	if r.End = len(l.tree.Source.Text); i < len(l.tree.Instructions) {
		r.End = l.tree.Instructions[i].Lines.End
	}
	return r
}

func (l *layout) text(i int) string { return l.tree.Source.Slice(l.region(i)) }

// owner returns the instruction in whose region the offset lies.
func (l *layout) owner(off int) int {
	list := l.tree.Instructions
	return sort.Search(len(list), func(k int) bool { return list[k].Lines.End > off })
}

// own finds the owners of findings. The result is not nil.
func (l *layout) own(list []Diagnostic) []owned {
	out := make([]owned, len(list))
	for k := range list {
		out[k] = owned{list[k], l.owner(list[k].Range.Start)}
	}
	return out
}

// keys makes the hashes of a layout.
type keys struct {
	l      *layout
	g      *stage.Graph
	file   uint64 // what everything depends on
	stages []stageKey
}

type stageKey struct {
	all   uint64 // the stage with what it takes from others
	state uint64 // the base and the instructions that set state
}

var keySeed = maphash.MakeSeed()

func newKeys(l *layout, g *stage.Graph) *keys {
	k := &keys{l: l, g: g, stages: make([]stageKey, len(g.Stages))}
	var h maphash.Hash
	h.SetSeed(keySeed)
	_ = h.WriteByte(l.tree.Escape)
	for i := range l.tree.Directives {
		writeText(&h, l.tree.Directives[i].Name)
		writeText(&h, l.tree.Directives[i].Value)
	}
	for i, ins := range l.tree.Instructions {
		if g.StageOf(ins) != nil {
			break
		}
		writeText(&h, l.text(i))
	}
	k.file = h.Sum64()
	built := k.built()
	for _, s := range g.Stages {
		k.stage(s, built[s.Index])
	}
	return k
}

// built hashes, for each stage, the texts of those that are built on it.
func (k *keys) built() []uint64 {
	out := make([]uint64, len(k.g.Stages))
	for i := len(k.g.Stages) - 1; i >= 0; i-- {
		s := k.g.Stages[i]
		if b := s.Base.Stage; b != nil && b.Index < i {
			var h maphash.Hash
			h.SetSeed(keySeed)
			writeNumber(&h, out[b.Index])
			writeNumber(&h, out[i])
			for _, ins := range append([]*dockerfile.Instruction{s.From}, s.Body...) {
				writeText(&h, k.l.text(ins.Index))
			}
			out[b.Index] = h.Sum64()
		}
	}
	return out
}

func writeText(h *maphash.Hash, s string) {
	writeNumber(h, uint64(len(s)))
	_, _ = h.WriteString(s)
}

func writeNumber(h *maphash.Hash, n uint64) { maphash.WriteComparable(h, n) }

// stage makes the keys of a stage. Those of the stages that it uses have been made
// before; of a later one, which only a broken file uses, the name has to do.
func (k *keys) stage(s *stage.Stage, built uint64) {
	var all, state maphash.Hash
	all.SetSeed(keySeed)
	state.SetSeed(keySeed)
	for _, h := range [...]*maphash.Hash{&all, &state} {
		writeNumber(h, k.file)
		writeNumber(h, uint64(s.Index))
		flags := uint64(0)
		for bit, on := range [...]bool{k.g.InTarget(s), s.Reachable, len(s.UsedBy) > 0, k.g.Target == s} {
			if on {
				flags |= 1 << bit
			}
		}
		writeNumber(h, flags)
	}
	writeNumber(&all, built)
	for i := s.From.Index; i <= s.From.Index+len(s.Body); i++ {
		ins := k.l.tree.Instructions[i]
		text := k.l.text(i)
		writeText(&all, text)
		if setsState(ins) {
			// Where it stands among the others counts as well.
			writeNumber(&state, uint64(i-s.From.Index))
			writeText(&state, text)
		}
	}
	for _, u := range s.Uses {
		writeNumber(&all, uint64(u.Kind))
		switch {
		case u.Stage == nil:
			writeNumber(&all, 0)
		case u.Stage.Index < s.Index:
			writeNumber(&all, k.stages[u.Stage.Index].all)
		default:
			writeText(&all, u.Stage.Name)
			writeNumber(&all, uint64(u.Stage.Index))
		}
	}
	if b := s.Base.Stage; b != nil && b.Index < s.Index {
		writeNumber(&state, k.stages[b.Index].state)
	}
	for _, u := range s.UsedBy {
		writeText(&all, k.l.text(u.By.Index))
		writeNumber(&all, uint64(u.In.Index))
	}
	k.stages[s.Index] = stageKey{all: all.Sum64(), state: state.Sum64()}
}

// setsState reports whether what follows an instruction may depend on it, beyond
// the files that it makes.
func setsState(ins *dockerfile.Instruction) bool {
	return ins.Err != nil || !ins.Is("RUN", "COPY", "ADD", "LABEL", "CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "MAINTAINER")
}

// relinter takes findings over from one version of a document to the next.
type relinter struct {
	old, new *layout
	to       []int            // by index in old: that in new, -1 when it has changed
	parts    map[Scope]*dirty // for the scopes below InFile
	lines    int              // how many have come
}

// dirty is what the rules of a scope look at again.
type dirty struct {
	dirty []bool // by index in new
	doc   *Document
}

func newRelinter(d *Document, old, next *layout) *relinter {
	r := &relinter{old: old, new: next, to: sameRegions(old, next), parts: map[Scope]*dirty{}}
	r.lines = next.tree.Source.Lines() - old.tree.Source.Lines()
	r.part(d, InStage, old.stages, next.stages)
	r.part(d, InInstruction, old.states, next.states)
	return r
}

// sameRegions returns, for each region of a text, the one in a later text that has
// the same lines; -1 where they have changed.
func sameRegions(old, next *layout) []int {
	n, m := len(old.tree.Instructions)+1, len(next.tree.Instructions)+1
	to := make([]int, n)
	for i := range to {
		to[i] = -1
	}
	same := func(i, j int) bool {
		return (i < n-1) == (j < m-1) && old.text(i) == next.text(j)
	}
	head := 0
	for head < min(n, m) && same(head, head) {
		to[head] = head
		head++
	}
	for i, j := n-1, m-1; i >= head && j >= head && same(i, j); i, j = i-1, j-1 {
		to[i] = j
	}
	return to
}

// part finds what has changed for the rules of a scope.
func (r *relinter) part(d *Document, s Scope, old, next []uint64) {
	p := &dirty{dirty: make([]bool, len(next))}
	for j := range p.dirty {
		p.dirty[j] = true
	}
	list := r.new.tree.Instructions
	for i, j := range r.to {
		if j >= 0 && old[i] == next[j] && (j == len(list) || list[j].Err == nil) {
			p.dirty[j] = false
		}
	}
	if slices.Contains(p.dirty, true) {
		p.doc = d.restricted(p.dirty)
	}
	r.parts[s] = p
}

// keep returns the findings that stay, at their new places; false when one of
// them cannot be placed.
func (r *relinter) keep(found []owned, s Scope) ([]owned, bool) {
	out := make([]owned, 0, len(found))
	p := r.parts[s]
	for k := range found {
		j := r.to[found[k].owner]
		if j < 0 || p.dirty[j] {
			continue
		}
		x, ok := r.moved(&found[k], j)
		if !ok {
			return nil, false
		}
		out = append(out, x)
	}
	return out, true
}

// moved puts a finding in its new place.
func (r *relinter) moved(x *owned, owner int) (owned, bool) {
	from, to := r.old.region(x.owner), r.new.region(owner)
	m := mover{r: r, home: from, by: to.Start - from.Start, ok: true}
	y := owned{x.Diagnostic, owner}
	if r.renumbered(&x.Diagnostic) {
		return y, false
	}
	if m.by == 0 && m.inside(&x.Diagnostic) {
		return y, true
	}
	y.Range = m.place(x.Range)
	y.Related = slices.Clone(x.Related)
	for k := range y.Related {
		if y.Related[k].Path == "" {
			y.Related[k].Range = m.place(y.Related[k].Range)
		}
	}
	y.Fixes = slices.Clone(x.Fixes)
	for k := range y.Fixes {
		y.Fixes[k].Edits = slices.Clone(y.Fixes[k].Edits)
		for j := range y.Fixes[k].Edits {
			e := &y.Fixes[k].Edits[j]
			e.Range = m.place(e.Range)
		}
	}
	return y, m.ok
}

// mover moves ranges: those in the lines of the finding's instruction with it,
// others with the instruction that they are in.
type mover struct {
	r    *relinter
	home source.Range
	by   int
	ok   bool
}

// renumbered reports whether a finding names a line, which may be another now.
func (r *relinter) renumbered(x *Diagnostic) bool {
	if r.lines == 0 {
		return false
	}
	names := strings.Contains(x.Message, "line ")
	for k := range x.Related {
		names = names || strings.Contains(x.Related[k].Message, "line ")
	}
	for k := range x.Fixes {
		names = names || strings.Contains(x.Fixes[k].Title, "line ")
	}
	return names
}

// inside reports whether all places of a finding lie in the lines of its
// instruction.
func (m *mover) inside(x *Diagnostic) bool {
	ok := m.home.Contains(x.Range)
	for k := range x.Related {
		ok = ok && (x.Related[k].Path != "" || m.home.Contains(x.Related[k].Range))
	}
	for k := range x.Fixes {
		for _, e := range x.Fixes[k].Edits {
			ok = ok && m.home.Contains(e.Range)
		}
	}
	return ok
}

func (m *mover) place(r source.Range) source.Range {
	if m.home.Contains(r) {
		return source.Range{Start: r.Start + m.by, End: r.End + m.by}
	}
	return source.Range{Start: m.offset(r.Start), End: m.offset(r.End)}
}

func (m *mover) offset(off int) int {
	i := m.r.old.owner(off)
	j := m.r.to[i]
	if j < 0 {
		m.ok = false
		return 0
	}
	return off + m.r.new.region(j).Start - m.r.old.region(i).Start
}

// Skips reports whether the iterators leave an instruction out, because what a
// rule finds there is known already.
func (d *Document) Skips(ins *dockerfile.Instruction) bool {
	return d.only != nil && !d.only[ins.Index]
}

// EachStage yields the stages in their order, for rules whose scope is InStage:
// those that hold an instruction to look at.
func (d *Document) EachStage() iter.Seq[*stage.Stage] {
	return func(yield func(*stage.Stage) bool) {
		for _, s := range d.Stages().Stages {
			from, to := s.From.Index, s.From.Index+len(s.Body)
			if d.only != nil && !slices.Contains(d.only[from:to+1], true) {
				continue
			}
			if !yield(s) {
				return
			}
		}
	}
}

// restricted returns the document with iterators that yield only some of the
// instructions. Views that are made of these are its own.
func (d *Document) restricted(only []bool) *Document {
	return &Document{Source: d.Source, Build: d.Build, shared: d.shared, later: d.later, only: only}
}
