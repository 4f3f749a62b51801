package shell

import (
	"slices"

	"github.com/dlint/dlint/lint/dockerfile"
)

// Moved returns the reading of an instruction with the same text and the same
// shell that stands elsewhere, or nil where it has to be read. It costs a small
// part of reading.
func (s *Script) Moved(ins *dockerfile.Instruction) *Script {
	if s == nil || s.Form == ExecForm {
		return nil // whose words are those of the instruction
	}
	m := mover{by: ins.Keyword.Range.Start - s.Instruction.Keyword.Range.Start}
	n := &Script{
		Instruction: ins, Shell: s.Shell, Form: s.Form, Dialect: s.Dialect, Shebang: s.Shebang,
		Extent: s.Extent.Moved(m.by), names: s.names,
	}
	m.pieces(s.Pieces)
	n.Pieces = m.to
	if len(n.Pieces) > 0 {
		n.Err, n.Bashism = n.Pieces[0].Err, n.Pieces[0].Bashism
	}
	m.commands(n, s.Commands)
	if m.lost {
		return nil
	}
	return n
}

// mover copies a script to another place.
type mover struct {
	by       int
	from, to []*Piece
	old      []*Command
	new      []Command
	spare    []Word
	lost     bool // something is not part of the script
}

func (m *mover) pieces(list []*Piece) {
	if list == nil {
		return
	}
	m.from, m.to = list, make([]*Piece, len(list))
	all := make([]Piece, len(list))
	for k, p := range list {
		all[k] = *p
		all[k].Extent = p.Extent.Moved(m.by)
		all[k].Err, all[k].Bashism = m.err(p.Err), m.err(p.Bashism)
		m.to[k] = &all[k]
	}
	for k, p := range list {
		if len(p.rest) == 0 {
			continue
		}
		all[k].rest = make([]*Piece, len(p.rest))
		for j, tail := range p.rest {
			all[k].rest[j] = m.piece(tail)
		}
	}
}

func (m *mover) err(e *Error) *Error {
	if e == nil {
		return nil
	}
	return &Error{Range: e.Range.Moved(m.by), Message: e.Message}
}

func (m *mover) piece(p *Piece) *Piece {
	if p == nil {
		return nil
	}
	k := slices.Index(m.from, p)
	if k < 0 {
		m.lost = true
		return nil
	}
	return m.to[k]
}

func (m *mover) commands(s *Script, list []*Command) {
	if list == nil {
		return
	}
	words := 0
	for _, c := range list {
		words += len(c.Words)
		for k := range c.Wrappers {
			words += len(c.Wrappers[k].Words)
		}
	}
	m.old, m.new, m.spare = list, make([]Command, len(list)), make([]Word, words)
	s.Commands = make([]*Command, len(list))
	for k, c := range list {
		s.Commands[k] = &m.new[k]
		m.command(&m.new[k], c)
		m.new[k].script = s
	}
}

// command copies what a command has, but for what is worked out when asked for.
func (m *mover) command(to, c *Command) {
	to.Name, to.Family, to.Index, to.Context = c.Name, c.Family, c.Index, c.Context
	to.NameRange, to.Range = c.NameRange.Moved(m.by), c.Range.Moved(m.by)
	to.Stmt, to.Call, to.Piece = c.Stmt, c.Call, m.piece(c.Piece)
	to.Outer, to.Prev, to.Next, to.Group = m.other(c.Outer), m.other(c.Prev), m.other(c.Next), m.other(c.Group)
	to.Words = m.words(c.Words)
	to.Wrappers = slices.Clone(c.Wrappers)
	for k := range to.Wrappers {
		w := &to.Wrappers[k]
		w.Range, w.Words = w.Range.Moved(m.by), m.words(w.Words)
	}
	to.Assigns = slices.Clone(c.Assigns)
	for k := range to.Assigns {
		a := &to.Assigns[k]
		a.Range, a.NameRange, a.Value = a.Range.Moved(m.by), a.NameRange.Moved(m.by), m.word(&a.Value)
	}
	to.Redirects = slices.Clone(c.Redirects)
	for k := range to.Redirects {
		r := &to.Redirects[k]
		r.Range, r.Body, r.Target = r.Range.Moved(m.by), r.Body.Moved(m.by), m.word(&r.Target)
	}
}

// other returns the copy of another command of the script.
func (m *mover) other(c *Command) *Command {
	if c == nil {
		return nil
	}
	if c.Index >= len(m.old) || m.old[c.Index] != c {
		m.lost = true
		return nil
	}
	return &m.new[c.Index]
}

func (m *mover) words(list []Word) []Word {
	if list == nil {
		return nil
	}
	n := len(list)
	out := m.spare[:n:n]
	m.spare = m.spare[n:]
	for k := range list {
		out[k] = m.word(&list[k])
	}
	return out
}

func (m *mover) word(w *Word) Word {
	v := *w
	v.Range, v.piece = w.Range.Moved(m.by), m.piece(w.piece)
	return v
}
