package stages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// InvalidDefaultArgInFrom finds FROM that cannot be built without --build-arg.
var InvalidDefaultArgInFrom = &lint.Rule{
	ID:      "invalid-default-arg-in-from",
	Summary: "An argument in FROM should have a default that names an image",
	Aliases: []string{"InvalidDefaultArgInFrom"},
	Doc: `
Without a default, FROM $IMAGE fails unless the argument is given, with a message that
does not name it. A default makes the file work by itself and shows what is expected.

Nothing is reported when all arguments are given on the command line. Arguments that
are not declared at all belong to the rule undefined-arg-in-from, and images without
arguments to invalid-image-reference.
`,
	Bad:      "ARG TAG\nFROM alpine:$TAG\nRUN make\n",
	Good:     "ARG TAG=3.22\nFROM alpine:$TAG\nRUN make\n",
	Severity: lint.Info,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			x := &s.Base.Expansion
			if s.From.Err != nil || s.Base.Stage != nil || len(x.Missing) > 0 || len(x.Used) == 0 || x.Err != nil || givenArg(p, x) {
				continue
			}
			if _, err := knowledge.ParseRef(x.Value); err == nil {
				continue
			}
			d := lint.Diagnostic{
				Range:   s.Image.Range,
				Message: "with the defaults of its arguments this is no image: give them defaults that make a whole name",
			}
			if x.Value != "" {
				d.Message = "with the defaults of its arguments this is " + x.Value + ", which is no image: give them defaults that make a whole name"
			}
			for _, v := range x.Used {
				if v.Pair != nil {
					d.Related = append(d.Related, lint.Related{Range: v.Pair.Range, Message: "declared here"})
				}
			}
			p.Report(d)
		}
	},
}

// givenArg reports whether the command line decides an argument that takes part.
func givenArg(p *lint.Pass, x *stage.Expansion) bool {
	for _, v := range x.Used {
		if _, ok := p.Build.Args[v.Name]; ok {
			return true
		}
	}
	return false
}
