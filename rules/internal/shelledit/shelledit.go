// Package shelledit edits the commands of RUN instructions.
package shelledit

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// StmtEnd is the offset behind a statement, before a semicolon.
func StmtEnd(piece *shell.Piece, s *syntax.Stmt) int {
	end := piece.Range(s.Cmd).End
	for _, r := range s.Redirs {
		end = max(end, piece.Range(r).End)
	}
	return end
}

// Unlink returns the edit that takes a command out of its && chain or list, with
// the operator. It reports false where nothing else is left, or a comment would
// go too.
func Unlink(p *lint.Pass, c *shell.Command) (lint.Edit, bool) {
	if c.Piece == nil || c.Stmt == nil || c.Call == nil || c.Stmt.Cmd != syntax.Command(c.Call) || c.Stmt.Negated || c.Stmt.Background {
		return lint.Edit{}, false
	}
	var r source.Range
	found := false
	syntax.Walk(c.Piece.File, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			if n.Op != syntax.AndStmt {
				break
			}
			if n.X == c.Stmt {
				r, found = source.Range{Start: c.Piece.Range(n.X).Start, End: c.Piece.Range(n.Y).Start}, true
			} else if n.Y == c.Stmt {
				r, found = source.Range{Start: StmtEnd(c.Piece, n.X), End: StmtEnd(c.Piece, n.Y)}, true
			}
		case *syntax.File:
			r, found = fromList(c, n.Stmts)
		}
		return !found
	})
	if !found || strings.Contains(p.Source.Text[r.Start:r.End], "#") {
		return lint.Edit{}, false
	}
	return lint.Delete(r), true
}

// fromList is unlink for a statement with another one behind it.
func fromList(c *shell.Command, list []*syntax.Stmt) (source.Range, bool) {
	for k, s := range list {
		if s == c.Stmt && k+1 < len(list) {
			return source.Range{Start: c.Piece.Range(s).Start, End: c.Piece.Range(list[k+1]).Start}, true
		}
	}
	return source.Range{}, false
}

// Remove is Unlink, and takes the whole instruction where the command is all there
// is.
func Remove(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) (lint.Edit, bool) {
	if s := p.Shell(ins); s != nil && len(s.All()) == 1 && PlainChain(p, ins) && !ins.IsOnbuild() {
		return lint.Delete(ins.Lines), true
	}
	return Unlink(p, c)
}

// JoinRuns returns the edit that makes one RUN of two that follow each other.
func JoinRuns(p *lint.Pass, a, b *dockerfile.Instruction) (lint.Edit, bool) {
	if b.Index != a.Index+1 || !PlainChain(p, a) || !PlainChain(p, b) || changesShell(p.Shell(a)) {
		return lint.Edit{}, false
	}
	r := source.Range{Start: a.ArgsRange.End, End: b.ArgsRange.Start}
	text := p.Source.Text
	between := text[a.Range.End:b.Range.Start]
	if strings.TrimSpace(between) != "" || strings.TrimSpace(text[r.Start:a.Range.End]) != "" || strings.HasSuffix(text[:r.Start], string(p.Tree().Escape)) {
		return lint.Edit{}, false
	}
	join := " && "
	if strings.Contains(text[a.Range.Start:a.Range.End], "\n") || !fitsLine(p, a, b) {
		join = " " + string(p.Tree().Escape) + "\n    && "
	}
	return lint.Replace(r, join), true
}

// maxLine is the length in bytes of the longest line that two RUNs are joined on.
const maxLine = 120

// fitsLine reports whether two RUNs make a line that can be read. With more of them
// around, which are joined as well, each keeps a line of its own: BuildKit takes none
// of over 64 KiB.
func fitsLine(p *lint.Pass, a, b *dockerfile.Instruction) bool {
	list := p.Tree().Instructions
	isRun := func(k int) bool { return 0 <= k && k < len(list) && list[k].Name == "RUN" }
	return a.ArgsRange.Len()+b.ArgsRange.Len() <= maxLine && !isRun(a.Index-1) && !isRun(b.Index+1)
}

// changesShell reports whether a command would have an effect on those joined to
// the script.
func changesShell(s *shell.Script) bool {
	return s.Has("cd", "pushd", "export", "set", "umask", ".", "source", "alias", "unset", "trap", "exec", "exit") || len(s.All()) == 0
}

// PlainChain reports whether a RUN is in shell form without flags and
// here-documents, and is nothing but commands joined by &&.
func PlainChain(p *lint.Pass, ins *dockerfile.Instruction) bool {
	s := p.Shell(ins)
	if s == nil || s.Form != shell.ShellForm || len(ins.Flags) > 0 || len(ins.Heredocs) > 0 || s.Err != nil || len(s.Pieces) == 0 ||
		strings.Contains(p.Source.Text[ins.Range.Start:ins.Range.End], "#") {
		return false
	}
	list := s.Pieces[0].File.Stmts
	if len(list) != 1 {
		return false
	}
	stmt := list[0]
	for {
		if stmt.Background || stmt.Coprocess || stmt.Negated || stmt.Semicolon.IsValid() {
			return false
		}
		switch c := stmt.Cmd.(type) {
		case *syntax.CallExpr:
			return true
		case *syntax.BinaryCmd:
			if c.Op != syntax.AndStmt {
				return false
			}
			stmt = c.X
		default:
			return false
		}
	}
}
