package metadata

import (
	"maps"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
)

// LabelMissing finds labels that the options ask for.
var LabelMissing = &lint.Rule{
	ID:      "label-missing",
	Summary: "The image lacks a label",
	Aliases: []string{"DL3049", "S7028"},
	Doc: `
Labels that the option names must be set in the stage that is built, or in those it
is built on:

	options: {labels: {org.opencontainers.image.source: url}}

Hadolint asks for them in every stage, even in those that end in no image.
`,
	Bad:      "options: {labels: {team: text}}\n-- Dockerfile --\nFROM scratch\n",
	Good:     "FROM scratch\nLABEL team=web\n",
	Severity: lint.Info,
	Since:    "0.1",
	Options:  func() any { return &strictOptions{} },
	Check: func(p *lint.Pass) {
		options, _ := p.Options.(*strictOptions)
		target := p.Stages().Target
		if target == nil || len(options.Labels) == 0 {
			return
		}
		have := map[string]bool{}
		for s := range target.Chain() {
			for _, ins := range s.Body {
				if ins.Name == "LABEL" && ins.Err == nil {
					for k := range ins.Pairs {
						have[strings.Trim(ins.Pairs[k].Key.Value, "\"'")] = true
					}
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(options.Labels)) {
			if !have[key] {
				p.Report(lint.Diagnostic{
					Range:   target.Image.Range,
					Message: "The image lacks the label " + key + ", which the configuration asks for",
				})
			}
		}
	},
}
