package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/pragma"
	"github.com/dlint/dlint/lint/source"
)

// Kinds of code actions beyond those of the protocol. The unsafe one is no kind
// of source.fixAll, so that saving a file never applies it. Splits have a kind of
// their own, for clients that show them before they are made.
const (
	kindStages       protocol.CodeActionKind = "refactor.rewrite.dlint.stages"
	kindFixAll       protocol.CodeActionKind = "source.fixAll.dlint"
	kindFixAllUnsafe protocol.CodeActionKind = "source.dlint.fixAllUnsafe"
)

// actionData is what an action carries until it is resolved.
type actionData struct {
	URI     string `json:"uri"`
	Version int32  `json:"version"`
	Do      string `json:"do"`
	Off     int    `json:"off"`
	Index   int    `json:"index"`
	In      string `json:"in,omitempty"` // the name of a Dockerfile inside the file
}

// actions collects the code actions for a range.
type actions struct {
	s    *Server
	f    *file
	at   source.Range
	ctx  protocol.CodeActionContext
	list []protocol.CommandOrCodeAction
}

// CodeAction returns what can be done at a range.
func (s *Server) CodeAction(ctx context.Context, p *protocol.CodeActionParams) ([]protocol.CommandOrCodeAction, error) {
	f := s.fileAt(ctx, p.TextDocument.URI, p.Range.Start)
	if f == nil || f.kind != dockerFile {
		return []protocol.CommandOrCodeAction{}, nil
	}
	a := &actions{s: s, f: f, at: f.span(p.Range), ctx: p.Context, list: []protocol.CommandOrCodeAction{}}
	if a.wanted(protocol.CodeActionKindQuickFix) {
		a.quickFixes()
	}
	a.fixAll()
	a.refactorings(ctx)
	return a.list, nil
}

// wanted reports whether the client asks for actions of that kind.
func (a *actions) wanted(kind protocol.CodeActionKind) bool {
	if len(a.ctx.Only) == 0 {
		return !strings.HasPrefix(string(kind), "source") || a.invoked()
	}
	return slices.ContainsFunc(a.ctx.Only, func(o protocol.CodeActionKind) bool {
		return o == kind || o == "" || strings.HasPrefix(string(kind), string(o)+".")
	})
}

// invoked reports whether a user asks, rather than the editor for a light bulb.
func (a *actions) invoked() bool {
	return a.ctx.TriggerKind != protocol.CodeActionTriggerKindAutomatic
}

func (a *actions) add(x *protocol.CodeAction) {
	if a.s.caps.literalActions {
		a.list = append(a.list, x)
		return
	}
	// A client without literals gets commands.
	if x.Edit != nil {
		a.list = append(a.list, &protocol.Command{Title: x.Title, Command: commandApply, Arguments: []protocol.LSPAny{mustJSON(x.Edit)}})
	}
}

func mustJSON(v any) protocol.LSPAny {
	data, err := protocol.Marshal(v)
	if err != nil {
		return protocol.LSPAny("null")
	}
	return data
}

// quickFixes adds the fixes of the findings at the range, and the ways to ignore
// them.
func (a *actions) quickFixes() {
	found := a.f.found().list
	var here []*lint.Diagnostic
	for k := range found {
		if d := &found[k]; d.Range.Start <= a.at.End && a.at.Start <= d.Range.End {
			here = append(here, d)
		}
	}
	for _, d := range here {
		a.fixesOf(d)
	}
	done := map[string]bool{}
	for _, d := range here {
		if !done[d.Rule.ID] {
			a.fixRule(d)
		}
		done[d.Rule.ID] = true
	}
	clear(done)
	for _, d := range here {
		if !done[d.Rule.ID] {
			a.ignore(d)
		}
		done[d.Rule.ID] = true
	}
}

func (a *actions) fixesOf(d *lint.Diagnostic) {
	diag := a.s.diagnostic(a.f, d)
	for k := range d.Fixes {
		x := &d.Fixes[k]
		edit, ok := a.s.fixEdit(a.f, x)
		if !ok {
			continue
		}
		title := x.Title
		switch x.Applicability {
		case lint.Unsafe:
			title += " (may change the image)"
		case lint.Manual:
			title += " (to be looked at)"
		}
		act := &protocol.CodeAction{
			Title: title, Kind: new(protocol.CodeActionKindQuickFix),
			Diagnostics: []protocol.Diagnostic{diag}, Edit: edit,
		}
		if k == 0 && x.Applicability != lint.Manual {
			act.IsPreferred = new(true)
		}
		a.add(act)
	}
}

// fixRule adds an action that repairs all findings of a rule, if there are
// several.
func (a *actions) fixRule(d *lint.Diagnostic) {
	least := lint.Safe
	if x := d.Fix(lint.Unsafe); x == nil {
		return
	} else if x.Applicability == lint.Unsafe {
		least = lint.Unsafe
	}
	edits, n := ruleEdits(a.f.found().list, d.Rule, least)
	if n < 2 {
		return
	}
	title := fmt.Sprintf("Fix all %d findings of %s", n, d.Rule.ID)
	if least == lint.Unsafe {
		title += " (may change the image)"
	}
	a.add(&protocol.CodeAction{
		Title: title, Kind: new(protocol.CodeActionKindQuickFix),
		Diagnostics: []protocol.Diagnostic{a.s.diagnostic(a.f, d)},
		Edit:        a.s.workspaceEdit(a.f, edits),
	})
}

