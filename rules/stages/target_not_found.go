package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// TargetNotFound finds a target that no stage is called.
var TargetNotFound = &lint.Rule{
	ID:      "target-not-found",
	Summary: "The target of the build must be a stage",
	Doc: `
The target comes from --target, or from the entry of a compose or bake file that builds
this Dockerfile. Without a stage of that name the build fails.
`,
	Bad:      "-- FLAGS --\ntarget: prod\n-- Dockerfile --\nFROM alpine:3.22 AS build\nRUN make\n",
	Good:     "-- FLAGS --\ntarget: build\n-- Dockerfile --\nFROM alpine:3.22 AS build\nRUN make\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		g := p.Stages()
		target := p.Build.Target
		if target == "" || g.Target != nil || len(g.Stages) == 0 || len(p.Tree().Errors) > 0 {
			return
		}
		names := stageNames(g)
		m := "no stage is called " + target + ", which is the target of the build"
		if near := dockerfile.Nearest(target, names); near != "" {
			m += ": did you mean " + near + "?"
		} else if len(names) > 0 {
			m += ": there are " + strings.Join(names, ", ")
		} else {
			m += ": name the stage with AS " + target
		}
		p.Report(lint.Diagnostic{Range: g.Stages[len(g.Stages)-1].From.Keyword.Range, Message: m})
	},
}
