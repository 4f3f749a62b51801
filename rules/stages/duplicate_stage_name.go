package stages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// DuplicateStageName finds two stages of one name.
var DuplicateStageName = &lint.Rule{
	ID:      "duplicate-stage-name",
	Summary: "Every stage needs a name of its own",
	Aliases: []string{"DL3024", "DuplicateStageName", "DS-0012", "CKV_DOCKER_11", "kics/same_alias_in_different_froms"},
	Doc: `
Of two stages with one name, references mean now the one and now the other: FROM takes
the last one above, COPY --from the last one of the file. Case does not matter in the
name of a stage.

There is no fix: which of them a reference means is not known.
`,
	Bad:      "FROM alpine:3.22 AS build\nRUN make\nFROM alpine:3.22 AS build\nCOPY a /a\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\nFROM alpine:3.22 AS app\nCOPY a /a\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		all := p.Stages().Stages
		if len(all) < 2 {
			return
		}
		first := make(map[string]*stage.Stage, len(all))
		for _, s := range all {
			if s.Name == "" || s.From.Err != nil {
				continue
			}
			prior := first[s.Name]
			if prior == nil {
				first[s.Name] = s
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   s.NameWord.Range,
				Message: "another stage is called " + s.Name + " already: give this one a name of its own",
				Related: []lint.Related{{Range: prior.NameWord.Range, Message: "the first stage of that name"}},
			})
		}
	},
}
