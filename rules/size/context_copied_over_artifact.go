package size

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// ContextCopiedOverArtifact finds COPY . in a final stage that takes an artifact
// from a builder.
var ContextCopiedOverArtifact = &lint.Rule{
	ID:      "context-copied-over-artifact",
	Summary: "The whole context is copied into a final stage that has the built artifact",
	Doc: `
A multi-stage build leaves the sources behind in the builder. COPY of the whole
context into the final stage, next to COPY --from the builder, brings them back, and
makes every edit of any file change the image.

It is found when the builder, too, copies the whole context. Copy by name what the
image needs at run time.
`,
	Bad:      "FROM golang:1.25 AS build\nCOPY . .\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\nCOPY . .\n",
	Good:     "FROM golang:1.25 AS build\nCOPY . .\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\nCOPY static static\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		g := p.Stages()
		if g.Target == nil || len(g.Stages) < 2 {
			return
		}
		var wide, artifact *dockerfile.Instruction
		for ins := range p.Instructions("COPY") {
			c := p.Layers().Step(ins).Copy
			if c == nil || g.StageOf(ins) != g.Target {
				continue
			}
			switch {
			case c.From != nil && c.From.Stage != nil && takesContext(p, c.From.Stage.Body):
				artifact = ins
			case c.FromContext() && c.Wide():
				wide = ins
			}
		}
		if wide == nil || artifact == nil {
			return
		}
		p.Report(lint.Diagnostic{
			Range:   wide.ArgsRange,
			Message: "The whole context is copied next to what the builder made of it: copy by name what is needed at run time",
			Related: []lint.Related{{Range: artifact.ArgsRange, Message: "the artifact"}},
		})
	},
}

func takesContext(p *lint.Pass, body []*dockerfile.Instruction) bool {
	for _, ins := range body {
		if ins.Err == nil && ins.Is("COPY", "ADD") {
			if c := p.Layers().Step(ins).Copy; c != nil && c.FromContext() && c.Wide() {
				return true
			}
		}
	}
	return false
}
