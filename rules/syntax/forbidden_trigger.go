package syntax

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// ForbiddenTrigger finds instructions that ONBUILD does not take.
var ForbiddenTrigger = &lint.Rule{
	ID:      "forbidden-trigger",
	Summary: "ONBUILD takes neither FROM nor MAINTAINER nor ONBUILD",
	Aliases: []string{"DL3043", "tally/invalid-onbuild-trigger"},
	Doc: `
ONBUILD keeps an instruction for the builds on top of this image. FROM, MAINTAINER
and another ONBUILD are not possible there, and BuildKit refuses them.

# Fix safety

The fix drops a doubled ONBUILD. It is unsafe because the build failed before.
`,
	Bad:      "FROM alpine:3.22\nONBUILD ONBUILD RUN make\n",
	Good:     "FROM alpine:3.22\nONBUILD RUN make\n",
	Severity: lint.Error,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, ins := range p.Tree().Instructions {
			if !hasForbiddenTrigger(ins) {
				continue
			}
			t := ins.Trigger
			d := lint.Diagnostic{
				Range:   t.Keyword.Range,
				Message: "ONBUILD does not take " + t.Name + ", and BuildKit refuses the file",
			}
			if t.Name == "ONBUILD" && !t.ArgsRange.Empty() {
				r := source.Range{Start: t.Keyword.Range.Start, End: t.ArgsRange.Start}
				d.Fixes = []lint.Fix{{
					Title: "Drop the second ONBUILD", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)},
				}}
			}
			p.Report(d)
		}
	},
}

// hasForbiddenTrigger reports whether ins is an ONBUILD that BuildKit refuses for
// the instruction in it.
func hasForbiddenTrigger(ins *dockerfile.Instruction) bool {
	return ins.Name == "ONBUILD" && ins.Trigger != nil && slices.Contains(notInTriggers[:], ins.Trigger.Name)
}
