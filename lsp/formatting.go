package lsp

import (
	"context"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/fix/format"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// Formatting lays a file out.
func (s *Server) Formatting(ctx context.Context, p *protocol.DocumentFormattingParams) ([]protocol.TextEdit, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil || f.kind != dockerFile {
		return []protocol.TextEdit{}, nil
	}
	return textEdits(f, format.File(f.doc().Tree())), nil
}

// RangeFormatting lays the lines of a range out.
func (s *Server) RangeFormatting(ctx context.Context, p *protocol.DocumentRangeFormattingParams) ([]protocol.TextEdit, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil || f.kind != dockerFile {
		return []protocol.TextEdit{}, nil
	}
	r := f.span(p.Range)
	start := f.src.FullLineRange(f.src.Line(r.Start)).Start
	end := f.src.LineRange(f.src.Line(max(r.End-1, r.Start))).End
	// Whole instructions: half of one would be laid out in two ways.
	for _, ins := range f.doc().Tree().Instructions {
		if ins.Range.Start < end && start < ins.Range.End {
			start, end = min(start, ins.Lines.Start), max(end, ins.Range.End)
		}
	}
	edits := slices.DeleteFunc(format.File(f.doc().Tree()), func(e lint.Edit) bool {
		return e.Range.Start < start || e.Range.End > end
	})
	return textEdits(f, edits), nil
}

// OnTypeFormatting indents a new line of a continued instruction.
func (s *Server) OnTypeFormatting(ctx context.Context, p *protocol.DocumentOnTypeFormattingParams) ([]protocol.TextEdit, error) {
	out := []protocol.TextEdit{}
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil || f.kind != dockerFile || p.Ch != "\n" || p.Position.Line == 0 {
		return out, nil
	}
	line := int(p.Position.Line)
	r := f.src.LineRange(line)
	above := f.src.Slice(f.src.LineRange(line - 1))
	tree := f.doc().Tree()
	if !strings.HasSuffix(strings.TrimRight(above, " \t"), string(tree.Escape)) || strings.TrimSpace(f.src.Slice(r)) != "" {
		return out, nil
	}
	ins := tree.At(f.src.LineRange(line - 1).Start)
	if ins == nil || inBody(ins, r.Start) {
		return out, nil
	}
	want := above[:len(above)-len(strings.TrimLeft(above, " \t"))]
	if f.src.Line(ins.Range.Start) == line-1 || want == "" {
		want = format.Indent
	}
	if f.src.Slice(r) == want {
		return out, nil
	}
	return append(out, protocol.TextEdit{Range: f.rng(source.Range{Start: r.Start, End: r.End}), NewText: want}), nil
}

// WillSaveWaitUntil has nothing to do by itself: editors ask for
// source.fixAll and for formatting where users want that.
func (s *Server) WillSaveWaitUntil(context.Context, *protocol.WillSaveTextDocumentParams) ([]protocol.TextEdit, error) {
	return []protocol.TextEdit{}, nil
}
