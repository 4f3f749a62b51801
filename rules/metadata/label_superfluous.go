package metadata

import (
	"github.com/dlint/dlint/lint"
)

// LabelSuperfluous finds labels that the options do not name.
var LabelSuperfluous = &lint.Rule{
	ID:      "label-superfluous",
	Summary: "The image has a label that nobody asked for",
	Aliases: []string{"DL3050"},
	Doc: `
With the option strict, only the labels that the option labels names may be set:

	options: {strict: true, labels: {org.opencontainers.image.source: url}}
`,
	Bad:      "options: {strict: true, labels: {team: text}}\n-- Dockerfile --\nFROM scratch\nLABEL tema=web\n",
	Good:     "FROM scratch\nLABEL team=web\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &strictOptions{} },
	Check: func(p *lint.Pass) {
		options, _ := p.Options.(*strictOptions)
		if !options.Strict {
			return
		}
		eachLabel(p, func(l *label) {
			if _, ok := options.Labels[l.key]; !ok {
				p.Report(lint.Diagnostic{Range: l.pair.Key.Range, Message: "Only the labels that are configured may be set, and " + l.key + " is none of them"})
			}
		})
	},
}
