package dockerfile

import (
	"slices"
	"sort"
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Reparse reads src, which has come from the text of prev by an edit. The result
// is that of Parse; what the edit does not touch is taken over from prev, which
// stays as it is.
func Reparse(prev *File, src *source.File) *File {
	if f := prev.patched(src); f != nil {
		return f
	}
	return Parse(src)
}

// edit says where two texts differ: from start to oldEnd in the one, to newEnd in
// the other.
type edit struct{ start, oldEnd, newEnd int }

func difference(from, to string) edit {
	start, n := 0, min(len(from), len(to))
	for start+64 <= n && from[start:start+64] == to[start:start+64] {
		start += 64
	}
	for start < n && from[start] == to[start] {
		start++
	}
	same, n := 0, n-start
	for same+64 <= n && from[len(from)-same-64:len(from)-same] == to[len(to)-same-64:len(to)-same] {
		same += 64
	}
	for same < n && from[len(from)-same-1] == to[len(to)-same-1] {
		same++
	}
	return edit{start, len(from) - same, len(to) - same}
}

// patched reads the instructions at the edit anew and takes over the others. It
// returns nil where that is not so simple.
func (f *File) patched(src *source.File) *File {
	e := difference(f.Source.Text, src.Text)
	list := f.Instructions
	// An instruction whose lines end where the edit starts may go on there.
	first := sort.Search(len(list), func(k int) bool { return list[k].Lines.End >= e.start })
	if f.long || first == 0 || f.unsettled(first) {
		return nil // directives stand in front of the first instruction
	}
	from := list[first-1].Lines.End
	last := sort.Search(len(list), func(k int) bool { return list[k].Lines.End > e.oldEnd })
	for step := 1; last+1 < len(list) && step < 16; step *= 2 {
		// Lines that are no instructions may share the error of the first.
		if list[last+1].Err == nil {
			end := list[last].Lines.End
			part, closed := f.part(src.Text[from:end+e.newEnd-e.oldEnd], first)
			if part.long {
				return nil
			}
			if closed {
				return f.assemble(src, part, from, end, first, last+1)
			}
		}
		last += step
	}
	part, _ := f.part(src.Text[from:], first)
	if part.long {
		return nil
	}
	return f.assemble(src, part, from, len(f.Source.Text), first, len(list))
}

// unsettled reports whether one of the instructions in front of that index, or a
// directive, is broken in a way that may depend on what follows.
func (f *File) unsettled(first int) bool {
	for _, e := range f.Errors {
		if e.Kind == BadDirective {
			return true
		}
	}
	return slices.ContainsFunc(f.Instructions[:first], func(ins *Instruction) bool {
		return ins.Err != nil && len(ins.Heredocs) > 0
	})
}

// part parses the lines behind an instruction as a file of their own, whose first
// instruction gets that index. It also reports whether what follows can be read
// without them. The text is copied: what comes of it may outlive the file. A line
// end stands in front of it, so that no place in it is zero, which ranges are that
// are not set.
func (f *File) part(text string, first int) (part *File, closed bool) {
	part = &File{Source: source.NewFile(f.Source.Path, "\n"+text), Escape: f.Escape}
	s := &scanner{file: part, text: part.Source.Text}
	s.scan()
	part.build(s, first)
	if len(s.segs) == 0 {
		return part, len(part.Comments) == 0
	}
	// A heredoc without an end looks for it in all that follows.
	unended := func(seg segment) bool { return seg.err != nil }
	end := &s.segs[len(s.segs)-1]
	return part, !end.open && end.lines.End == len(part.Source.Text) && !slices.ContainsFunc(s.segs, unended)
}

// assemble puts a file together: the instructions of f in front of first, those of
// part, whose text starts at from, and those of f from behind on, whose text starts
// at to.
func (f *File) assemble(src *source.File, part *File, from, to, first, behind int) *File {
	g := &File{Source: src, Escape: f.Escape, Directives: f.Directives}
	g.Instructions = make([]*Instruction, 0, len(f.Instructions)+len(part.Instructions)-(behind-first))
	g.Instructions = append(g.Instructions, f.Instructions[:first]...)
	line := src.Line(from)
	for _, ins := range part.Instructions {
		g.Instructions = append(g.Instructions, ins.moved(ins.Index, from-1, line-1))
	}
	by := len(src.Text) - len(f.Source.Text)
	lines := strings.Count(part.Source.Text, "\n") - 1 - strings.Count(f.Source.Text[from:to], "\n")
	shift := len(g.Instructions) - behind
	for _, ins := range f.Instructions[behind:] {
		if by != 0 || lines != 0 || shift != 0 || len(ins.Doc) > 0 {
			ins = ins.moved(ins.Index+shift, by, lines)
		}
		g.Instructions = append(g.Instructions, ins)
	}
	comment := func(off int) int {
		return sort.Search(len(f.Comments), func(k int) bool { return f.Comments[k].Range.Start >= off })
	}
	head, tail := f.Comments[:comment(from)], f.Comments[comment(to):]
	g.Comments = make([]Comment, 0, len(head)+len(part.Comments)+len(tail))
	g.Comments = append(g.Comments, head...)
	g.addComments(part.Comments, from-1, 0)
	g.addComments(tail, by, shift)
	g.attachComments(first)
	g.collectErrors()
	return g
}

// addComments adds comments of another file, moved by so many bytes, inside of
// instructions whose index is so much higher.
func (f *File) addComments(list []Comment, by, shift int) {
	for _, c := range list {
		c.Range = c.Range.Moved(by)
		if c.Inside != nil {
			c.Inside = f.Instructions[c.Inside.Index+shift]
		}
		f.Comments = append(f.Comments, c)
	}
}

func movedWords(list []Word, by int) []Word {
	list = slices.Clone(list)
	for k := range list {
		list[k].Range = list[k].Range.Moved(by)
	}
	return list
}

// moved returns a copy of the instruction at another place, without its Doc.
func (i *Instruction) moved(index, by, lines int) *Instruction {
	m := *i
	m.Index, m.Doc = index, nil
	for _, r := range [...]*source.Range{&m.Range, &m.Header, &m.Lines, &m.Keyword.Range, &m.ArgsRange} {
		*r = r.Moved(by)
	}
	m.Args = movedWords(i.Args, by)
	m.Flags = slices.Clone(i.Flags)
	for k := range m.Flags {
		m.Flags[k].move(by)
	}
	m.Pairs = slices.Clone(i.Pairs)
	for k := range m.Pairs {
		p := &m.Pairs[k]
		p.Key.Range, p.Value.Range, p.Range = p.Key.Range.Moved(by), p.Value.Range.Moved(by), p.Range.Moved(by)
	}
	m.Heredocs = slices.Clone(i.Heredocs)
	for k := range m.Heredocs {
		h := &m.Heredocs[k]
		h.Opener, h.Body, h.Terminator = h.Opener.Moved(by), h.Body.Moved(by), h.Terminator.Moved(by)
	}
	m.EmptyContinuation = slices.Clone(i.EmptyContinuation)
	for k := range m.EmptyContinuation {
		m.EmptyContinuation[k] = m.EmptyContinuation[k].Moved(by)
	}
	if i.Err != nil {
		e := *i.Err
		e.Range = e.Range.Moved(by)
		m.Err = &e
	}
	if i.Node != nil && lines != 0 {
		n := *i.Node
		n.StartLine += lines
		n.EndLine += lines
		m.Node = &n
	}
	m.joined = i.joined.moved(by)
	if i.Trigger != nil {
		m.Trigger = i.Trigger.moved(index, by, lines)
		m.Trigger.Parent = &m
	}
	return &m
}

func (f *Flag) move(by int) {
	f.Range, f.NameRange, f.ValueRange = f.Range.Moved(by), f.NameRange.Moved(by), f.ValueRange.Moved(by)
	f.Options = slices.Clone(f.Options)
	for k := range f.Options {
		o := &f.Options[k]
		o.Range, o.KeyRange, o.ValueRange = o.Range.Moved(by), o.KeyRange.Moved(by), o.ValueRange.Moved(by)
	}
}

func (j *joined) moved(by int) *joined {
	m := joined{text: j.text, base: j.base + by, pieces: slices.Clone(j.pieces)}
	for k := range m.pieces {
		m.pieces[k].src += by
	}
	return &m
}
