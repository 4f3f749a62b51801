package stages

import (
	"github.com/dlint/dlint/lint"
)

// ReservedStageName finds stages called scratch or context.
var ReservedStageName = &lint.Rule{
	ID:      "reserved-stage-name",
	Summary: "scratch and context are no names for a stage",
	Aliases: []string{"DL3063", "ReservedStageName"},
	Doc: `
FROM scratch means the empty image and the name context the build context, so that a
stage of that name cannot be told from them.
`,
	Bad:      "FROM alpine:3.22 AS scratch\nRUN make\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			if s.From.Err != nil || s.Name != "scratch" && s.Name != "context" {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   s.NameWord.Range,
				Message: s.Name + " has a meaning of its own in BuildKit: give the stage another name",
			})
		}
	},
}
