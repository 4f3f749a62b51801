package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// InlayHint shows the numbers of stages, the images that arguments make, and
// from which step on nothing is cached any more when the sources change.
func (s *Server) InlayHint(ctx context.Context, p *protocol.InlayHintParams) ([]protocol.InlayHint, error) {
	f := s.file(ctx, p.TextDocument.URI)
	out := []protocol.InlayHint{}
	if f == nil || f.kind != dockerFile || f.ws.set.NoHints {
		return out, nil
	}
	within := f.span(p.Range)
	add := func(off int, text, tip string) {
		if off < within.Start || off > within.End {
			return
		}
		h := protocol.InlayHint{Position: f.position(off), Label: protocol.String(text), PaddingLeft: new(true)}
		if tip != "" {
			h.Tooltip = protocol.String(tip)
		}
		out = append(out, h)
	}
	stages := f.doc().Stages().Stages
	for _, st := range stages {
		if st.From.Err != nil {
			continue
		}
		if st.Base.Known && st.Base.Name != st.Image.Value && strings.Contains(st.Image.Value, "$") {
			add(st.Image.Range.End, "= "+st.Base.Name, "The image with the defaults of the arguments.")
		}
		if len(stages) > 1 {
			add(st.From.Header.End, fmt.Sprintf("stage %d", st.Index), "")
		}
		if ins := volatile(f, st); ins != nil {
			add(firstLineEnd(f, ins), "runs again when the sources change", "A COPY above takes files that change often; this step and all below are not cached then.")
		}
	}
	return out, nil
}

// firstLineEnd returns the end of the first line of an instruction.
func firstLineEnd(f *file, ins *dockerfile.Instruction) int {
	return min(f.src.LineRange(f.src.Line(ins.Range.Start)).End, ins.Range.End)
}

// volatile returns the first RUN of a stage behind a COPY that takes the whole
// context.
func volatile(f *file, st *stage.Stage) *dockerfile.Instruction {
	changed := false
	for _, ins := range st.Body {
		if ins.Err != nil {
			continue
		}
		if ins.Name == "RUN" && changed {
			return ins
		}
		if ins.Is("COPY", "ADD") {
			c := f.doc().Layers().Step(ins).Copy
			changed = changed || c != nil && c.FromContext() && c.Wide()
		}
	}
	return nil
}

// CodeLens shows above a stage who uses it and how it can be split, and above a
// COPY what runs again when its files change.
func (s *Server) CodeLens(ctx context.Context, p *protocol.CodeLensParams) ([]protocol.CodeLens, error) {
	f := s.file(ctx, p.TextDocument.URI)
	out := []protocol.CodeLens{}
	if f == nil || f.kind != dockerFile || f.ws.set.NoLenses {
		return out, nil
	}
	g := f.doc().Stages()
	for _, st := range g.Stages {
		if s.opts.Splits != nil && len(g.Stages) == 1 {
			if cmd, ok := s.splitCommand(ctx, f, st.From.Range.Start); ok {
				out = append(out, protocol.CodeLens{Range: f.rng(st.From.Header), Command: cmd})
			}
		}
		if ins, n := costly(f, st); ins != nil {
			out = append(out, protocol.CodeLens{Range: f.rng(ins.Header), Command: protocol.Command{
				Title: fmt.Sprintf("a change of any file taken here runs %s again", plural(n, "RUN")),
			}})
		}
	}
	return out, nil
}

// costly returns the COPY of the whole context in a stage, and how many RUNs
// stand behind it.
func costly(f *file, st *stage.Stage) (at *dockerfile.Instruction, runs int) {
	for _, ins := range st.Body {
		if ins.Err != nil {
			continue
		}
		if at == nil && ins.Is("COPY", "ADD") {
			if c := f.doc().Layers().Step(ins).Copy; c != nil && c.FromContext() && c.Wide() {
				at = ins
			}
		}
		if at != nil && ins.Name == "RUN" {
			runs++
		}
	}
	if runs == 0 {
		return nil, 0
	}
	return at, runs
}

