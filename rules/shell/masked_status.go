package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
)

// MaskedStatus finds declarations that hide the failure of a substitution.
var MaskedStatus = &lint.Rule{
	ID:      "masked-status",
	Summary: "export and local hide the failure of a substitution",
	Aliases: []string{"SC2155"},
	Doc: `
The status of export X=$(command) is that of export, which succeeds. When the
command fails, neither && nor set -e notices, and the variable is empty. Assign
first, then export.

It runs where shellcheck is not installed.
`,
	Bad:      "FROM debian:12\nRUN export V=$(cat /version) && make\n",
	Good:     "FROM debian:12\nRUN V=$(cat /version) && export V && make\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range uncheckedCommands(p, "export", "local", "declare", "readonly", "typeset") {
			for k := range c.Assigns {
				a := &c.Assigns[k]
				if a.Value.Raw == nil || a.Value.Static || !substitutes(a.Value.Raw) {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   a.NameRange,
					Message: "when the substitution fails, " + c.Name + " succeeds all the same: assign first, then " + c.Name,
				})
			}
		}
	},
}

// substitutes reports whether the word runs a command whose failure matters.
func substitutes(w *syntax.Word) bool {
	found := false
	syntax.Walk(w, func(n syntax.Node) bool {
		if s, ok := n.(*syntax.CmdSubst); ok && len(s.Stmts) > 0 && !hardlyFails(s.Stmts[0]) {
			found = true
		}
		return !found
	})
	return found
}

// hardlyFails reports whether nobody would look at the status of the command.
func hardlyFails(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && oneOf(call.Args[0].Lit(), "mktemp", "nproc", "uname", "date", "id", "pwd", "echo", "printf", "hostname", "arch")
}
