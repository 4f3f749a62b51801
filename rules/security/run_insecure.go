package security

import "github.com/dlint/dlint/lint"

// RunInsecure finds RUN --security=insecure.
var RunInsecure = &lint.Rule{
	ID:      "run-insecure",
	Summary: "RUN should not run without the sandbox",
	Aliases: []string{"S6502", "semgrep/run-security-insecure"},
	Doc: `
With security=insecure a step runs with all rights on the builder: what it downloads
and runs may take over the machine. The builder has to be allowed to do so.
`,
	Bad:      "FROM alpine\nRUN --security=insecure apk upgrade\n",
	Good:     "FROM alpine\nRUN apk upgrade\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN") {
			if f := ins.Flag("security"); f != nil && f.Value == "insecure" {
				p.Report(lint.Diagnostic{
					Range:   f.Range,
					Message: "This gives a step all rights on the builder: remove it",
				})
			}
		}
	},
}
