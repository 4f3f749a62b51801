package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretRemovedLater finds secret files that a later RUN removes.
var SecretRemovedLater = &lint.Rule{
	ID:      "secret-removed-later",
	Summary: "A secret file is removed in a later layer, which keeps it",
	Doc: `
Every instruction makes a layer, and a layer is never changed again. A file that
COPY brought and a later RUN removes is hidden, not gone: it is read from the
earlier layer with tar. Merging the RUNs does not help either.

The finding marks where the file comes in and names the place that removes it.

# Fix safety

The fix deletes both and mounts the file as a secret on the RUNs that use it. It is
unsafe because everyone who builds must pass the secret.
`,
	Bad:      "FROM node:22\nCOPY .npmrc /root/.npmrc\nRUN npm ci\nRUN rm /root/.npmrc\n",
	Good:     "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.RemovedLater) },
}
