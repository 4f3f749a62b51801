package syntax

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// RepeatedFlag finds a flag that is given twice with the same value.
var RepeatedFlag = &lint.Rule{
	ID:      "repeated-flag",
	Summary: "The same flag is given twice",
	Doc: `
A second --mount, --exclude or --device with the same value does nothing, and often
another value was meant. Any other flag may be given once only: a second one is an
error that the rule parse-error reports.

# Fix safety

The fix deletes the second one. It is unsafe because another value may be meant.
`,
	Bad:      "FROM alpine:3.22\nCOPY --exclude=*.md --exclude=*.md . /app/\n",
	Good:     "FROM alpine:3.22\nCOPY --exclude=*.md . /app/\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("RUN", "COPY", "ADD") {
			for k := 1; k < len(ins.Flags); k++ {
				fl := &ins.Flags[k]
				first := slices.IndexFunc(ins.Flags, func(o dockerfile.Flag) bool { return o.Name == fl.Name && o.Value == fl.Value })
				if first == k {
					continue
				}
				r := source.Range{Start: ins.Flags[k-1].Range.End, End: fl.Range.End}
				p.Report(lint.Diagnostic{
					Range:   fl.Range,
					Message: "the same --" + fl.Name + " stands here twice: delete it, or give it another value",
					Related: []lint.Related{{Range: ins.Flags[first].Range, Message: "the first one"}},
					Fixes: []lint.Fix{{
						Title: "Delete the second one", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)},
					}},
				})
			}
		}
	},
}
