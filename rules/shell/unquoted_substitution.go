package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// UnquotedSubstitution finds command substitutions that are split into words.
var UnquotedSubstitution = &lint.Rule{
	ID:      "unquoted-substitution",
	Summary: "The output of an unquoted substitution is split into words",
	Aliases: []string{"SC2046"},
	Doc: `
Without double quotes the shell splits what a command substitution prints at blanks
and expands its * and ?.

Found are those whose last command prints one path: dirname, basename, pwd, readlink,
realpath and which. Of any other it is not known whether it prints a plain word, as
nproc does, or is there to give several arguments, as cat is.

It runs where shellcheck is not installed.

# Fix safety

Output that is meant to be split into several arguments is one argument then.
`,
	Bad:      "FROM debian:12\nRUN cd $(dirname $0)\n",
	Good:     "FROM debian:12\nRUN cd \"$(dirname $0)\"\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range unchecked(p) {
			for _, c := range s.Commands {
				if c.Call == nil || c.Piece.Approximate || c.Name == "[[" || splitOnPurpose(c) || c.Name == "echo" {
					continue
				}
				for k := range c.Words {
					if k > 0 && !c.Words[k].Static && c.Words[k].Raw != nil {
						checkSubstitution(p, c, &c.Words[k])
					}
				}
			}
		}
	},
}

func checkSubstitution(p *lint.Pass, c *shell.Command, w *shell.Word) {
	for _, part := range w.Raw.Parts {
		sub, ok := part.(*syntax.CmdSubst)
		if !ok || meantToSplit(sub) {
			continue
		}
		r := c.Piece.Range(sub)
		d := lint.Diagnostic{Range: r, Message: "what this prints is split at blanks: put the substitution in double quotes"}
		if plainShell(c) {
			d.Fixes = []lint.Fix{{
				Title:         "Add double quotes",
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Insert(r.Start, `"`), lint.Insert(r.End, `"`)},
			}}
		}
		p.Report(d)
	}
}

// meantToSplit reports whether the last command may print a list, or one word that has
// nothing to split: it is none that prints a path.
func meantToSplit(sub *syntax.CmdSubst) bool {
	if len(sub.Stmts) == 0 {
		return true
	}
	stmt := sub.Stmts[len(sub.Stmts)-1]
	for {
		b, ok := stmt.Cmd.(*syntax.BinaryCmd)
		if !ok {
			break
		}
		stmt = b.Y
	}
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return true
	}
	switch call.Args[0].Lit() {
	case "dirname", "basename", "pwd", "readlink", "realpath", "which":
		return false
	}
	return true
}
