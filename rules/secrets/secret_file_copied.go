package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretFileCopied finds secret files among what COPY and ADD take.
var SecretFileCopied = &lint.Rule{
	ID:      "secret-file-copied",
	Summary: "A file with a secret is copied into the image",
	Aliases: []string{"CIS-DI-0010"},
	Doc: `
A copied file is in the layer of its COPY for good. Found are private keys, .env
files, settings of package managers with a token, credentials of clouds and
clusters, and the like, among the files that COPY and ADD really take: the
.dockerignore is applied, and what names do not settle, the content does. An
.npmrc with ${NPM_TOKEN}, a public key or an .env.example is silent.

Without a build context only names that mean nothing else are reported.

# Fix safety

The fix that adds a line to .dockerignore is safe where no instruction names the
file. The others replace the COPY by a secret mount at the place where the program
looks, and are unsafe because everyone who builds must pass the secret.
`,
	Bad:      "FROM alpine\nCOPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@git.example.com:app.git\n",
	Good:     "FROM alpine\nRUN --mount=type=ssh,required=true git clone git@git.example.com:app.git\n",
	Severity: lint.Error,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.FileCopied) },
}
