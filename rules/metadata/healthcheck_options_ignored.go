package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// HealthcheckOptionsIgnored finds options of a health check that is switched off.
var HealthcheckOptionsIgnored = &lint.Rule{
	ID:      "healthcheck-options-ignored",
	Summary: "HEALTHCHECK NONE takes no options",
	Doc: `
HEALTHCHECK NONE switches the check of the base image off. Options in front of it do
nothing.
`,
	Bad:      "FROM alpine\nHEALTHCHECK --interval=5s NONE\n",
	Good:     "FROM alpine\nHEALTHCHECK NONE\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("HEALTHCHECK") {
			if len(ins.Flags) == 0 || len(ins.Args) == 0 || !strings.EqualFold(strings.TrimSpace(ins.Args[0].Value), "NONE") {
				continue
			}
			f := &ins.Flags[0]
			p.Report(lint.Diagnostic{Range: f.Range, Message: "HEALTHCHECK NONE switches the check off, so that options do nothing: remove them"})
		}
	},
}
