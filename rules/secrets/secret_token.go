package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretToken finds tokens of known formats.
var SecretToken = &lint.Rule{
	ID:      "secret-token",
	Summary: "The text holds a token of a known format",
	Aliases: []string{"tally/secrets-in-code"},
	Doc: `
Tokens of GitHub, GitLab, AWS, Slack, Stripe and some two hundred more have
formats that nothing else has. Wherever one stands in a Dockerfile, it is out: in an
instruction everyone who has the image reads it; in a comment everyone who has the
Dockerfile does, which is reported at a lower severity.

Tokens that a more special rule explains, such as one in an ENV, are reported by
that rule only.
`,
	Bad:      "FROM alpine\nENV REMOTE=gh" + "p_" + "oM4jT2vQ8xN6bR1cL7yK3wZ9sD5fG0hJpA2u\n",
	Good:     "FROM alpine\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.Token) },
}
