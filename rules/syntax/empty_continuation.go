package syntax

import (
	"github.com/dlint/dlint/lint"
)

// EmptyContinuation finds empty lines inside continued instructions.
var EmptyContinuation = &lint.Rule{
	ID:      "empty-continuation",
	Summary: "Empty lines inside a continued instruction will become errors",
	Aliases: []string{"NoEmptyContinuation"},
	Doc: `
BuildKit passes over an empty line between continued lines and goes on with the
instruction, but will refuse it in a later release. Often the line shows that the
continuation above it is left over, and that what follows was meant to be an
instruction of its own:

	RUN make \

	CMD ["app"]

The fix deletes the empty lines, which changes nothing. To keep the space, write a
comment line.

Each instruction is reported once, at its first empty line. Empty lines in heredocs
are text.
`,
	Bad:      "FROM alpine:3.22\nRUN echo a && \\\n\n    echo b\n",
	Good:     "FROM alpine:3.22\nRUN echo a && \\\n    echo b\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions() {
			if len(ins.EmptyContinuation) == 0 {
				continue
			}
			fix := lint.Fix{Title: "Delete the empty lines", Applicability: lint.Safe}
			for _, r := range ins.EmptyContinuation {
				fix.Edits = append(fix.Edits, lint.Delete(r))
			}
			p.Report(lint.Diagnostic{
				Range: ins.EmptyContinuation[0],
				Message: "empty line inside a continued " + ins.Name +
					", which will become an error: delete it, or the continuation above if the instruction ends there",
				Fixes: []lint.Fix{fix},
			})
		}
	},
}
