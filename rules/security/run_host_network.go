package security

import "github.com/dlint/dlint/lint"

// RunHostNetwork finds RUN --network=host.
var RunHostNetwork = &lint.Rule{
	ID:      "run-host-network",
	Summary: "RUN should not use the network of the host",
	Aliases: []string{"S6431"},
	Doc: `
With the network of the host, a step reaches every service that listens on the builder's
own addresses, and the builder has to be allowed to do so.
`,
	Bad:      "FROM alpine\nRUN --network=host apk upgrade\n",
	Good:     "FROM alpine\nRUN apk upgrade\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN") {
			if f := ins.Flag("network"); f != nil && f.Value == "host" {
				p.Report(lint.Diagnostic{
					Range:   f.Range,
					Message: "This gives the step the network of the builder, with all that listens there: remove it, the default reaches the internet too",
				})
			}
		}
	},
}
