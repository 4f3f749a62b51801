package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// SpaceAroundEquals finds ENV NAME = value.
var SpaceAroundEquals = &lint.Rule{
	ID:      "space-around-equals",
	Summary: "No blank may stand in front of the equals sign of a variable or label",
	Aliases: []string{"S6574"},
	Doc: `
In ENV NAME = value the blank makes BuildKit take the old form without an equals
sign, in which everything behind the name is the value: NAME becomes "= value".

# Fix safety

The fix drops the blanks and quotes a value that has some. It is unsafe because the
value changes, to what was surely meant.

A blank only behind the equals sign, and blanks in ARG, are errors that the rule
parse-error reports.
`,
	Bad:      "FROM alpine:3.22\nENV NAME = value\n",
	Good:     "FROM alpine:3.22\nENV NAME=value\n",
	Severity: lint.Error,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV", "LABEL") {
			if len(ins.Pairs) == 0 || !ins.Pairs[0].Legacy || !spacedEquals(ins) {
				continue
			}
			pair := &ins.Pairs[0]
			value := pair.Value.Value
			d := lint.Diagnostic{
				Range: source.Range{Start: pair.Value.Range.Start, End: pair.Value.Range.Start + 1},
				Message: "the blank in front of the equals sign makes it part of the value of " + pair.Key.Value +
					": leave the blank out",
			}
			rest := strings.TrimLeft(value[1:], " \t")
			if pair.Value.Range.Len() == len(value) && !strings.Contains(rest, "=") {
				r := source.Range{Start: pair.Key.Range.End, End: pair.Value.Range.End - len(rest)}
				edits := []lint.Edit{lint.Replace(r, "=")}
				if strings.ContainsAny(rest, " \t") && blankOutsideQuotes(rest, p.Tree().Escape) >= 0 {
					edits = []lint.Edit{lint.Replace(r, `="`), lint.Insert(pair.Value.Range.End, `"`)}
				}
				if !strings.ContainsAny(rest, `"'`) || len(edits) == 1 && blankOutsideQuotes(rest, p.Tree().Escape) < 0 {
					d.Fixes = []lint.Fix{{Title: "Drop the blanks", Applicability: lint.Unsafe, Edits: edits}}
				}
			}
			p.Report(d)
		}
	},
}
