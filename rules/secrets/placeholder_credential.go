package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// PlaceholderCredential finds passwords such as changeme.
var PlaceholderCredential = &lint.Rule{
	ID:      "placeholder-credential",
	Summary: "A default password is a placeholder",
	Doc: `
A placeholder like changeme is no secret, but it works as a password when nobody
replaces it. Without a default the start fails, and that is noticed.
`,
	Bad:      "FROM postgres:17\nENV POSTGRES_PASSWORD=changeme\n",
	Good:     "FROM postgres:17\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Off:      "a placeholder gives nothing away",
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.Placeholder) },
}
