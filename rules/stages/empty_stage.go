package stages

import (
	"github.com/dlint/dlint/lint"
)

// EmptyStage finds a Dockerfile that adds nothing to its base.
var EmptyStage = &lint.Rule{
	ID:      "empty-stage",
	Summary: "A Dockerfile of FROM alone adds nothing to its base image",
	Aliases: []string{"ID.20003"},
	Doc: `
The image that is built is the base image. Either something is missing, or the base
image can be used by itself.

An image made for being built on, with ONBUILD, is not reported, nor is a stage that is
built on another.
`,
	Bad:      "FROM alpine:3.22\n",
	Good:     "FROM alpine:3.22\nCOPY app /app\n",
	Severity: lint.Info,
	Off:      "often such a file is there for a tool that updates the version",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		g := p.Stages()
		s := g.Target
		if s == nil || len(s.Body) > 0 || s.Base.Stage != nil || !s.Base.Known || s.From.Err != nil {
			return
		}
		p.Report(lint.Diagnostic{
			Range:   s.From.Keyword.Range,
			Message: "nothing follows FROM, so that the image is its base: add what is missing, or use the base",
		})
	},
}
