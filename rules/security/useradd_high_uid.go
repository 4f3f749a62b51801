package security

import (
	"strconv"

	"github.com/dlint/dlint/lint"
)

// UseraddHighUid finds useradd that would write gigabytes of logs.
var UseraddHighUid = &lint.Rule{
	ID:      "useradd-high-uid",
	Summary: "useradd with a high user ID wants --no-log-init",
	Aliases: []string{"DL3046"},
	Doc: `
useradd writes an entry at the place of the user ID into /var/log/lastlog and
faillog. Those files are sparse on a disk, but not in a layer: a high ID makes an
image of gigabytes. --no-log-init (-l) leaves them alone.

Numbers up to 99999 make no more than 30 MB and are not found.

# Fix safety

The fix adds the option. Nothing but the log files, which no container reads, changes.
`,
	Bad:      "FROM debian:13\nRUN useradd -u 1000660000 app\n",
	Good:     "FROM debian:13\nRUN useradd --no-log-init -u 1000660000 app\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("useradd") {
			uid, ok := c.Option("-u", "--uid")
			if !ok || !uid.Static || c.Has("-l", "--no-log-init") {
				continue
			}
			if n, err := strconv.ParseUint(uid.Value, 10, 64); err != nil || n < 100_000 {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   uid.Range,
				Message: "useradd makes log files of gigabytes for such a high user ID: add --no-log-init",
				Fixes:   safely(adding(c, "--no-log-init")),
			})
		}
	},
}
