package metadata

import (
	"github.com/dlint/dlint/lint"
)

// LabelEmpty finds labels without a value.
var LabelEmpty = &lint.Rule{
	ID:      "label-empty",
	Summary: "A label should hold something",
	Aliases: []string{"DL3051"},
	Doc: `
An empty label says nothing, and hides one of the base image. Values with unknown
variables are left alone.

Labels of the base image may be emptied on purpose, to be rid of them: keys that
neither the specification nor the option labels knows are left alone.
`,
	Bad:      "FROM scratch\nLABEL org.opencontainers.image.title=\"\"\n",
	Good:     "FROM scratch\nLABEL org.opencontainers.image.title=x\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		options, _ := p.Options.(*labelOptions)
		eachLabel(p, func(l *label) {
			if _, ok := kindOf(options.Labels, l.key); !ok {
				return
			}
			if v, known := l.value(); known && v == "" {
				p.Report(lint.Diagnostic{
					Range:   l.pair.Range,
					Message: "This label is empty: say something, or leave it out",
				})
			}
		})
	},
}
