package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// ZypperDistUpgrade finds zypper dist-upgrade.
var ZypperDistUpgrade = &lint.Rule{
	ID:      "zypper-dist-upgrade",
	Summary: "zypper dist-upgrade makes another release of the base image",
	Aliases: []string{"DL3035"},
	Doc: `
zypper dist-upgrade may change vendors, replace and remove packages until nothing is
left of the base image but its size. Take a newer tag of the base image instead.
`,
	Bad:      "FROM opensuse/leap:15\nRUN zypper -n dist-upgrade && zypper clean\n",
	Good:     "FROM opensuse/leap:15.6\nRUN zypper -n patch && zypper clean\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range operations(p, "zypper") {
			if c.Package().Action == shell.DistUpgrade {
				p.Report(lint.Diagnostic{
					Range:   head(p, c),
					Message: call(c) + " replaces the base image package by package: take a newer tag of the base image",
				})
			}
		}
	},
}
