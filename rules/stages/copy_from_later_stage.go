package stages

import (
	"github.com/dlint/dlint/lint"
)

// CopyFromLaterStage finds references to stages further down.
var CopyFromLaterStage = &lint.Rule{
	ID:      "copy-from-later-stage",
	Summary: "A stage should stand above those that copy from it",
	Doc: `
BuildKit finds stages wherever they stand, but other builders (the classic one of
Docker, Buildah, kaniko) know only those above, and so do most readers. Move the
stage up.

Stages that wait for each other in a circle belong to the rule circular-dependency.
`,
	Bad:      "FROM alpine:3.22\nCOPY --from=build /a /a\nFROM alpine:3.22 AS build\nRUN make\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\nFROM alpine:3.22\nCOPY --from=build /a /a\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			for _, u := range s.Uses {
				if u.Stage == nil || u.Stage.Index <= s.Index || u.By.Err != nil || circular(p, u.Stage, s) {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   u.Ref.Range,
					Message: "this stage stands further down, where only BuildKit finds it: move it above",
					Related: []lint.Related{{Range: u.Stage.From.Keyword.Range, Message: "the stage"}},
				})
			}
		}
	},
}
