package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInLabel finds secrets in LABEL.
var SecretInLabel = &lint.Rule{
	ID:      "secret-in-label",
	Summary: "A label holds a secret",
	Doc: `
Labels are made to be read: registries show them, and every tool lists them. A
secret in one is published.
`,
	Bad:      "FROM alpine\nLABEL com.example.api-token=" + "f3a9c1d7" + "e5b2468a\n",
	Good:     "FROM alpine\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InLabel) },
}
