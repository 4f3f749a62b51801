package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// LabelNotUrl finds labels that break what their key promises.
var LabelNotUrl = &lint.Rule{
	ID:      "label-not-url",
	Summary: "The label must hold a URL",
	Aliases: []string{"DL3052"},
	Doc: `
The OCI specification wants a URL in org.opencontainers.image.url, documentation and
source. The option labels names more keys: {my.label: url}.

Values with unknown variables, and empty ones, are left alone.
`,
	Bad:      "FROM scratch\nLABEL org.opencontainers.image.url=\"example\"\n",
	Good:     "FROM scratch\nLABEL org.opencontainers.image.url=\"https://example.com/x\"\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		checkKind(p, knowledge.LabelURL, false, validURL, "This label must hold a URL, such as https://example.com")
	},
}
