package stages

import (
	"github.com/dlint/dlint/lint"
)

// CopyFromOwnStage finds a stage that copies from itself.
var CopyFromOwnStage = &lint.Rule{
	ID:      "copy-from-own-stage",
	Summary: "A stage cannot copy from itself",
	Aliases: []string{"DL3023", "DS-0006", "kics/copy_from_references_current_from_alias"},
	Doc: `
COPY --from and mounts take files of another stage. A stage that names itself is a
circle, and BuildKit refuses the file. Use RUN cp to copy inside a stage.
`,
	Bad:      "FROM alpine:3.22 AS build\nCOPY --from=build /a /b\n",
	Good:     "FROM alpine:3.22 AS build\nRUN cp /a /b\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			for _, u := range s.Uses {
				if u.Stage != s || u.By.Err != nil {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   u.Ref.Range,
					Message: "a stage cannot copy from itself: use RUN cp, or name another stage",
				})
			}
		}
	},
}
