package packages

import "github.com/dlint/dlint/lint"

// AptKeyDeprecated finds apt-key.
var AptKeyDeprecated = &lint.Rule{
	ID:      "apt-key-deprecated",
	Summary: "apt-key is deprecated, and gone since Debian 13",
	Doc: `
A key that apt-key adds is trusted for every repository. Debian 13 and newer releases
of Ubuntu have no apt-key any more. Put the key into a file of its own and name it in
the source:

	ADD https://repo.example.com/key.asc /etc/apt/keyrings/example.asc
	RUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://repo.example.com stable main" \
	    > /etc/apt/sources.list.d/example.list

There is no fix, because the source has to change with the key.
`,
	Bad:      "FROM debian:12\nADD https://repo.example.com/key.asc /tmp/key.asc\nRUN apt-key add /tmp/key.asc\n",
	Good:     "FROM debian:12\nADD https://repo.example.com/key.asc /etc/apt/keyrings/example.asc\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("apt-key") {
			switch c.Subcommand() {
			case "add", "adv":
				p.Report(lint.Diagnostic{
					Range:   head(p, c),
					Message: "apt-key is deprecated and trusts the key for all repositories: put it into /etc/apt/keyrings and name it with signed-by",
					Tag:     lint.Deprecated,
				})
			}
		}
	},
}
