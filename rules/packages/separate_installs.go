package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// SeparateInstalls finds RUNs in a row that do nothing but install packages.
var SeparateInstalls = &lint.Rule{
	ID:      "separate-installs",
	Summary: "Packages that are installed one after the other could be installed at once",
	Doc: `
Each RUN that installs packages fetches the lists, works out what is needed, cleans up
and makes a layer. One RUN for all of them does that once, and its cache is right for
all or for none.

RUNs are found that follow each other and hold nothing but calls of one package manager
of the system and their clean-up. A comment between them is taken for a reason to keep
them apart.

# Fix safety

The fix joins the two RUNs. It is unsafe because the cache then keeps or drops both at
once.
`,
	Bad:      "FROM debian:13\nRUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl\n",
	Good:     "FROM debian:13\nRUN apt-get update && apt-get install -y git && apt-get install -y curl\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var last *dockerfile.Instruction
		manager := ""
		for ins, s := range p.Runs() {
			m := ""
			if !ins.IsOnbuild() && ships(p, ins) {
				m = onlyInstalls(s)
			}
			if m != "" && m == manager && last != nil && ins.Index == last.Index+1 && p.Stages().StageOf(last) == p.Stages().StageOf(ins) &&
				!strings.Contains(p.Source.Text[last.Range.End:ins.Range.Start], "#") {
				reportSeparate(p, last, ins)
			}
			manager, last = m, ins
		}
	},
}

func reportSeparate(p *lint.Pass, first, second *dockerfile.Instruction) {
	d := lint.Diagnostic{
		Range:   second.Keyword.Range,
		Message: "This RUN only installs packages, as the one above does: install all of them in one",
		Related: []lint.Related{{Range: first.Keyword.Range, Message: "the RUN above"}},
	}
	if e, ok := shelledit.JoinRuns(p, first, second); ok {
		d.Fixes = []lint.Fix{{Title: "Join the two RUNs", Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
	}
	p.Report(d)
}

// onlyInstalls returns the package manager of the system of whose calls a script is
// made, "" where it does something else or installs nothing.
func onlyInstalls(s *shell.Script) string {
	manager, installs := "", false
	if s == nil || s.Err != nil {
		return ""
	}
	for _, c := range s.All() {
		op := c.Package()
		switch {
		case op != nil && (manager == "" || op.Manager == manager):
			manager = op.Manager
			installs = installs || op.Action == shell.Install && len(op.Packages) > 0
			switch op.Action {
			case shell.Install, shell.Update, shell.Clean, shell.Upgrade:
			default:
				return ""
			}
		case c.Is("rm", "set", "export", "echo"):
		default:
			return ""
		}
	}
	switch manager {
	case "apt", "apk", "yum", "dnf", "microdnf", "zypper", "tdnf", "pacman":
		if installs {
			return manager
		}
	}
	return ""
}
