package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/fold"
)

// PowershellProgress finds downloads that a progress bar slows down.
var PowershellProgress = &lint.Rule{
	ID:      "powershell-progress",
	Summary: "The progress bar of Invoke-WebRequest makes downloads slow",
	Aliases: []string{"tally/powershell/progress-preference"},
	Doc: `
Invoke-WebRequest of Windows PowerShell draws a progress bar for every few bytes, which
takes longer than the download. $ProgressPreference = 'SilentlyContinue' leaves it out.

# Fix safety

The fix sets the preference in the SHELL instruction, which changes the text of the
steps below, so that they run once more.
`,
	Bad:      "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN Invoke-WebRequest https://example.com/x.zip -OutFile x.zip\n",
	Good:     "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\", \"$ProgressPreference = 'SilentlyContinue';\"]\nRUN Invoke-WebRequest https://example.com/x.zip -OutFile x.zip\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachPowershell(p, func(r *powershell) {
			if r.says("progresspreference") || r.says("pwsh") {
				return
			}
			start := source.Range{Start: r.ins.ArgsRange.Start}
			for _, name := range [...]string{"invoke-webrequest", "iwr "} {
				k := fold.Index(r.text, name)
				if k < 0 {
					continue
				}
				start.Start += k
				start.End = start.Start + len(strings.TrimSpace(name))
				p.Report(lint.Diagnostic{
					Range:   start,
					Message: "The progress bar makes this download slow: set $ProgressPreference = 'SilentlyContinue'",
					Fixes:   r.prefer(p, "$ProgressPreference = 'SilentlyContinue'"),
				})
				return
			}
		})
	},
}
