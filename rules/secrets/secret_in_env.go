package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInEnv finds secrets in ENV.
var SecretInEnv = &lint.Rule{
	ID:      "secret-in-env",
	Summary: "A secret is written into the environment of the image",
	Aliases: []string{
		"SecretsUsedInArgOrEnv", "DL3064", "DS-0031", "S6472", "CIS-DI-0010",
		"kics/passwords_and_secrets_in_infrastructure_code", "tally/ruby/secrets-in-arg-or-env",
	},
	Doc: `
ENV puts its value into the configuration of the image and of every image built
on it. Whoever has the image reads it with one command, without starting a
container; taking the variable away later changes nothing.

Found are values that look real under a name that promises a secret, connection
strings with a password, and build arguments that an ENV makes permanent. The value
decides, not the name alone: paths, URLs without a password, booleans, numbers,
fingerprints of public keys and references to variables are silent, which other
linters report by their names.

# Fix safety

The fix deletes the variable and leaves a comment that says how to pass it, and
mounts it as a build secret where a later RUN reads it. It is unsafe because the
application may rely on the default.

# Not seen

Secrets under names that promise none, in no known format.
`,
	Bad:      "FROM alpine\nENV API_KEY=" + "f3a9c1d7" + "e5b2468a\n",
	Good:     "FROM alpine\n# API_KEY comes at run time: docker run --env API_KEY ...\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InEnv) },
}
