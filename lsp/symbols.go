package lsp

import (
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// DocumentSymbol returns the outline: stages, in them their instructions.
func (s *Server) DocumentSymbol(ctx context.Context, p *protocol.DocumentSymbolParams) (protocol.DocumentSymbolResult, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil {
		return protocol.DocumentSymbolSlice{}, nil
	}
	list := outline(f)
	if s.caps.hierarchical {
		return protocol.DocumentSymbolSlice(list), nil
	}
	flat := protocol.SymbolInformationSlice{}
	var add func(list []protocol.DocumentSymbol, container string)
	add = func(list []protocol.DocumentSymbol, container string) {
		for _, d := range list {
			info := protocol.SymbolInformation{Location: protocol.Location{URI: f.uri, Range: d.Range}}
			info.Name, info.Kind = d.Name, d.Kind
			if container != "" {
				info.ContainerName = &container
			}
			flat = append(flat, info)
			add(d.Children, d.Name)
		}
	}
	add(list, "")
	return flat, nil
}

// outline is never nil.
func outline(f *file) []protocol.DocumentSymbol {
	out := []protocol.DocumentSymbol{}
	switch f.kind {
	case ignoreFile:
		return append(out, ignoreSymbols(f)...)
	case dockerFile:
	default:
		return out
	}
	g := f.doc().Stages()
	for _, ins := range f.doc().Tree().Instructions {
		if g.StageOf(ins) == nil {
			out = append(out, instructionSymbols(f, ins)...)
		}
	}
	for _, st := range g.Stages {
		sym := protocol.DocumentSymbol{
			Name: stageTitle(st), Detail: new(st.Image.Value), Kind: protocol.SymbolKindClass,
			Range: f.rng(stageRange(st)), SelectionRange: f.rng(st.From.Header),
		}
		if !st.NameWord.Range.Empty() {
			sym.SelectionRange = f.rng(st.NameWord.Range)
		}
		for _, ins := range st.Body {
			sym.Children = append(sym.Children, instructionSymbols(f, ins)...)
		}
		out = append(out, sym)
	}
	return out
}

func stageTitle(st *stage.Stage) string {
	if st.NameWord.Value != "" {
		return st.NameWord.Value
	}
	if st.Image.Value == "" {
		return fmt.Sprintf("stage %d", st.Index)
	}
	return st.Image.Value
}

// stageRange goes from the FROM to the end of the last instruction.
func stageRange(st *stage.Stage) source.Range {
	r := st.From.Range
	if n := len(st.Body); n > 0 {
		r = r.Join(st.Body[n-1].Range)
	}
	return r
}

// instructionSymbols returns the symbol of an instruction; ARG and ENV give one
// for each variable.
func instructionSymbols(f *file, ins *dockerfile.Instruction) []protocol.DocumentSymbol {
	if ins.Is("ARG", "ENV", "LABEL") && len(ins.Pairs) > 0 {
		kind := protocol.SymbolKindVariable
		if ins.Name == "LABEL" {
			kind = protocol.SymbolKindProperty
		}
		var out []protocol.DocumentSymbol
		for _, p := range ins.Pairs {
			if p.Key.Value != "" {
				out = append(out, protocol.DocumentSymbol{
					Name: p.Key.Value, Detail: new(ins.Name), Kind: kind, Range: f.rng(p.Range), SelectionRange: f.rng(p.Key.Range),
				})
			}
		}
		return out
	}
	kind := protocol.SymbolKindEvent
	switch ins.Name {
	case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL":
		kind = protocol.SymbolKindFunction
	case "COPY", "ADD":
		kind = protocol.SymbolKindFile
	case "WORKDIR", "VOLUME":
		kind = protocol.SymbolKindNamespace
	case "USER", "EXPOSE", "STOPSIGNAL":
		kind = protocol.SymbolKindProperty
	}
	name := ins.Name
	if name == "" {
		name = "?"
	}
	detail := oneLine(f.src.Slice(ins.ArgsRange), f.doc().Tree().Escape)
	return []protocol.DocumentSymbol{{
		Name: name, Detail: &detail, Kind: kind, Range: f.rng(ins.Range), SelectionRange: f.rng(ins.Keyword.Range),
	}}
}

// oneLine shortens a text, whose lines may be continued by escape, to what fits in an
// outline.
func oneLine(text string, escape byte) string {
	var words []string
	first := true
	for line := range strings.Lines(text) {
		if !first && strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
			continue // a comment between continued lines
		}
		first = false
		words = append(words, strings.Fields(strings.TrimSuffix(strings.TrimRight(line, " \t\r\n"), string(escape)))...)
	}
	text = strings.Join(words, " ")
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// Symbols finds stages and variables in all files of the workspace.
func (s *Server) Symbols(ctx context.Context, p *protocol.WorkspaceSymbolParams) (protocol.WorkspaceSymbolResult, error) {
	out := protocol.WorkspaceSymbolSlice{}
	query := strings.ToLower(p.Query)
	const most = 500
	for _, f := range s.dockerfiles(ctx, s.of(ctx)) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if f.kind != dockerFile {
			continue
		}
		var add func(list []protocol.DocumentSymbol, container string)
		add = func(list []protocol.DocumentSymbol, container string) {
			for _, d := range list {
				stageOrVar := d.Kind == protocol.SymbolKindClass || d.Kind == protocol.SymbolKindVariable
				if stageOrVar && len(out) < most && fuzzy(strings.ToLower(d.Name), query) {
					w := protocol.WorkspaceSymbol{Location: &protocol.Location{URI: f.uri, Range: d.SelectionRange}}
					w.Name, w.Kind = d.Name, d.Kind
					if container != "" {
						w.ContainerName = &container
					}
					out = append(out, w)
				}
				add(d.Children, d.Name)
			}
		}
		add(outline(f), "")
	}
	return out, nil
}

