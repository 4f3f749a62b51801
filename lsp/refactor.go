package lsp

import (
	"context"
	"fmt"
	"slices"
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
	c := chainOf(f, ins)
	if c == nil {
		return nil
	}
	switch do {
	case doHeredoc:
		return toHeredoc(f, ins, c)
	case doSplitRun:
		return splitRun(f, ins, c)
	case doJoinRun:
		return joinRun(f, ins, c)
	}
	return nil
}

// chain is a RUN in shell form that is a plain chain of commands joined by &&.
type chain struct {
	commands []source.Range
	// checked says that a command fails as soon as a part of it does, so that set -e
	// changes nothing: none is negated or holds a list of commands.
	checked bool
	// apart says that no command changes the shell that a later one runs in.
	apart bool
}

// chainOf returns the chain that a RUN is; nil when it is none.
func chainOf(f *file, ins *dockerfile.Instruction) *chain {
	if ins == nil || ins.Name != "RUN" || ins.Err != nil || len(ins.Heredocs) > 0 || ins.JSON {
		return nil
	}
	s := f.doc().Shell(ins)
	if s == nil || s.Err != nil || !s.Dialect.Parsed() || s.Form != shell.ShellForm || len(s.Pieces) == 0 {
		return nil
	}
	p := s.Pieces[0]
	if p.File == nil || len(p.File.Stmts) != 1 {
		return nil
	}
	c := &chain{checked: true, apart: !carriesOver(s)}
	if !c.add(f, p, p.File.Stmts[0]) {
		return nil
	}
	// A comment of the shell, or a semicolon, would end up in front of what follows.
	end := ins.ArgsRange.Start
	for _, r := range append(c.commands, source.Range{Start: ins.ArgsRange.End}) {
		if r.Start < end || !onlyJoins(f.src.Text[end:r.Start], f.doc().Tree().Escape) {
			return nil
		}
		end = r.End
	}
	return c
}

// add adds the commands of a statement; false when it is no chain.
func (c *chain) add(f *file, p *shell.Piece, st *syntax.Stmt) bool {
	b, ok := st.Cmd.(*syntax.BinaryCmd)
	if ok && b.Op == syntax.AndStmt && !st.Negated && !st.Background && len(st.Redirs) == 0 {
		return c.add(f, p, b.X) && c.add(f, p, b.Y)
	}
	if ok && b.Op == syntax.OrStmt || st.Background || st.Semicolon.IsValid() {
		return false
	}
	for _, r := range st.Redirs {
		if r.Hdoc != nil {
			return false
		}
	}
	syntax.Walk(st, c.judge)
	r := p.Range(st)
	c.commands = append(c.commands, r)
	return cleanLines(f.src.Slice(r))
}

// judge takes a part of a command into account.
func (c *chain) judge(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Stmt:
		c.checked = c.checked && !n.Negated
	case *syntax.IfClause, *syntax.WhileClause, *syntax.CaseClause, *syntax.Block, *syntax.Subshell:
		c.checked = false
	case *syntax.ForClause:
		c.checked, c.apart = false, false // it sets its variable
	case *syntax.FuncDecl:
		c.checked, c.apart = false, false
	case *syntax.CmdSubst:
		c.checked = c.checked && len(n.Stmts) < 2
	case *syntax.ParamExp:
		if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
			c.apart = false
		}
	}
	return true
}

// onlyJoins reports whether a text has nothing but &&, blanks, continuations and
// comment lines of the Dockerfile in it.
func onlyJoins(text string, escape byte) bool {
	first := true
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest := strings.Trim(line, "& \t"+string(escape)); rest != "" && (first || rest[0] != '#') {
			return false
		}
		first = false
	}
	return true
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

func toHeredoc(f *file, ins *dockerfile.Instruction, c *chain) []lint.Edit {
	many := len(c.commands) > 1
	if f.doc().Tree().Escape != '\\' || commentsIn(f, ins) || many && !c.checked {
		return nil
	}
	var b strings.Builder
	b.WriteString("<<EOF\n")
	if many {
		b.WriteString("set -e\n")
	}
	for _, r := range c.commands {
		text := f.src.Slice(r)
		if strings.Contains(text, "\nEOF") {
			return nil
		}
		b.WriteString(strings.ReplaceAll(text, "\r\n", "\n") + "\n")
	}
	b.WriteString("EOF")
	// Blanks behind it would keep the last line from ending the here-document.
	end := f.src.LineRange(f.src.Line(ins.Range.End)).End
	return []lint.Edit{lint.Replace(source.Range{Start: ins.ArgsRange.Start, End: end}, b.String())}
}

// splitRun makes a RUN of each command. A command that changes what later ones
// see keeps them together.
func splitRun(f *file, ins *dockerfile.Instruction, c *chain) []lint.Edit {
	if len(c.commands) < 2 || !c.apart || hasScratch(ins) || commentsIn(f, ins) {
		return nil
	}
	head := f.src.Text[ins.Range.Start:ins.ArgsRange.Start]
	var parts []string
	for _, r := range c.commands {
		text := f.src.Slice(r)
		if dockerfile.Misread(text) {
			return nil
		}
		parts = append(parts, head+text)
	}
	return []lint.Edit{lint.Replace(ins.Range, strings.Join(parts, "\n"))}
}

// carriesOver reports whether a command of the script changes the shell itself.
func carriesOver(s *shell.Script) bool {
	for _, c := range s.All() {
		switch c.Name {
		case "cd", "pushd", "popd", "export", "unset", "readonly", "declare", "typeset", "read", "mapfile", "readarray", "let", "getopts",
			"set", "shopt", "umask", "ulimit", "alias", "unalias", "source", ".", "eval", "exec", "exit", "trap", "enable", "":
			return true
		}
	}
	return false
}

// hasScratch reports whether a RUN has memory mounted that is gone behind it.
func hasScratch(ins *dockerfile.Instruction) bool {
	return slices.ContainsFunc(ins.Mounts(), func(m *dockerfile.Flag) bool {
		o := m.Option("type")
		return o != nil && o.Value == "tmpfs"
	})
}

// joinRun joins a RUN and the one behind it.
func joinRun(f *file, ins *dockerfile.Instruction, c *chain) []lint.Edit {
	tree := f.doc().Tree()
	if ins.Index+1 >= len(tree.Instructions) || !c.apart || hasScratch(ins) {
		return nil
	}
	next := tree.Instructions[ins.Index+1]
	if chainOf(f, next) == nil {
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
