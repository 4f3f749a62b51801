package shell

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// PowershellInRun finds RUNs that call PowerShell one after the other.
var PowershellInRun = &lint.Rule{
	ID:      "powershell-in-run",
	Summary: "SHELL chooses PowerShell for all RUNs of a stage",
	Aliases: []string{"tally/powershell/prefer-shell-instruction"},
	Doc: `
Where several RUNs call PowerShell, SHELL ["powershell", "-Command"] above them says so
once, and is the place for its preferences. It is found where more than one RUN of a
stage calls PowerShell and no RUN of it calls anything else.
`,
	Off:      "it is a matter of style, and SHELL changes CMD and ENTRYPOINT in shell form as well",
	Bad:      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN powershell -Command Install-Module x\nRUN powershell -Command Install-Module y\n",
	Good:     "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN Install-Module x\nRUN Install-Module y\n",
	Severity: lint.Style,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var calls []*powershell
		var of *stage.Stage
		report := func() {
			if len(calls) > 1 && len(calls) == runs(of) {
				p.Report(lint.Diagnostic{
					Range:   calls[0].ins.Keyword.Range,
					Message: "Every RUN of this stage calls PowerShell: choose it once, by SHELL",
					Related: []lint.Related{{Range: calls[1].ins.Keyword.Range, Message: "the next one"}},
				})
			}
		}
		eachPowershell(p, func(r *powershell) {
			if s := p.Stages().StageOf(r.ins); s != of {
				report()
				calls, of = nil, s
			}
			if r.wrapped {
				copied := *r
				calls = append(calls, &copied)
			}
		})
		report()
	},
}

// runs counts the RUNs of a stage.
func runs(s *stage.Stage) int {
	n := 0
	for _, ins := range s.Body {
		if ins.Name == "RUN" {
			n++
		}
	}
	return n
}
