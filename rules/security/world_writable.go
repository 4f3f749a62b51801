package security

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// WorldWritable finds files that everyone may change.
var WorldWritable = &lint.Rule{
	ID:      "world-writable",
	Summary: "Files should not be writable for everyone",
	Aliases: []string{"S2612", "tally/world-writable-state-path-workaround"},
	Doc: `
What every user may write, a process that is broken into may replace: programs,
configuration, data of others. Give the files to the user who needs them, by COPY
--chown or chown.

Directories with the sticky bit (1777, as /tmp has) are fine, and so are stages
whose layers are in no image, and what mktemp has made in the same RUN. A mode with
variables is not looked at.
`,
	Bad:      "FROM alpine\nRUN chmod -R 777 /app\n",
	Good:     "FROM alpine\nRUN chown -R app /app\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachMode(p, func(r source.Range, m permissions) {
			if m.worldWrite && !m.sticky {
				p.Report(lint.Diagnostic{
					Range:   r,
					Message: "Everyone may change these files: give them to the user who needs to, by chown or COPY --chown",
				})
			}
		})
	},
}
