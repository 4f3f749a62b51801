package lsp

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// The types of semantic tokens, in the order of the legend.
const (
	tokKeyword uint32 = iota
	tokComment
	tokString
	tokVariable
	tokParameter
	tokFunction
	tokNamespace
	tokOperator
	tokProperty
	tokMacro
	tokNumber
	tokType
)

// modDeclaration marks the place that defines a name.
const modDeclaration uint32 = 1

func tokenLegend() protocol.SemanticTokensLegend {
	return protocol.SemanticTokensLegend{
		TokenTypes: []string{
			"keyword", "comment", "string", "variable", "parameter", "function", "namespace", "operator", "property", "macro", "number", "type",
		},
		TokenModifiers: []string{"declaration"},
	}
}

// token is a piece of text with its meaning.
type token struct {
	rng  source.Range
	kind uint32
	mods uint32
}

// tokenStore keeps the tokens that were sent last, for differences.
type tokenStore struct {
	mu   sync.Mutex
	seq  int
	last map[string]sentTokens
}

type sentTokens struct {
	id   string
	data []uint32
}

func (t *tokenStore) forget(k string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.last, k)
}

// swap stores what is sent for a file and returns what was sent before.
func (t *tokenStore) swap(k string, data []uint32) (before sentTokens, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		t.last = map[string]sentTokens{}
	}
	t.seq++
	id = strconv.Itoa(t.seq)
	before = t.last[k]
	t.last[k] = sentTokens{id, data}
	return before, id
}

// SemanticTokensFull returns the tokens of a file.
func (s *Server) SemanticTokensFull(ctx context.Context, p *protocol.SemanticTokensParams) (*protocol.SemanticTokens, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil {
		return &protocol.SemanticTokens{Data: []uint32{}}, nil
	}
	data := encodeTokens(f, tokensOf(f), f.src.All())
	_, id := s.tokens.swap(f.key, data)
	return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
}

// SemanticTokensRange returns the tokens of a part of a file.
func (s *Server) SemanticTokensRange(ctx context.Context, p *protocol.SemanticTokensRangeParams) (*protocol.SemanticTokens, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil {
		return &protocol.SemanticTokens{Data: []uint32{}}, nil
	}
	return &protocol.SemanticTokens{Data: encodeTokens(f, tokensOf(f), f.span(p.Range))}, nil
}

// SemanticTokensFullDelta returns what has changed since the last answer.
func (s *Server) SemanticTokensFullDelta(ctx context.Context, p *protocol.SemanticTokensDeltaParams) (protocol.SemanticTokensDeltaResult, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil {
		return &protocol.SemanticTokens{Data: []uint32{}}, nil
	}
	data := encodeTokens(f, tokensOf(f), f.src.All())
	before, id := s.tokens.swap(f.key, data)
	if before.id == "" || before.id != p.PreviousResultID {
		return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
	}
	return &protocol.SemanticTokensDelta{ResultID: &id, Edits: tokenEdits(before.data, data)}, nil
}

// tokenEdits returns the one edit between the common start and the common end.
func tokenEdits(a, b []uint32) []protocol.SemanticTokensEdit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	if len(a) == len(b) && start == len(a) {
		return []protocol.SemanticTokensEdit{}
	}
	return []protocol.SemanticTokensEdit{{
		Start: uint32(start), DeleteCount: uint32(len(a) - start - end), Data: b[start : len(b)-end],
	}}
}

