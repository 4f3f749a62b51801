package shell

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// CdMayFail finds a cd whose failure goes unnoticed.
var CdMayFail = &lint.Rule{
	ID:      "cd-may-fail",
	Summary: "When cd fails, the script goes on in the wrong directory",
	Aliases: []string{"SC2164"},
	Doc: `
A cd that is followed by ; or a new line lets the script go on when the directory is
not there. What follows then runs somewhere else.

It is left alone under set -e, in front of && and ||, as the last command, and for
directories that always exist.

It runs where shellcheck is not installed.

# Fix safety

A script that went on in the wrong directory fails.
`,
	Bad:      "FROM debian:12\nRUN cd /srv; make\n",
	Good:     "FROM debian:12\nRUN cd /srv || exit; make\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range uncheckedCommands(p, "cd", "pushd") {
			if !goesOn(c) {
				continue
			}
			d := lint.Diagnostic{Range: c.Range, Message: "when this fails, the script goes on in the wrong directory: use && behind it, or || exit"}
			if plainShell(c) && len(c.Redirects) == 0 {
				d.Fixes = []lint.Fix{{
					Title:         "Add || exit",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Insert(c.Range.End, " || exit")},
				}}
			}
			p.Report(d)
		}
	},
}

// goesOn reports whether the script goes on when the cd fails.
func goesOn(c *shell.Command) bool {
	if c.Options.Has(shell.ErrExit) || c.Tested || c.Negated || c.InPipe || c.Function != "" {
		return false
	}
	ops := c.Operands()
	if len(ops) == 0 || ops[0].Static && (ops[0].Value == "/" || ops[0].Value == "-" || ops[0].Value == "/tmp" || onlyDots(ops[0].Value)) {
		return false
	}
	next := nextInList(c)
	return next != nil && next.Join == shell.Then && next.Subshell == c.Subshell && next.Piece == c.Piece
}

func onlyDots(p string) bool {
	for k := range len(p) {
		if p[k] != '.' && p[k] != '/' {
			return false
		}
	}
	return true
}

// nextInList returns the command that stands behind c, leaving out those in its
// own substitutions.
func nextInList(c *shell.Command) *shell.Command {
	all := c.Script().Commands
	for k := c.Index + 1; k < len(all); k++ {
		if all[k].Range.Start >= c.Range.End {
			return all[k]
		}
	}
	return nil
}
