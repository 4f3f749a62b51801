package packages

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// insertWord returns the edit that puts a word behind another one of a command.
func insertWord(c *shell.Command, after *shell.Word, text string) lint.Edit {
	if c.Call == nil {
		return lint.Insert(after.Range.End, `, "`+text+`"`)
	}
	return lint.Insert(after.Range.End, " "+text)
}

// replaceWord returns the edit that replaces the characters from i to j of a
// word's value.
func replaceWord(w *shell.Word, i, j int, text string) lint.Edit {
	return lint.Replace(w.Sub(i, j), text)
}

// commented reports whether a comment line, or a comment of the shell, lies in r.
func commented(p *lint.Pass, r source.Range) bool {
	return strings.Contains(p.Source.Text[r.Start:r.End], "#")
}

// own reports whether c stands in the script itself and not in an argument or
// here-document of another command.
func own(s *shell.Script, c *shell.Command) bool {
	return c.Call != nil && len(s.Pieces) > 0 && c.Piece == s.Pieces[0] && c.Outer == nil
}

// appendCommand returns the edit that runs text as the last command of the
// script when all before it went well. It keeps to the layout of the script. It
// reports false where that cannot be done without changing what the rest does.
func appendCommand(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script, text string) (lint.Edit, bool) {
	if s.Form == shell.ExecForm || s.Err != nil || len(s.Pieces) == 0 || s.Pieces[0].Err != nil {
		return lint.Edit{}, false
	}
	piece := s.Pieces[0]
	if len(piece.File.Stmts) == 0 {
		return lint.Edit{}, false
	}
	last := piece.File.Stmts[len(piece.File.Stmts)-1]
	if last.Background || last.Coprocess || last.Disown || last.Cmd == nil || leaves(s, last) {
		return lint.Edit{}, false
	}
	if _, ok := last.Cmd.(*syntax.FuncDecl); ok {
		return lint.Edit{}, false
	}
	end := shelledit.StmtEnd(piece, last)
	if before := p.Source.Text[end-1]; before == '\n' || before == '\\' || before == p.Tree().Escape {
		return lint.Edit{}, false // it ends in a continuation
	}
	return lint.Insert(end, separator(p, ins, s, last)+text), true
}

// leaves reports whether the statement has a here-document, or ends in a command
// after which nothing runs.
func leaves(s *shell.Script, last *syntax.Stmt) bool {
	r := s.Range(last)
	var final *shell.Command
	for _, c := range s.Commands {
		if c.Range.Start < r.Start || c.Piece != s.Pieces[0] {
			continue
		}
		for i := range c.Redirects {
			if strings.HasPrefix(c.Redirects[i].Op, "<<") && c.Redirects[i].Op != "<<<" {
				return true
			}
		}
		final = c
	}
	return final == nil || final.Is("exit", "exec", "return") || final.Wrapper("exec") != nil
}

// separator returns what joins another command to the last statement.
func separator(p *lint.Pass, ins *dockerfile.Instruction, s *shell.Script, last *syntax.Stmt) string {
	text := p.Source.Text
	end := shelledit.StmtEnd(s.Pieces[0], last)
	line := strings.LastIndexByte(text[:end], '\n') + 1
	if s.Form == shell.HeredocForm || line <= ins.Range.Start {
		return " && "
	}
	lines := strings.Split(text[ins.Range.Start:end], "\n")
	escape := string(p.Tree().Escape)
	newline := escape + "\n"
	current := lines[len(lines)-1]
	indent := current[:len(current)-len(strings.TrimLeft(current, " \t"))]
	// The layout of the nearest line that begins or ends with an operator.
	for k := len(lines) - 1; k > 0; k-- {
		own := lines[k][:len(lines[k])-len(strings.TrimLeft(lines[k], " \t"))]
		if strings.HasPrefix(lines[k][len(own):], "&&") {
			return " " + newline + own + "&& "
		}
		before := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(lines[k-1], " \t\r"), escape), " \t")
		if strings.HasSuffix(before, "&&") {
			return " && " + newline + own
		}
		if strings.HasSuffix(before, ";") && !strings.HasSuffix(before, ";;") && failing(s) && ends(s, last, text, ins.Range.Start, lines, k) {
			return "; " + newline + own
		}
	}
	return " " + newline + indent + "&& "
}

// failing reports whether the script stops at the first failure.
func failing(s *shell.Script) bool {
	return len(s.Commands) > 0 && s.Commands[len(s.Commands)-1].Options.Has(shell.ErrExit)
}

// ends reports whether line k is where the last statement begins.
func ends(s *shell.Script, last *syntax.Stmt, text string, start int, lines []string, k int) bool {
	at := start
	for _, l := range lines[:k] {
		at += len(l) + 1
	}
	first := s.Offset(last.Pos())
	return at <= first && strings.TrimLeft(text[at:first], " \t") == ""
}

// dropWord returns the edit that removes an argument with the blank and the
// continuation before it. It reports false where a comment would go too.
func dropWord(p *lint.Pass, c *shell.Command, w *shell.Word) (lint.Edit, bool) {
	if c.Call == nil {
		return lint.Edit{}, false
	}
	for i := 1; i < len(c.Words); i++ {
		if c.Words[i].Range != w.Range {
			continue
		}
		r := source.Range{Start: c.Words[i-1].Range.End, End: w.Range.End}
		// A redirection may stand between the words.
		if strings.Trim(p.Source.Text[r.Start:w.Range.Start], " \t\r\n"+string(p.Tree().Escape)) != "" {
			return lint.Edit{}, false
		}
		return lint.Delete(r), true
	}
	return lint.Edit{}, false
}

// cleanup returns the fix that runs a command at the end of the RUN, as the user
// that ran c. There is none where c stands in another command's script, or in a
// branch unless always says that the command works anywhere.
func cleanup(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, text, title string, always bool, least lint.Applicability) []lint.Fix {
	s := p.Shell(ins)
	for o := range s.Find("rpm") {
		if o.Has("-e", "--erase") {
			return nil // what the manager itself needs may be gone by then
		}
	}
	if !own(s, c) || c.Function != "" || c.Background || c.Conditional && !always {
		return nil
	}
	for k := range c.Wrappers {
		w := &c.Wrappers[k]
		switch {
		case w.Name == "sudo" && len(w.Words) == 1:
			text = "sudo " + text
		case w.Name == "sudo", w.Name == "chroot", w.Name == "gosu", w.Name == "su-exec", w.Name == "doas":
			return nil
		}
	}
	e, ok := appendCommand(p, ins, s, text)
	if !ok {
		return nil
	}
	return []lint.Fix{{Title: title, Applicability: least, Edits: []lint.Edit{e}}}
}
