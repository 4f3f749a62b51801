package lsp

import (
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"
	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// What lazily resolved actions do.
const (
	doHeredoc    = "heredoc"
	doSplitRun   = "split-run"
	doJoinRun    = "join-run"
	doSplitStage = "split-stage"
)

// refactorings adds rewritings of the instruction at the range. They are offered
// to users who ask, not for every light bulb.
func (a *actions) refactorings(ctx context.Context) {
	if !a.invoked() {
		return
	}
	off := a.at.Start
	for _, w := range []struct {
		do, title string
		kind      protocol.CodeActionKind
	}{
		{doHeredoc, "Turn the RUN into a here-document", protocol.CodeActionKindRefactorExtract},
		{doSplitRun, "Split the RUN at &&", protocol.CodeActionKindRefactorRewrite},
		{doJoinRun, "Join with the next RUN", protocol.CodeActionKindRefactorRewrite},
	} {
		if a.wanted(w.kind) && len(runEdits(a.f, w.do, off)) > 0 {
			a.lazy(&protocol.CodeAction{Title: w.title, Kind: new(w.kind)}, actionData{Do: w.do, Off: off})
		}
	}
	if a.s.opts.Splits == nil || !a.wanted(kindStages) {
		return
	}
	splits, _ := a.s.opts.Splits.Splits(ctx, a.f.doc(), off, a.f.ws.set.SplitWith)
	for k, sp := range splits {
		x := &protocol.CodeAction{Title: sp.Title, Kind: new(kindStages)}
		if len(sp.Reasons) > 0 {
			x.Command = protocol.Command{
				Title: "Show the reasons", Command: commandReasons,
				Arguments: []protocol.LSPAny{raw(sp.Title), raw(sp.Reasons)},
			}
		}
		a.lazy(x, actionData{Do: doSplitStage, Off: off, Index: k})
	}
}

// splitEdit returns the edit of one of the proposals for a stage.
func (s *Server) splitEdit(ctx context.Context, f *file, off, index int) (*protocol.WorkspaceEdit, error) {
	if s.opts.Splits == nil {
		return nil, failed("there is nothing to split")
	}
	splits, why := s.opts.Splits.Splits(ctx, f.doc(), off, f.ws.set.SplitWith)
	if why != "" {
		return nil, failed("%s", why)
	}
	if index < 0 || index >= len(splits) {
		return nil, failed("there is nothing to split")
	}
	edit, ok := s.fixEdit(f, &lint.Fix{Edits: splits[index].Edits, Others: splits[index].Files})
	if !ok {
		return nil, failed("the client does not make the files that the split needs")
	}
	return edit, nil
}

// runEdits returns the edits of a rewriting of the RUN at off; none when it
// would change what the RUN does, or cannot be told.
func runEdits(f *file, do string, off int) []lint.Edit {
	ins := f.doc().Tree().At(off)
	chain, ok := chainOf(f, ins)
	if !ok {
		return nil
	}
	switch do {
	case doHeredoc:
		return toHeredoc(f, ins, chain)
	case doSplitRun:
		return splitRun(f, ins, chain)
	case doJoinRun:
		return joinRun(f, ins, chain)
	}
	return nil
}

// chainOf returns the commands of a RUN in shell form that is a plain chain of
// commands joined by &&.
func chainOf(f *file, ins *dockerfile.Instruction) ([]source.Range, bool) {
	if ins == nil || ins.Name != "RUN" || ins.Err != nil || len(ins.Heredocs) > 0 || ins.JSON {
		return nil, false
	}
	s := f.doc().Shell(ins)
	if s == nil || s.Err != nil || !s.Dialect.Parsed() || s.Form != shell.ShellForm || len(s.Pieces) == 0 {
		return nil, false
	}
	p := s.Pieces[0]
	if p.File == nil || len(p.File.Stmts) != 1 {
		return nil, false
	}
	var out []source.Range
	var walk func(st *syntax.Stmt) bool
	walk = func(st *syntax.Stmt) bool {
		if b, ok := st.Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.AndStmt && !st.Negated && !st.Background && len(st.Redirs) == 0 {
			return walk(b.X) && walk(b.Y)
		}
		if b, ok := st.Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.OrStmt || st.Background {
			return false
		}
		for _, r := range st.Redirs {
			if r.Hdoc != nil {
				return false
			}
		}
		r := p.Range(st)
		out = append(out, r)
		return cleanLines(f.src.Slice(r))
	}
	return out, walk(p.File.Stmts[0])
}

// cleanLines reports whether a text has no comment or empty line between its
// continued lines: a shell would read these differently.
func cleanLines(text string) bool {
	first := true
	for line := range strings.Lines(text) {
		t := strings.TrimSpace(line)
		if !first && (t == "" || strings.HasPrefix(t, "#")) {
			return false
		}
		first = false
	}
	return true
}

// commentsIn reports whether comment lines stand between the lines of a RUN.
func commentsIn(f *file, ins *dockerfile.Instruction) bool {
	for _, c := range f.doc().Tree().Comments {
		if c.Inside == ins {
			return true
		}
	}
	return false
}

func toHeredoc(f *file, ins *dockerfile.Instruction, chain []source.Range) []lint.Edit {
	if f.doc().Tree().Escape != '\\' || commentsIn(f, ins) || ins.Parent != nil {
		return nil
	}
	var b strings.Builder
	b.WriteString("<<EOF\n")
	if len(chain) > 1 {
		b.WriteString("set -e\n")
	}
	for _, r := range chain {
		text := f.src.Slice(r)
		if strings.Contains(text, "\nEOF") {
			return nil
		}
		b.WriteString(strings.ReplaceAll(text, "\r\n", "\n") + "\n")
	}
	b.WriteString("EOF")
	return []lint.Edit{lint.Replace(source.Range{Start: ins.ArgsRange.Start, End: ins.Range.End}, b.String())}
}

// splitRun makes a RUN of each command. A command that changes what later ones
// see keeps them together.
func splitRun(f *file, ins *dockerfile.Instruction, chain []source.Range) []lint.Edit {
	if len(chain) < 2 || carriesOver(f.doc().Shell(ins)) || commentsIn(f, ins) {
		return nil
	}
	head := f.src.Text[ins.Range.Start:ins.ArgsRange.Start]
	var parts []string
	for _, r := range chain {
		parts = append(parts, head+f.src.Slice(r))
	}
	return []lint.Edit{lint.Replace(ins.Range, strings.Join(parts, "\n"))}
}

// carriesOver reports whether a command of the script changes the shell itself.
func carriesOver(s *shell.Script) bool {
	for _, c := range s.All() {
		switch c.Name {
		case "cd", "export", "set", "umask", "alias", "source", ".", "shopt", "ulimit", "pushd", "exec", "trap", "":
			return true
		}
	}
	return false
}

// joinRun joins a RUN and the one behind it.
func joinRun(f *file, ins *dockerfile.Instruction, chain []source.Range) []lint.Edit {
	tree := f.doc().Tree()
	if ins.Parent != nil || ins.Index+1 >= len(tree.Instructions) || carriesOver(f.doc().Shell(ins)) {
		return nil
	}
	next := tree.Instructions[ins.Index+1]
	if _, ok := chainOf(f, next); !ok || len(chain) == 0 || next.Parent != nil {
		return nil
	}
	flags := func(i *dockerfile.Instruction) string {
		return strings.Join(strings.Fields(f.src.Text[i.Keyword.Range.End:i.ArgsRange.Start]), " ")
	}
	between := f.src.Text[ins.Range.End:next.Range.Start]
	if flags(ins) != flags(next) || strings.TrimSpace(between) != "" {
		return nil
	}
	return []lint.Edit{lint.Replace(
		source.Range{Start: ins.Range.End, End: next.ArgsRange.Start},
		fmt.Sprintf(" %c\n    && ", tree.Escape),
	)}
}
