package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// CdWithoutEffect finds a RUN that only changes the directory.
var CdWithoutEffect = &lint.Rule{
	ID:      "cd-without-effect",
	Summary: "A RUN that only changes the directory changes nothing",
	Doc: `
Each RUN starts in the directory that WORKDIR set, wherever the one before went.
A RUN whose last command is cd is written by somebody who thinks otherwise: what
follows runs in the wrong place.

The fix writes WORKDIR when the RUN is nothing but the cd.

# Fix safety

WORKDIR changes the directory of all that follows, which the cd did not, and
creates it when it does not exist.
`,
	Bad:      "FROM debian:12\nRUN cd /srv\n",
	Good:     "FROM debian:12\nWORKDIR /srv\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			if s == nil || s.Err != nil || len(s.Commands) == 0 || !s.Dialect.Parsed() {
				continue
			}
			c := s.Commands[len(s.Commands)-1]
			if c.Name != "cd" || c.Subshell > 0 || c.Conditional || c.Tested || c.InPipe || c.Outer != nil || c.Function != "" || goesBack(c) {
				continue
			}
			d := lint.Diagnostic{
				Range:   c.Range,
				Message: "the next instruction does not start in this directory: use WORKDIR",
			}
			if len(s.Commands) == 1 && s.Form == shell.ShellForm && ins.Parent == nil && plainDir(c) {
				d.Fixes = []lint.Fix{{
					Title:         "Use WORKDIR",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Replace(ins.Header, workdirLike(ins.Keyword.Value)+" "+c.Operands()[0].Value)},
				}}
			}
			p.Report(d)
		}
	},
}

// goesBack reports whether the command only leaves where the script has been,
// by habit.
func goesBack(c *shell.Command) bool {
	ops := c.Operands()
	if len(ops) == 0 {
		return true
	}
	return strings.Trim(ops[0].Value, "./-~") == "" && len(c.Script().Commands) > 1
}

// plainDir reports whether the command is "cd DIR" with a directory that means
// the same to WORKDIR.
func plainDir(c *shell.Command) bool {
	ops := c.Operands()
	return len(ops) == 1 && len(c.Words) == 2 && plainPath(&ops[0]) && len(c.Redirects) == 0 && len(c.Assigns) == 0
}

func plainPath(w *shell.Word) bool {
	if !w.Static || w.Pattern || w.Value == "" || w.Value == "-" {
		return false
	}
	for k := range len(w.Value) {
		c := w.Value[k]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '/', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}
