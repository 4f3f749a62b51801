package shell

import "github.com/dlint/dlint/lint"

// PowershellGoesOn finds PowerShell that does not stop at an error.
var PowershellGoesOn = &lint.Rule{
	ID:      "powershell-goes-on",
	Summary: "PowerShell goes on after an error unless it is told to stop",
	Aliases: []string{"tally/powershell/error-action-preference"},
	Doc: `
A cmdlet that fails does not end a script of PowerShell: a download fails, the next
command finds no file, and the RUN is a success all the same. $ErrorActionPreference =
'Stop' ends the script. In a SHELL instruction it counts for all RUNs below.

RUNs of two commands and more are found, under a SHELL of PowerShell or where the RUN
calls it. The commands themselves are not read.

# Fix safety

The fix sets the preference in the SHELL instruction. It is unsafe because a build stops
that went on before.
`,
	Bad:      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN Install-Module x; Remove-Item y\n",
	Good:     "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\nRUN Install-Module x; Remove-Item y\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachPowershell(p, func(r *powershell) {
			if r.statements() < 2 || r.says("erroraction") || r.says("trap ") {
				return
			}
			p.Report(lint.Diagnostic{
				Range:   r.ins.Keyword.Range,
				Message: "PowerShell goes on after a command that fails: set $ErrorActionPreference = 'Stop'",
				Fixes:   r.prefer(p, "$ErrorActionPreference = 'Stop'"),
			})
		})
	},
}
