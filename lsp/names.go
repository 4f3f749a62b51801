package lsp

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// nameKind says what a name names.
type nameKind uint8

const (
	stageName nameKind = iota
	varName
	heredocName
)

// occurrence is a place where a name stands.
type occurrence struct {
	rng source.Range
	def bool
	// number says that a stage is meant by its number: nothing to rename.
	number bool
}

// named is a stage, a variable or a here-document with all its places.
type named struct {
	kind  nameKind
	name  string
	stage *stage.Stage // of a stage
	v     *stage.Var   // of a variable, as it is seen at the place asked for
	at    source.Range // the place asked for
	all   []occurrence
}

// nameAt returns what the name at an offset means; nil where there is none.
func nameAt(d *lint.Document, off int) *named {
	if n := stageAt(d, off); n != nil {
		return n
	}
	if n := heredocAt(d, off); n != nil {
		return n
	}
	return varAt(d, off)
}

func touches(r source.Range, off int) bool { return r.Start <= off && off <= r.End && r.End > r.Start }

func stageAt(d *lint.Document, off int) *named {
	for _, st := range d.Stages().Stages {
		all := []occurrence{{rng: st.NameWord.Range, def: true}}
		if st.NameWord.Range.Empty() {
			all[0] = occurrence{rng: st.From.Keyword.Range, def: true, number: true}
		}
		for _, u := range st.UsedBy {
			all = append(all, occurrence{rng: u.Ref.Range, number: u.ByIndex})
		}
		for k, o := range all {
			if touches(o.rng, off) && (k > 0 || st.Name != "") {
				return &named{kind: stageName, name: stageLabel(st), stage: st, at: o.rng, all: all}
			}
		}
	}
	return nil
}

func heredocAt(d *lint.Document, off int) *named {
	ins := d.Tree().At(off)
	if ins == nil {
		return nil
	}
	for _, h := range ins.Heredocs {
		open := h.Opener
		if i := strings.Index(d.Source.Slice(open), h.Name); i >= 0 {
			open = source.Range{Start: open.Start + i, End: open.Start + i + len(h.Name)}
		}
		for _, r := range []source.Range{open, h.Terminator} {
			if touches(r, off) {
				return &named{kind: heredocName, name: h.Name, at: r, all: []occurrence{{rng: open, def: true}, {rng: h.Terminator}}}
			}
		}
	}
	return nil
}

// varRef is a place where a variable is read.
type varRef struct {
	name string
	rng  source.Range // of the name
	ins  *dockerfile.Instruction
}

func varAt(d *lint.Document, off int) *named {
	ins := d.Tree().At(off)
	if ins == nil {
		return nil
	}
	if ins.Trigger != nil {
		ins = ins.Trigger
	}
	var at source.Range
	var v *stage.Var
	name := ""
	for k := range ins.Pairs {
		p := &ins.Pairs[k]
		if ins.Is("ARG", "ENV") && touches(p.Key.Range, off) {
			at, name = p.Key.Range, p.Key.Value
			v = varOf(d, ins, p)
		}
	}
	if v == nil {
		for _, r := range refsIn(d, ins) {
			if touches(r.rng, off) {
				at, name = r.rng, r.name
				v = d.Stages().ScopeAt(ins).Lookup(name)
			}
		}
	}
	if v == nil {
		return nil
	}
	return &named{kind: varName, name: name, v: v, at: at, all: varOccurrences(d, name, groupOf(d, v))}
}

// varOf returns the variable that a pair binds.
func varOf(d *lint.Document, ins *dockerfile.Instruction, p *dockerfile.Pair) *stage.Var {
	kind := stage.Env
	st := d.Stages().StageOf(ins)
	if ins.Name == "ARG" {
		kind = stage.Arg
		if st == nil {
			kind = stage.MetaArg
		}
	}
	v := &stage.Var{Name: p.Key.Value, Kind: kind, Set: p.Has, By: ins, Pair: p}
	if p.Has {
		e := d.Stages().ScopeAt(ins).Expand(p.Value.Value)
		v.Value, v.Known = e.Value, e.Known
	}
	if kind == stage.Arg {
		for _, m := range d.Stages().Meta {
			for k := range m.Pairs {
				if m.Pairs[k].Key.Value == p.Key.Value && !p.Has {
					v.Meta = &stage.Var{Name: v.Name, Kind: stage.MetaArg, Set: m.Pairs[k].Has, By: m, Pair: &m.Pairs[k]}
					e := d.Stages().ScopeAt(m).Expand(m.Pairs[k].Value.Value)
					v.Meta.Value, v.Meta.Known = e.Value, e.Known
				}
			}
		}
	}
	return v
}

// metaScope stands for the arguments above the first FROM.
const metaScope = -1

// groupOf returns the scopes (stage numbers, and metaScope) in which the name of
// v means one and the same thing: a stage and those it is built on share what is
// set in both, and a bare ARG carries the value of a global one into its stage.
func groupOf(d *lint.Document, v *stage.Var) map[int]bool {
	g := d.Stages()
	defines := map[int]bool{}
	bare := map[int]bool{}
	for _, ins := range g.File.Instructions {
		if !ins.Is("ARG", "ENV") || ins.Err != nil {
			continue
		}
		for _, p := range ins.Pairs {
			if p.Key.Value != v.Name {
				continue
			}
			st := g.StageOf(ins)
			if st == nil {
				defines[metaScope] = true
				continue
			}
			defines[st.Index] = true
			if ins.Name == "ARG" && !p.Has {
				bare[st.Index] = true
			}
		}
	}
	edges := map[int][]int{}
	join := func(a, b int) { edges[a], edges[b] = append(edges[a], b), append(edges[b], a) }
	for _, st := range g.Stages {
		if base := st.Base.Stage; base != nil {
			join(st.Index, base.Index)
		}
		if bare[st.Index] && defines[metaScope] {
			join(st.Index, metaScope)
		}
	}
	start := metaScope
	if v.By != nil {
		if st := g.StageOf(v.By); st != nil {
			start = st.Index
		}
	}
	seen := map[int]bool{start: true}
	for todo := []int{start}; len(todo) > 0; todo = todo[1:] {
		for _, n := range edges[todo[0]] {
			if !seen[n] {
				seen[n] = true
				todo = append(todo, n)
			}
		}
	}
	return seen
}