// ruleEdits merges the fixes of the findings of a rule that fit together.
func ruleEdits(found []lint.Diagnostic, r *lint.Rule, least lint.Applicability) (edits []lint.Edit, n int) {
	var fixes [][]lint.Edit
	for k := range found {
		if found[k].Rule != r {
			continue
		}
		x := found[k].Fix(least)
		if x != nil && len(x.Others) == 0 {
			fixes = append(fixes, x.Edits)
		}
	}
	return fix.MergeFitting(fixes)
}

// ignore adds the actions that write a pragma.
func (a *actions) ignore(d *lint.Diagnostic) {
	for _, w := range []struct {
		kind  pragma.Kind
		where string
	}{{pragma.Line, "on this instruction"}, {pragma.Stage, "in this stage"}, {pragma.File, "in this file"}} {
		if w.kind == pragma.Stage && len(a.f.doc().Stages().Stages) < 2 {
			continue
		}
		off, text := pragma.Insert(a.f.doc().Tree(), w.kind, d.Range.Start, []string{d.Rule.ID}, "")
		if text == "" {
			continue
		}
		a.add(&protocol.CodeAction{
			Title: fmt.Sprintf("Ignore %s %s", d.Rule.ID, w.where), Kind: new(protocol.CodeActionKindQuickFix),
			Diagnostics: []protocol.Diagnostic{a.s.diagnostic(a.f, d)},
			Edit:        a.s.workspaceEdit(a.f, []lint.Edit{lint.Insert(off, text)}),
		})
	}
}

// fixAll adds the actions on the whole file.
func (a *actions) fixAll() {
	const unsafe = "Fix all findings, also where the image may change"
	all := "Fix all findings that can be fixed safely"
	if a.f.ws.set.Unsafe {
		all = unsafe
	}
	for _, w := range []struct {
		kind  protocol.CodeActionKind
		title string
		least lint.Applicability
	}{
		{kindFixAll, all, a.f.ws.set.least()},
		{kindFixAllUnsafe, unsafe, lint.Unsafe},
	} {
		if !a.wanted(w.kind) || !slices.ContainsFunc(a.f.found().list, func(d lint.Diagnostic) bool {
			x := d.Fix(w.least)
			return x != nil && a.s.feasible(x)
		}) {
			continue
		}
		a.lazy(&protocol.CodeAction{Title: w.title, Kind: new(w.kind)}, actionData{Do: string(w.kind)})
	}
}

// lazy adds an action whose edit is worked out when it is chosen, if the client
// can wait so long.
func (a *actions) lazy(x *protocol.CodeAction, data actionData) {
	data.URI, data.Version = string(a.f.uri), a.f.version
	if a.f.within != nil {
		data.In = a.f.within.in.Name
	}
	if a.s.caps.resolveEdit && a.s.caps.actionData {
		x.Data = raw(data)
		a.list = append(a.list, x)
		return
	}
	if edit, err := a.s.editFor(context.Background(), a.f, data); err == nil && edit != nil {
		x.Edit = edit
		a.add(x)
	}
}

// CodeActionResolve works out the edit of an action.
func (s *Server) CodeActionResolve(ctx context.Context, p *protocol.CodeAction) (*protocol.CodeAction, error) {
	v, ok := parseJSON(p.Data)
	if !ok {
		return p, nil
	}
	version, _ := v.get("version").integer()
	off, _ := v.get("off").integer()
	index, _ := v.get("index").integer()
	data := actionData{URI: v.get("uri").str(), Version: int32(version), Do: v.get("do").str(), Off: int(off), Index: int(index)}
	f := s.file(ctx, uri.URI(data.URI))
	if f == nil || f.version != data.Version {
		return nil, protocol.ErrContentModified
	}
	for _, in := range f.inner() {
		if name := v.get("in").str(); name != "" && in.in.Name == name {
			f = in.file
		}
	}
	edit, err := s.editFor(ctx, f, data)
	if err != nil {
		return nil, err
	}
	p.Edit = edit
	return p, nil
}

// editFor works out an edit.
func (s *Server) editFor(ctx context.Context, f *file, data actionData) (*protocol.WorkspaceEdit, error) {
	switch data.Do {
	case string(kindFixAll):
		return s.fixed(ctx, f, f.ws.set.least())
	case string(kindFixAllUnsafe):
		return s.fixed(ctx, f, lint.Unsafe)
	case doHeredoc, doSplitRun, doJoinRun:
		edits := runEdits(f, data.Do, data.Off)
		if len(edits) == 0 {
			return nil, failed("the instruction has changed")
		}
		return s.workspaceEdit(f, edits), nil
	case doSplitStage:
		return s.splitEdit(ctx, f, data.Off, data.Index)
	}
	return nil, failed("unknown action %q", data.Do)
}