// splitCommand returns the command that splits the stage at off as is proposed
// first; false when nothing is. It is not put off until the lens is seen: a lens
// that has nothing to say in the end would still be shown.
func (s *Server) splitCommand(ctx context.Context, f *file, off int) (protocol.Command, bool) {
	splits, _ := s.opts.Splits.Splits(ctx, f.doc(), off, f.ws.set.SplitWith)
	if len(splits) == 0 {
		return protocol.Command{}, false
	}
	return protocol.Command{
		Title: splits[0].Title, Command: commandSplit, Tooltip: new(strings.Join(splits[0].Reasons, " ")),
		Arguments: []protocol.LSPAny{raw(string(f.uri)), raw(off)},
	}, true
}

// SignatureHelp shows the forms of the instruction that is being written.
func (s *Server) SignatureHelp(ctx context.Context, p *protocol.SignatureHelpParams) (*protocol.SignatureHelp, error) {
	f := s.fileAt(ctx, p.TextDocument.URI, p.Position)
	if f == nil || f.kind != dockerFile {
		return nil, nil
	}
	off := f.offset(p.Position)
	ins := at(f, off)
	if ins == nil {
		ins = before(f, off)
	}
	if ins == nil || off <= ins.Keyword.Range.End {
		return nil, nil
	}
	doc, ok := knowledge.InstructionOf(ins.Name)
	if !ok || inBody(ins, off) {
		return nil, nil
	}
	out := &protocol.SignatureHelp{}
	active := 0
	for k, form := range doc.Syntax {
		sig := protocol.SignatureInformation{Label: form, Documentation: s.markup(doc.Doc, s.caps.docMarkdown)}
		for _, word := range strings.Fields(form)[1:] {
			sig.Parameters = append(sig.Parameters, protocol.ParameterInformation{Label: protocol.String(word)})
		}
		out.Signatures = append(out.Signatures, sig)
		if ins.JSON && strings.Contains(form, `["`) {
			active = k
		}
	}
	out.ActiveSignature = new(uint32(active))
	n := argumentAt(f, ins, off)
	if params := len(out.Signatures[active].Parameters); params > 0 {
		out.ActiveParameter = protocol.NewNullable(uint32(min(n, params-1)))
	}
	return out, nil
}

// before returns the instruction on whose line off stands behind its text.
func before(f *file, off int) *dockerfile.Instruction {
	line := f.src.Line(off)
	list := f.doc().Tree().Instructions
	k, _ := slices.BinarySearchFunc(list, off, func(i *dockerfile.Instruction, off int) int { return i.Range.Start - off })
	if k == 0 {
		return nil
	}
	ins := list[k-1]
	if f.src.Line(max(ins.Range.End-1, ins.Range.Start)) != line {
		return nil
	}
	if ins.Trigger != nil && off >= ins.Trigger.Range.Start {
		return ins.Trigger
	}
	return ins
}

func inBody(ins *dockerfile.Instruction, off int) bool {
	for _, h := range ins.Heredocs {
		if h.Body.Start <= off && off <= h.Terminator.End {
			return true
		}
	}
	return false
}

// argumentAt counts the words in front of off; the flags together are one.
func argumentAt(f *file, ins *dockerfile.Instruction, off int) int {
	n := 0
	hasOptions := false
	if doc, ok := knowledge.InstructionOf(ins.Name); ok && len(doc.Flags) > 0 {
		hasOptions = true
	}
	start := ins.ArgsRange.Start
	if ins.ArgsRange.Empty() {
		start = ins.Keyword.Range.End
	}
	if off < start {
		return 0
	}
	words := strings.Fields(f.src.Slice(source.Range{Start: start, End: max(off, start)}))
	for _, w := range words {
		if !strings.HasPrefix(w, "--") {
			n++
		}
	}
	if n > 0 && off > 0 && !isSpace(f.src.Text[off-1]) {
		n--
	}
	if hasOptions {
		n++
	}
	return n
}
