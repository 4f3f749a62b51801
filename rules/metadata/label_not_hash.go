package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// LabelNotHash finds labels that break what the options ask for.
var LabelNotHash = &lint.Rule{
	ID:      "label-not-hash",
	Summary: "The label must hold the hash of a commit",
	Aliases: []string{"DL3055"},
	Doc: `
Labels that the option names must hold the hash of a git commit: 40 or 64 hexadecimal
digits, or the first 7 of them.

	options: {labels: {vcs.ref: hash}}

The OCI specification asks for less, so nothing is found without the option. Values
with unknown variables, and empty ones, are left alone.
`,
	Bad:      "options: {labels: {vcs.ref: hash}}\n-- Dockerfile --\nFROM scratch\nLABEL vcs.ref=v1\n",
	Good:     "FROM scratch\nLABEL vcs.ref=0123abc\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		checkKind(p, knowledge.LabelHash, true, validHash, "This label must hold the hash of a commit: 40 hexadecimal digits, or the first 7")
	},
}
