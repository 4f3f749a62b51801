package secrets

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/secrets/internal/leak"
)

// SecretInCommand finds secrets in the arguments of commands.
var SecretInCommand = &lint.Rule{
	ID:      "secret-in-command",
	Summary: "A command is given a secret as text",
	Aliases: []string{"S6437", "kics/passwords_and_secrets_in_infrastructure_code"},
	Doc: `
The history of an image holds the full text of every RUN, and its configuration
that of CMD, ENTRYPOINT and HEALTHCHECK. A password there is readable by everyone
who has the image, whatever the command does with it.

The programs that take passwords are known one by one: curl -u and its headers,
docker login -p, mysql -p, npm and pip settings, chpasswd, and many more; so are the
files that echo, printf and heredocs write. Values that come from a variable, a
file or a secret mount are silent.

# Fix safety

The fix gives the command the value by a secret mount, as a variable or as the file
that the program reads by itself. It is unsafe because everyone who builds must pass
the secret. There is no fix for CMD, ENTRYPOINT and HEALTHCHECK.
`,
	Bad:      "FROM alpine\nRUN curl -H \"X-Api-Key: " + "f3a9c1d7" + "e5b2468a\" -o app https://example.com/app\n",
	Good:     "FROM alpine\nRUN --mount=type=secret,id=CURL_TOKEN,env=CURL_TOKEN,required=true curl -H \"X-Api-Key: ${CURL_TOKEN}\" -o app https://example.com/app\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { leak.Report(p, leak.InCommand) },
}
