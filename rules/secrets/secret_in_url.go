package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInUrl finds secrets in URLs.
var SecretInUrl = &lint.Rule{
	ID:      "secret-in-url",
	Summary: "A URL holds a password or token",
	Doc: `
A URL with a password is written down wherever it goes: in the history, in
.git/config after a clone, in the settings of package managers, in logs.

Found are passwords and tokens before the @ and in the query, in every
instruction. Variables are silent here, since the build argument or the mount that
they come from decides.

# Fix safety

The fix takes the password out of the URL of git, curl, wget and pip, and mounts a
netrc file that all of them read. It is unsafe because everyone who builds must pass
that file.
`,
	Bad:      "FROM alpine\nRUN git clone https://bot:" + "s3cr3tT0kenValue" + "@git.example.com/app.git\n",
	Good:     "FROM alpine\nRUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true git clone https://git.example.com/app.git\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InURL) },
}
