package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// InconsistentInstructionCasing finds keywords that differ in case from most.
var InconsistentInstructionCasing = &lint.Rule{
	ID:      "inconsistent-instruction-casing",
	Summary: "Instructions should all be in upper case, or all in lower case",
	Aliases: []string{"ConsistentInstructionCasing", "S6476", "dockerfilelint/uppercase_commands"},
	Doc: `
Keywords in one case are easier to tell from arguments. Either case will do; the one
that most instructions of the file have is taken, upper case when there are as many
of both.

The fix rewrites the keyword. The instruction inside ONBUILD is left alone, because
it is kept in the image as it is written.
`,
	Bad:      "FROM alpine:3.22\nrun echo\nCMD [\"sh\"]\n",
	Good:     "FROM alpine:3.22\nRUN echo\nCMD [\"sh\"]\n",
	Severity: lint.Style,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		lower, upper, odd := countCases(p.Tree())
		if odd == 0 && (lower == 0 || upper == 0) {
			return
		}
		style, recase := "upper", strings.ToUpper
		if lower > upper {
			style, recase = "lower", strings.ToLower
		}
		for ins := range p.Instructions() {
			word := ins.Keyword.Value
			want := recase(word)
			if word == want {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   ins.Keyword.Range,
				Message: "write " + want + ": most instructions of this file are in " + style + " case",
				Fixes: []lint.Fix{{
					Title:         "Replace it by " + want,
					Applicability: lint.Safe,
					Edits:         []lint.Edit{lint.Replace(ins.Keyword.Range, want)},
				}},
			})
		}
	},
}

// countCases counts keywords as BuildKit does: from the first FROM on. Odd are
// those in mixed case, and those above.
func countCases(f *dockerfile.File) (lower, upper, odd int) {
	inStage := false
	for _, ins := range f.Instructions {
		if ins.Err != nil {
			continue
		}
		inStage = inStage || ins.Name == "FROM"
		word := ins.Keyword.Value
		switch {
		case !inStage:
			odd++
		case word == ins.Name:
			upper++
		case word == strings.ToLower(word):
			lower++
		default:
			odd++
		}
	}
	return lower, upper, odd
}
