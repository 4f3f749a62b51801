package stages

import (
	"github.com/dlint/dlint/lint"
)

// UnreachableStage finds stages that nothing can ask for.
var UnreachableStage = &lint.Rule{
	ID:      "unreachable-stage",
	Summary: "A stage without a name that no other uses is never built",
	Aliases: []string{"tally/no-unreachable-stages"},
	Doc: `
BuildKit builds the last stage, or the one that is asked for, and what that needs. A
stage that no other uses is passed over. Often two FROMs were meant to be put together,
which they are not: the image has only what follows the last one.

A stage with a name may be built by itself with --target and is not reported.
`,
	Bad:      "FROM node:24\nRUN make\nFROM python:3.14\nRUN make\n",
	Good:     "FROM node:24 AS test\nRUN make\nFROM python:3.14\nRUN make\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		g := p.Stages()
		if g.Target == nil || len(g.Stages) < 2 || len(p.Tree().Errors) > 0 {
			return
		}
		for _, s := range g.Stages[:len(g.Stages)-1] {
			if s.Reachable || s.Name != "" || s.From.Err != nil || len(s.UsedBy) > 0 {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   s.From.Keyword.Range,
				Message: "no other stage uses this one, and without a name it cannot be asked for: copy from it, or delete it",
				Tag:     lint.Unnecessary,
			})
		}
	},
}