// encodeTokens turns tokens into the numbers of the protocol. A token over
// several lines is cut at the line ends.
func encodeTokens(f *file, list []token, within source.Range) []uint32 {
	slices.SortStableFunc(list, func(a, b token) int {
		return cmp.Or(cmp.Compare(a.rng.Start, b.rng.Start), cmp.Compare(b.rng.End, a.rng.End))
	})
	out := make([]uint32, 0, 5*len(list))
	var prev protocol.Position
	last := 0
	for _, t := range list {
		r := t.rng
		r.Start = max(r.Start, last)
		for r.Start < r.End {
			line := f.src.LineRange(f.src.Line(r.Start))
			part := source.Range{Start: r.Start, End: min(r.End, line.End)}
			next := f.src.FullLineRange(f.src.Line(r.Start)).End
			if part.End > part.Start && part.End > within.Start && part.Start < within.End {
				p, q := f.position(part.Start), f.position(part.End)
				col := p.Character
				if p.Line == prev.Line {
					col -= prev.Character
				}
				out = append(out, p.Line-prev.Line, col, q.Character-p.Character, t.kind, t.mods)
				prev = p
			}
			last = max(last, part.End)
			r.Start = max(next, part.End)
			if next <= part.Start {
				break
			}
		}
	}
	return out
}

// tokensOf returns the tokens of a file. None lies over another.
func tokensOf(f *file) []token {
	switch f.kind {
	case ignoreFile:
		return ignoreTokens(f)
	case dockerFile:
		return dockerfileTokens(f)
	case composeFile:
		return inlineTokens(f)
	default:
		return nil
	}
}

// inlineTokens returns the tokens of the Dockerfiles inside a file, line by line:
// what stands in front of a line is not theirs.
func inlineTokens(f *file) []token {
	var out []token
	for _, in := range f.inner() {
		if !in.in.Exact {
			continue
		}
		for _, t := range dockerfileTokens(in.file) {
			for r := t.rng; r.Start < r.End; {
				line := in.src.Line(r.Start)
				end := min(in.src.LineRange(line).End, r.End)
				out = append(out, token{source.Range{Start: in.place(r.Start), End: in.place(end)}, t.kind, t.mods})
				r.Start = max(in.src.FullLineRange(line).End, end)
			}
		}
	}
	return out
}

func dockerfileTokens(f *file) []token {
	d := f.doc()
	tree := d.Tree()
	var out []token
	add := func(r source.Range, kind, mods uint32) {
		if !r.Empty() {
			out = append(out, token{r, kind, mods})
		}
	}
	for _, dir := range tree.Directives {
		add(source.Range{Start: dir.Range.Start, End: dir.NameRange.Start}, tokComment, 0)
		add(dir.NameRange, tokMacro, 0)
		add(dir.ValueRange, tokString, 0)
	}
	for _, c := range tree.Comments {
		add(c.Range, tokComment, 0)
	}
	for _, st := range d.Stages().Stages {
		add(st.NameWord.Range, tokNamespace, modDeclaration)
		if st.Base.Stage != nil {
			add(st.Image.Range, tokNamespace, 0)
		}
		if i := st.From; !st.NameWord.Range.Empty() && !st.Image.Range.Empty() {
			between := source.Range{Start: st.Image.Range.End, End: st.NameWord.Range.Start}
			if k := strings.Index(strings.ToUpper(f.src.Slice(between)), "AS"); k >= 0 && i.Err == nil {
				add(source.Range{Start: between.Start + k, End: between.Start + k + 2}, tokKeyword, 0)
			}
		}
	}
	for _, ins := range tree.Instructions {
		out = append(out, instructionTokens(f, ins)...)
		if ins.Trigger != nil {
			out = append(out, instructionTokens(f, ins.Trigger)...)
		}
	}
	return flat(out)
}

