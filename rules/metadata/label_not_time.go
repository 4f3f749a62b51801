package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// LabelNotTime finds labels that break what their key promises.
var LabelNotTime = &lint.Rule{
	ID:      "label-not-time",
	Summary: "The label must hold a time",
	Aliases: []string{"DL3053"},
	Doc: `
The OCI specification wants a date and time by RFC 3339 in
org.opencontainers.image.created. The option labels names more keys:
{my.label: rfc3339}.

Values with unknown variables, and empty ones, are left alone.
`,
	Bad:      "FROM scratch\nLABEL org.opencontainers.image.created=\"yesterday\"\n",
	Good:     "FROM scratch\nLABEL org.opencontainers.image.created=\"2026-01-01T10:00:00Z\"\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		checkKind(p, knowledge.LabelTime, false, validTime, "This label must hold a time by RFC 3339, such as 2026-01-31T12:00:00Z")
	},
}
