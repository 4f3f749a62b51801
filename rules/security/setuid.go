package security

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// Setuid finds files that run with the rights of their owner.
var Setuid = &lint.Rule{
	ID:      "setuid",
	Summary: "Programs should not get the setuid bit",
	Aliases: []string{"CIS-DI-0008"},
	Doc: `
A program with the setuid bit runs with the rights of its owner, mostly root,
whoever starts it: each is a way for an ordinary user to become root. CIS Docker
Benchmark 4.8 asks for images without.

Setgid, which directories for shared files have for a good reason, is not found.
`,
	Bad:      "FROM alpine\nRUN chmod u+s /usr/bin/tool\n",
	Good:     "FROM alpine\nRUN chmod 755 /usr/bin/tool\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachMode(p, func(r source.Range, m permissions) {
			if m.setuid {
				p.Report(lint.Diagnostic{
					Range:   r,
					Message: "A program with the setuid bit gives its owner's rights to everyone: grant what is needed by setcap, or run as that user",
				})
			}
		})
	},
}