// fuzzy reports whether the letters of query occur in name in their order.
func fuzzy(name, query string) bool {
	for i := 0; i < len(name) && query != ""; i++ {
		if name[i] == query[0] {
			query = query[1:]
		}
	}
	return query == ""
}

// FoldingRanges folds stages, continued instructions, here-documents and blocks
// of comments.
func (s *Server) FoldingRanges(ctx context.Context, p *protocol.FoldingRangeParams) ([]protocol.FoldingRange, error) {
	f := s.file(ctx, p.TextDocument.URI)
	out := []protocol.FoldingRange{}
	if f == nil {
		return out, nil
	}
	add := func(start, end int, kind protocol.FoldingRangeKind) {
		if end > start {
			out = append(out, protocol.FoldingRange{StartLine: uint32(start), EndLine: uint32(end), Kind: kind})
		}
	}
	if f.kind != dockerFile {
		return out, nil
	}
	tree := f.doc().Tree()
	for _, st := range f.doc().Stages().Stages {
		r := stageRange(st)
		add(f.src.Line(r.Start), lastLine(f.src, r), protocol.FoldingRangeKindRegion)
	}
	for _, ins := range tree.Instructions {
		start := f.src.Line(ins.Range.Start)
		if ins.Name != "FROM" || len(ins.Heredocs) > 0 {
			add(start, lastLine(f.src, ins.Range), "")
		}
		if len(ins.Heredocs) > 1 || len(ins.Heredocs) == 1 && f.src.Line(ins.Heredocs[0].Opener.Start) != start {
			for _, h := range ins.Heredocs {
				add(f.src.Line(h.Body.Start)-1, f.src.Line(h.Terminator.Start), "")
			}
		}
	}
	first, last := -1, -1
	for _, c := range tree.Comments {
		line := f.src.Line(c.Range.Start)
		if line != last+1 || first < 0 {
			add(first, last, protocol.FoldingRangeKindComment)
			first = line
		}
		last = line
	}
	if first >= 0 {
		add(first, last, protocol.FoldingRangeKindComment)
	}
	return out, nil
}

func lastLine(src *source.File, r source.Range) int {
	return src.Line(max(r.End-1, r.Start))
}

// SelectionRange grows a selection: word, flag, instruction, stage, file.
func (s *Server) SelectionRange(ctx context.Context, p *protocol.SelectionRangeParams) ([]protocol.SelectionRange, error) {
	f := s.file(ctx, p.TextDocument.URI)
	out := []protocol.SelectionRange{}
	if f == nil {
		return out, nil
	}
	for _, pos := range p.Positions {
		var chain *protocol.SelectionRange
		last := source.Range{Start: -1}
		for _, r := range selections(f, f.offset(pos)) {
			if r != last {
				chain = &protocol.SelectionRange{Range: f.rng(r), Parent: chain}
				last = r
			}
		}
		out = append(out, *chain)
	}
	return out, nil
}

// selections returns the ranges around an offset, the largest first. Each holds
// the next.
func selections(f *file, off int) []source.Range {
	out := []source.Range{f.src.All()}
	add := func(r source.Range) {
		if r.Start <= off && off <= r.End && out[len(out)-1].Contains(r) {
			out = append(out, r)
		}
	}
	if f.kind != dockerFile {
		add(f.src.LineRange(f.src.Line(off)))
		return out
	}
	d := f.doc()
	ins := d.Tree().At(off)
	if ins == nil {
		add(f.src.LineRange(f.src.Line(off)))
		return out
	}
	if st := d.Stages().StageOf(ins); st != nil {
		add(stageRange(st))
	}
	add(ins.Range)
	if ins.Trigger != nil {
		ins = ins.Trigger
		add(ins.Range)
	}
	for _, h := range ins.Heredocs {
		add(h.Body)
	}
	add(ins.ArgsRange)
	for _, fl := range ins.Flags {
		add(fl.Range)
		for _, o := range fl.Options {
			add(o.Range)
			add(o.ValueRange)
		}
		add(fl.ValueRange)
	}
	for _, pr := range ins.Pairs {
		add(pr.Range)
		add(pr.Key.Range)
		add(pr.Value.Range)
	}
	if sc := d.Shell(ins); sc != nil {
		if c := sc.At(off); c != nil {
			add(c.Range)
			for _, w := range c.Words {
				add(w.Range)
			}
		}
	} else {
		for _, a := range ins.Args {
			add(a.Range)
		}
	}
	return out
}