// fixed runs the fixes over a file.
func (s *Server) fixed(ctx context.Context, f *file, least lint.Applicability) (*protocol.WorkspaceEdit, error) {
	res, err := fix.RunThose(ctx, f.setup().engine, f.doc(), least, s.feasible)
	if err != nil {
		return nil, failed("%v", err)
	}
	b := s.builder()
	if res.Changed {
		b.edits(f.uri, &f.version, diffEdits(f, res.Text))
	}
	for _, o := range res.Others {
		path := f.doc().Context().Path(o.Path)
		if o.Create {
			b.create(uri.File(path), o.Text)
			continue
		}
		target := s.target(f, o.Path, o.Old)
		b.edits(target.uri, target.openVersion(), diffEdits(target, o.Text))
	}
	return b.done(), nil
}

// feasible reports whether the client can make the files of a fix. One that takes
// lists of operations says whether it knows the one for that; others make a file by
// editing it.
func (s *Server) feasible(x *lint.Fix) bool {
	return s.caps.createFile || !s.caps.docChanges || !slices.ContainsFunc(x.Others, func(o lint.FileEdit) bool { return o.Create })
}

// target is another file of the build context as a place for edits.
func (s *Server) target(f *file, path, text string) *file {
	full := f.doc().Context().Path(path)
	if open := s.snapshot().files[full]; open != nil {
		return open
	}
	return &file{uri: s.uriOf(full), key: full, path: full, src: source.NewFile(full, text), enc: f.enc}
}

func (f *file) openVersion() *int32 {
	if !f.open {
		return nil
	}
	return &f.version
}

// fixEdit converts a fix; false when the client cannot make its edits.
func (s *Server) fixEdit(f *file, x *lint.Fix) (*protocol.WorkspaceEdit, bool) {
	b := s.builder()
	if len(x.Edits) > 0 {
		b.edits(f.uri, &f.version, textEdits(f, x.Edits))
	}
	for _, o := range x.Others {
		c := f.doc().Context()
		if o.Create {
			if !s.caps.docChanges || !s.caps.createFile || len(o.Edits) == 0 {
				return nil, false
			}
			b.create(uri.File(c.Path(o.Path)), o.Edits[0].New)
			continue
		}
		data, err := c.ReadFile(o.Path, maxFile)
		if err != nil {
			return nil, false
		}
		t := s.target(f, o.Path, string(data))
		b.edits(t.uri, t.openVersion(), textEdits(t, o.Edits))
	}
	return b.done(), true
}

// workspaceEdit returns edits of one file.
func (s *Server) workspaceEdit(f *file, edits []lint.Edit) *protocol.WorkspaceEdit {
	b := s.builder()
	b.edits(f.uri, &f.version, textEdits(f, edits))
	return b.done()
}

// editBuilder puts a workspace edit together in the form the client takes.
type editBuilder struct {
	versioned bool
	out       protocol.WorkspaceEdit
}

func (s *Server) builder() *editBuilder { return &editBuilder{versioned: s.caps.docChanges} }

func (b *editBuilder) edits(u uri.URI, version *int32, edits []protocol.TextEdit) {
	if !b.versioned {
		if b.out.Changes == nil {
			b.out.Changes = map[uri.URI][]protocol.TextEdit{}
		}
		b.out.Changes[u] = append(b.out.Changes[u], edits...)
		return
	}
	doc := &protocol.TextDocumentEdit{Edits: make([]protocol.TextDocumentEditElement, 0, len(edits))}
	doc.TextDocument.URI, doc.TextDocument.Version = u, version
	for k := range edits {
		doc.Edits = append(doc.Edits, &edits[k])
	}
	b.out.DocumentChanges = append(b.out.DocumentChanges, doc)
}

func (b *editBuilder) create(u uri.URI, text string) {
	if b.versioned {
		b.out.DocumentChanges = append(b.out.DocumentChanges, &protocol.CreateFile{Kind: "create", URI: u})
	}
	b.edits(u, nil, []protocol.TextEdit{{NewText: text}})
}

func (b *editBuilder) done() *protocol.WorkspaceEdit { return &b.out }

// textEdits converts edits. The line ends become those of the file. Where
// applying them needs more care than that, it is one edit with the result.
func textEdits(f *file, edits []lint.Edit) []protocol.TextEdit {
	want := fix.Apply(f.src.Text, edits)
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b lint.Edit) int { return a.Range.Start - b.Range.Start })
	var got strings.Builder
	last := 0
	out := make([]protocol.TextEdit, 0, len(edits))
	for _, e := range sorted {
		text := strings.ReplaceAll(e.New, "\n", f.src.LineEnd())
		if e.Range.Start < last {
			return diffEdits(f, want)
		}
		got.WriteString(f.src.Text[last:e.Range.Start] + text)
		last = e.Range.End
		out = append(out, f.textEdit(e.Range, text))
	}
	got.WriteString(f.src.Text[last:])
	if got.String() != want {
		return diffEdits(f, want)
	}
	return out
}
