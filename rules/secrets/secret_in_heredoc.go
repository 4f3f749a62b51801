package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInHeredoc finds secrets in the heredocs of COPY and ADD.
var SecretInHeredoc = &lint.Rule{
	ID:      "secret-in-heredoc",
	Summary: "A file written by COPY or ADD holds a secret",
	Doc: `
The text of a heredoc becomes a file in a layer, and stays there whatever a later
instruction does. Found are passwords and tokens in settings of the usual notations.
`,
	Bad:      "FROM alpine\nCOPY <<EOF /app/settings.ini\npassword = " + "Tr0ub4dor" + "and3xyz\nEOF\n",
	Good:     "FROM alpine\nCOPY <<EOF /app/settings.ini\npassword = ${DB_PASSWORD}\nEOF\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InHeredoc) },
}
