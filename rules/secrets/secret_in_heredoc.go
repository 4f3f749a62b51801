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

# Fix safety

Where the file is one that a program reads by itself, such as .npmrc or .netrc, the
fix mounts it as a secret for the commands that call the program. It is unsafe
because everyone who builds must pass the file.
`,
	Bad:      "FROM node\nCOPY <<EOF /root/.npmrc\n//npm.example.com/:_authToken=" + "Kd93jdMw2" + "xQ8vR4t\nEOF\nRUN npm ci\n",
	Good:     "FROM node\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InHeredoc) },
}
