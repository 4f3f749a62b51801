package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInArg finds build arguments for secrets.
var SecretInArg = &lint.Rule{
	ID:      "secret-in-arg",
	Summary: "A secret is passed as a build argument",
	Aliases: []string{
		"SecretsUsedInArgOrEnv", "DL3064", "DS-0031", "S6472", "CIS-DI-0010",
		"kics/passwords_and_secrets_in_infrastructure_code", "semgrep/secret-in-build-arg",
		"tally/ruby/secrets-in-arg-or-env", "tally/ruby/prefer-secret-mounts-for-build-credentials",
	},
	Doc: `
The history of an image records the value of every build argument with each RUN
behind it, used or not. An ARG in a stage that is only copied from stays out of the
history, but the provenance of the image records all arguments, and a pushed build
cache holds the layers.

A secret mount gives a RUN the same value and leaves no trace:

	RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci

and docker build gets --secret id=NPM_TOKEN,env=NPM_TOKEN in place of --build-arg.

# Fix safety

The fix deletes the ARG and adds the mount to exactly those RUNs that read it. It is
unsafe because everyone who builds must pass the secret in the new way. A mount with
env= needs Dockerfile syntax 1.10; where the syntax line pins an older one, the
command reads the file instead.
`,
	Bad:      "FROM node:22\nARG NPM_TOKEN\nRUN npm config set //npm.example.com/:_authToken=$NPM_TOKEN && npm ci && rm ~/.npmrc\n",
	Good:     "FROM node:22\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm config set //npm.example.com/:_authToken=$NPM_TOKEN && npm ci && rm ~/.npmrc\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InArg) },
}
