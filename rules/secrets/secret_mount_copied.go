package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretMountCopied finds commands that undo what a secret mount is for.
var SecretMountCopied = &lint.Rule{
	ID:      "secret-mount-copied",
	Summary: "A command writes a mounted secret into the layer",
	Doc: `
A secret mount is not part of the layer, but a copy of its content is: cat and cp
into a file, git clone with the token in the URL (it is kept in .git/config),
npm config set, docker login. Removing the file in the same RUN is fine.
`,
	Bad:      "FROM alpine\nRUN --mount=type=secret,id=key cp /run/secrets/key /app/key\n",
	Good:     "FROM alpine\nRUN --mount=type=secret,id=key use-key /run/secrets/key\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.MountCopied) },
}
