package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// FromAsCasing finds AS in another case than its FROM.
var FromAsCasing = &lint.Rule{
	ID:      "from-as-casing",
	Summary: "AS should be written in the case of its FROM",
	Aliases: []string{"FromAsCasing"},
	Doc: `
FROM and AS are two halves of one instruction and read better in one case. The fix
rewrites AS. A FROM in mixed case is left to the rule inconsistent-instruction-casing.
`,
	Bad:      "FROM alpine:3.22 as build\nRUN echo\n",
	Good:     "FROM alpine:3.22 AS build\nRUN echo\n",
	Severity: lint.Style,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("FROM") {
			if len(ins.Args) < 3 {
				continue
			}
			as, want := ins.Args[1], "AS"
			switch ins.Keyword.Value {
			case "from":
				want = "as"
			case "FROM":
			default:
				continue
			}
			if as.Value == want || !strings.EqualFold(as.Value, want) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   as.Range,
				Message: "write " + want + " in the case of " + ins.Keyword.Value,
				Fixes: []lint.Fix{{
					Title:         "Replace it by " + want,
					Applicability: lint.Safe,
					Edits:         []lint.Edit{lint.Replace(as.Range, want)},
				}},
			})
		}
	},
}
