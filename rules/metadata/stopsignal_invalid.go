package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// StopsignalInvalid finds signals that do not exist or cannot be caught.
var StopsignalInvalid = &lint.Rule{
	ID:      "stopsignal-invalid",
	Summary: "STOPSIGNAL must be a signal that the program can catch",
	Aliases: []string{"tally/no-ungraceful-stopsignal"},
	Doc: `
STOPSIGNAL takes a number or a name such as SIGTERM or SIGRTMIN+3. A name that Linux
does not know lets the container fail when it is stopped, and KILL and STOP cannot be
caught: the program has no chance to clean up.
`,
	Bad:      "FROM alpine\nSTOPSIGNAL SIGTREM\n",
	Good:     "FROM alpine\nSTOPSIGNAL SIGTERM\n",
	Severity: lint.Error,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("STOPSIGNAL") {
			if len(ins.Args) == 0 {
				continue
			}
			x := p.Stages().ScopeAt(ins).Expand(ins.Args[0].Value)
			if !x.Known || x.Err != nil || x.Value == "" {
				continue
			}
			n, ok := knowledge.SignalNumber(x.Value)
			switch {
			case !ok:
				p.Report(lint.Diagnostic{Range: ins.Args[0].Range, Message: "Linux has no such signal: use a name such as SIGTERM, or a number"})
			case knowledge.IsUncatchable(n):
				p.Report(lint.Diagnostic{
					Range: ins.Args[0].Range, Severity: lint.Warning,
					Message: "No program can catch this signal, so it ends without cleaning up: use SIGTERM or SIGINT",
				})
			}
		}
	},
}
