package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretCarriedOn finds secret files that leave their stage.
var SecretCarriedOn = &lint.Rule{
	ID:      "secret-carried-on",
	Summary: "A COPY --from takes a secret file into the image",
	Doc: `
A stage that is only copied from leaves nothing in the image but what is copied. A
wide COPY --from takes the secret files of that stage along with the rest.

The finding marks where the file comes in and names the COPY --from.
`,
	Bad:      "FROM node:22 AS build\nWORKDIR /app\nCOPY master.key .\nFROM node:22\nCOPY --from=build /app /app\n",
	Good:     "FROM node:22 AS build\nWORKDIR /app\nFROM node:22\nCOPY --from=build /app /app\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.CarriedOn) },
}
