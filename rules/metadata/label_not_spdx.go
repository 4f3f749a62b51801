package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// LabelNotSpdx finds labels that break what their key promises.
var LabelNotSpdx = &lint.Rule{
	ID:      "label-not-spdx",
	Summary: "The label must hold an SPDX license expression",
	Aliases: []string{"DL3054"},
	Doc: `
The OCI specification wants an SPDX license expression in
org.opencontainers.image.licenses. The option labels names more keys:
{my.label: spdx}.

Values with unknown variables, and empty ones, are left alone.
`,
	Bad:      "FROM scratch\nLABEL org.opencontainers.image.licenses=\"Apache 2\"\n",
	Good:     "FROM scratch\nLABEL org.opencontainers.image.licenses=\"Apache-2.0\"\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Options:  func() any { return &labelOptions{} },
	Check: func(p *lint.Pass) {
		checkKind(p, knowledge.LabelSPDX, false, validSPDX, "This label must hold an SPDX license expression, such as Apache-2.0 OR MIT")
	},
}
