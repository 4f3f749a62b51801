package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretMountOptional finds secret mounts without required=true.
var SecretMountOptional = &lint.Rule{
	ID:      "secret-mount-optional",
	Summary: "A secret mount is silently left out when the secret is missing",
	Doc: `
A secret mount is optional by default: when nobody passes the secret, the command
runs without it, and fails with a message about something else, or succeeds with
something less. With required=true the build stops at once and says why.
`,
	Bad:      "FROM alpine\nRUN --mount=type=secret,id=key use-key /run/secrets/key\n",
	Good:     "FROM alpine\nRUN --mount=type=secret,id=key,required=true use-key /run/secrets/key\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Off:      "some builds work without the secret, and mean to",
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.MountOptional) },
}