func instructionTokens(f *file, ins *dockerfile.Instruction) []token {
	d := f.doc()
	out := []token{{ins.Keyword.Range, tokKeyword, 0}}
	add := func(r source.Range, kind uint32) {
		if !r.Empty() {
			out = append(out, token{r, kind, 0})
		}
	}
	for _, fl := range ins.Flags {
		add(source.Range{Start: fl.Range.Start, End: max(fl.NameRange.End, fl.Range.Start)}, tokParameter)
		if fl.Name == "from" {
			add(fl.ValueRange, tokNamespace)
		} else if len(fl.Options) == 0 {
			add(fl.ValueRange, tokString)
		}
		for _, o := range fl.Options {
			add(o.KeyRange, tokProperty)
			if o.Key == "from" {
				add(o.ValueRange, tokNamespace)
			} else {
				add(o.ValueRange, tokString)
			}
		}
	}
	for _, p := range ins.Pairs {
		switch ins.Name {
		case "LABEL":
			add(p.Key.Range, tokProperty)
		case "ARG", "ENV":
			out = append(out, token{p.Key.Range, tokVariable, modDeclaration})
		}
		if p.Has {
			add(p.Value.Range, tokString)
		}
	}
	for _, h := range ins.Heredocs {
		add(h.Opener, tokOperator)
		add(h.Terminator, tokOperator)
	}
	if sc := d.Shell(ins); sc != nil && sc.Form != shell.ExecForm {
		out = append(out, shellTokens(sc)...)
	} else if ins.JSON {
		for _, a := range ins.Args {
			add(a.Range, tokString)
		}
	}
	if ins.Name == "EXPOSE" {
		for _, a := range ins.Args {
			add(a.Range, tokNumber)
		}
	}
	for _, r := range refsIn(d, ins) {
		add(r.rng, tokVariable)
	}
	return out
}

// shellTokens marks the programs, options, strings and operators of a script.
func shellTokens(s *shell.Script) []token {
	var out []token
	for _, c := range s.All() {
		if c.Piece == nil {
			continue
		}
		out = append(out, token{c.NameRange, tokFunction, 0})
		for _, fl := range c.Flags() {
			out = append(out, token{fl.Range, tokParameter, 0})
		}
	}
	for _, p := range s.Pieces {
		if p.File == nil {
			continue
		}
		syntax.Walk(p.File, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.SglQuoted, *syntax.DblQuoted:
				out = append(out, token{p.Range(n), tokString, 0})
			case *syntax.ParamExp:
				if n.Param != nil {
					out = append(out, token{p.Range(n.Param), tokVariable, 0})
				}
			case *syntax.Assign:
				if n.Name != nil {
					out = append(out, token{p.Range(n.Name), tokVariable, modDeclaration})
				}
			case *syntax.BinaryCmd:
				off := p.Offset(n.OpPos)
				out = append(out, token{source.Range{Start: off, End: off + len(n.Op.String())}, tokOperator, 0})
			case *syntax.Comment:
				out = append(out, token{p.Range(n), tokComment, 0})
			}
			return true
		})
	}
	return out
}

// flat cuts tokens that hold others, so that none overlap: the inner ones win.
func flat(list []token) []token {
	slices.SortStableFunc(list, func(a, b token) int {
		return cmp.Or(cmp.Compare(a.rng.Start, b.rng.Start), cmp.Compare(b.rng.End, a.rng.End))
	})
	var out, open []token
	emit := func(t token, upTo int) token {
		if upTo > t.rng.Start {
			out = append(out, token{source.Range{Start: t.rng.Start, End: min(upTo, t.rng.End)}, t.kind, t.mods})
			t.rng.Start = min(upTo, t.rng.End)
		}
		return t
	}
	closeUpTo := func(off int) {
		for len(open) > 0 && open[len(open)-1].rng.End <= off {
			t := open[len(open)-1]
			open = open[:len(open)-1]
			emit(t, t.rng.End)
			if n := len(open); n > 0 {
				open[n-1].rng.Start = max(open[n-1].rng.Start, t.rng.End)
			}
		}
	}
	for _, t := range list {
		if t.rng.End <= t.rng.Start {
			continue
		}
		closeUpTo(t.rng.Start)
		if n := len(open); n > 0 {
			if open[n-1].rng.End < t.rng.End || open[n-1].rng == t.rng {
				if open[n-1].rng == t.rng {
					open[n-1] = t // the later of two for one text says more
					continue
				}
				t.rng.End = open[n-1].rng.End
			}
			open[n-1] = emit(open[n-1], t.rng.Start)
		}
		open = append(open, t)
	}
	closeUpTo(int(^uint(0) >> 1))
	return slices.DeleteFunc(out, func(t token) bool { return t.rng.End <= t.rng.Start })
}
