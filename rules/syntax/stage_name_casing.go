package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// StageNameCasing finds stage names with capitals.
var StageNameCasing = &lint.Rule{
	ID:      "stage-name-casing",
	Summary: "Stage names should be in lower case",
	Aliases: []string{"StageNameCasing"},
	Doc: `
BuildKit keeps the name of a stage in lower case, however it is written. COPY --from
finds it in any case, but FROM does not: FROM Build looks for an image when the stage
is AS Build. Lower case throughout avoids the trap.

The fix rewrites the name and every reference to it that works.
`,
	Bad:      "FROM alpine:3.22 AS Build\nRUN echo\nFROM scratch\nCOPY --from=Build /a /a\n",
	Good:     "FROM alpine:3.22 AS build\nRUN echo\nFROM scratch\nCOPY --from=build /a /a\n",
	Severity: lint.Style,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			if s.From.Err != nil || s.NameWord.Value == s.Name {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   s.NameWord.Range,
				Message: "write the name of the stage in lower case: BuildKit knows it as " + s.Name,
				Fixes:   []lint.Fix{lowerStage(s)},
			})
		}
	},
}

func lowerStage(s *stage.Stage) lint.Fix {
	fix := lint.Fix{
		Title:         "Replace " + s.NameWord.Value + " by " + s.Name,
		Applicability: lint.Safe,
		Edits:         []lint.Edit{lint.Replace(s.NameWord.Range, s.Name)},
	}
	for _, u := range s.UsedBy {
		if u.Ref.Value != s.Name && strings.EqualFold(u.Ref.Value, s.Name) && u.Ref.Range.Len() == len(u.Ref.Value) {
			fix.Edits = append(fix.Edits, lint.Replace(u.Ref.Range, s.Name))
		}
	}
	return fix
}