// varOccurrences returns the places of a variable in a group of scopes.
func varOccurrences(d *lint.Document, name string, group map[int]bool) []occurrence {
	var out []occurrence
	g := d.Stages()
	each := func(ins *dockerfile.Instruction) {
		scope := metaScope
		if st := g.StageOf(ins); st != nil {
			scope = st.Index
		}
		if group[scope] && ins.Name != "FROM" {
			for _, p := range ins.Pairs {
				if ins.Is("ARG", "ENV") && p.Key.Value == name {
					out = append(out, occurrence{rng: p.Key.Range, def: true})
				}
			}
		}
		for _, r := range refsIn(d, ins) {
			if r.name != name {
				continue
			}
			v := g.ScopeAt(ins).Lookup(name)
			if v == nil {
				continue
			}
			at := metaScope
			if v.By != nil {
				if st := g.StageOf(v.By); st != nil {
					at = st.Index
				}
			}
			if group[at] {
				out = append(out, occurrence{rng: r.rng})
			}
		}
	}
	for _, ins := range g.File.Instructions {
		each(ins)
		if ins.Trigger != nil {
			each(ins.Trigger)
		}
	}
	slices.SortFunc(out, func(a, b occurrence) int { return a.rng.Start - b.rng.Start })
	return slices.CompactFunc(out, func(a, b occurrence) bool { return a.rng == b.rng })
}

// refsIn returns the variables that an instruction reads and that may come from
// ARG or ENV.
func refsIn(d *lint.Document, ins *dockerfile.Instruction) []varRef {
	if ins.Err != nil || ins.Trigger != nil {
		return nil
	}
	var out []varRef
	if ins.Is("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		out = append(out, flagRefs(d, ins)...)
		if s := d.Shell(ins); s != nil {
			out = append(out, shellRefs(ins, s)...)
		}
		return out
	}
	if ins.Is("SHELL", "MAINTAINER") {
		return nil
	}
	header := source.Range{Start: ins.Keyword.Range.End, End: ins.Header.End}
	out = scanRefs(d, ins, header, true)
	for _, h := range ins.Heredocs {
		if h.Expand {
			out = append(out, scanRefs(d, ins, h.Body, false)...)
		}
	}
	return out
}

func flagRefs(d *lint.Document, ins *dockerfile.Instruction) []varRef {
	var out []varRef
	for _, fl := range ins.Flags {
		out = append(out, scanRefs(d, ins, fl.Range, true)...)
	}
	return out
}

// shellRefs returns the variables that a script reads and does not set itself.
func shellRefs(ins *dockerfile.Instruction, s *shell.Script) []varRef {
	var out []varRef
	own := map[string]bool{}
	for _, p := range s.Pieces {
		if p.File == nil || p.Approximate {
			continue
		}
		syntax.Walk(p.File, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Assign:
				if n.Name != nil {
					own[n.Name.Value] = true
				}
			case *syntax.WordIter:
				own[n.Name.Value] = true
			case *syntax.ParamExp:
				if n.Param != nil && dockerfile.IsName(n.Param.Value) {
					out = append(out, varRef{n.Param.Value, p.Range(n.Param), ins})
				}
			}
			return true
		})
	}
	return slices.DeleteFunc(out, func(r varRef) bool { return own[r.name] })
}

// scanRefs finds $NAME and ${NAME...} in a part of the source.
func scanRefs(d *lint.Document, ins *dockerfile.Instruction, r source.Range, quotes bool) []varRef {
	var out []varRef
	text, escape := d.Source.Text, d.Tree().Escape
	single, double := false, false
	for i := r.Start; i < r.End; i++ {
		switch c := text[i]; {
		case c == '\n' && quotes:
			i = beforeComment(text[:r.End], i)
		case c == '\'' && quotes && !double:
			single = !single
		case single:
		case c == '"' && quotes:
			double = !double
		case c == escape:
			if i+1 < r.End && text[i+1] != '\n' {
				i++
			}
		case c == '$' && i+1 < r.End:
			start := i + 1
			if text[start] == '{' {
				start++
			}
			end := start
			for end < r.End && isNameByte(text[end], end > start) {
				end++
			}
			if end > start {
				out = append(out, varRef{text[start:end], source.Range{Start: start, End: end}, ins})
				i = end - 1
			}
		}
	}
	return out
}

// beforeComment returns the offset of the line end at off or, when comment lines
// follow, which are none of the instruction's, of that in front of the line behind
// them.
func beforeComment(text string, off int) int {
	for {
		line := text[off+1:]
		if !strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
			return off
		}
		n := strings.IndexByte(line, '\n')
		if n < 0 {
			return len(text)
		}
		off += 1 + n
	}
}

func isNameByte(c byte, digits bool) bool {
	return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || digits && '0' <= c && c <= '9'
}
