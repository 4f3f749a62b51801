package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// EntrypointIgnoresCmd finds a CMD that does nothing.
var EntrypointIgnoresCmd = &lint.Rule{
	ID:      "entrypoint-ignores-cmd",
	Summary: "ENTRYPOINT in shell form ignores CMD",
	Doc: `
An ENTRYPOINT in shell form runs as /bin/sh -c TEXT, and what CMD or docker run add
behind it become arguments of the shell that the text does not look at. Write
ENTRYPOINT as a JSON array.

A CMD of the base image is not looked at.
`,
	Bad:      "FROM alpine\nENTRYPOINT app\nCMD [\"--help\"]\n",
	Good:     "FROM alpine\nENTRYPOINT [\"app\"]\nCMD [\"--help\"]\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			cmd, entry := last(s, "CMD"), last(s, "ENTRYPOINT")
			if cmd == nil || entry == nil || entry.JSON || len(entry.Args) == 0 || s.Windows() ||
				p.Stages().StageOf(cmd) != s && p.Stages().StageOf(entry) != s {
				continue
			}
			if e := p.Stages().StageOf(entry); e == s && cmd.Index < entry.Index && p.Stages().StageOf(cmd) != s {
				continue // a new ENTRYPOINT drops the CMD below it
			}
			if readsArguments(entry.Args[0].Value) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   cmd.Keyword.Range,
				Message: "The ENTRYPOINT is in shell form and never sees this CMD: write ENTRYPOINT as a JSON array",
				Related: []lint.Related{{Range: entry.Keyword.Range, Message: "the ENTRYPOINT"}},
			})
		}
	},
}

// readsArguments reports whether the text of a shell uses the arguments that the
// shell is given.
func readsArguments(text string) bool {
	for _, rest := range strings.Split(text, "$")[1:] {
		rest = strings.TrimPrefix(rest, "{")
		if rest != "" && strings.IndexByte("@*#0123456789", rest[0]) >= 0 {
			return true
		}
	}
	return false
}
