package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// LabelNotSemver finds labels that break what the options ask for.
var LabelNotSemver = &lint.Rule{
	ID:      "label-not-semver",
	Summary: "The label must hold a semantic version",
	Aliases: []string{"DL3056"},
	Doc: `
Labels that the option names must hold a version by the rules of semver.org.

	options: {labels: {my.version: semver}}

The OCI specification asks for less, so nothing is found without the option. Values
with unknown variables, and empty ones, are left alone.
`,
	Bad:      "options: {labels: {my.version: semver}}\n-- Dockerfile --\nFROM scratch\nLABEL my.version=1\n",
	Good:     "FROM scratch\nLABEL my.version=1.0.0\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		checkKind(p, knowledge.LabelVersion, true, validVersion, "This label must hold a semantic version, such as 1.4.0-rc.1")
	},
}
