package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// LabelNotEmail finds labels that break what the options ask for.
var LabelNotEmail = &lint.Rule{
	ID:      "label-not-email",
	Summary: "The label must hold an email address",
	Aliases: []string{"DL3058"},
	Doc: `
Labels that the option names must hold an email address by RFC 5322, or several.

	options: {labels: {my.owner: email}}

The OCI specification asks for less, so nothing is found without the option. Values
with unknown variables, and empty ones, are left alone.
`,
	Bad:      "options: {labels: {my.owner: email}}\n-- Dockerfile --\nFROM scratch\nLABEL my.owner=Grace\n",
	Good:     "FROM scratch\nLABEL my.owner=grace@example.com\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		checkKind(p, knowledge.LabelEmail, true, validEmail, "This label must hold an email address, such as grace@example.com")
	},
}
