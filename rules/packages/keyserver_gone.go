package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// KeyserverGone finds key servers that do not exist any more.
var KeyserverGone = &lint.Rule{
	ID:      "keyserver-gone",
	Summary: "The SKS pools of key servers are gone",
	Doc: `
The names below sks-keyservers.net were switched off in 2021, so that gpg and apt-key
wait and fail. The fix names keyserver.ubuntu.com.

# Fix safety

The fix is unsafe because that server may not have the key.
`,
	Bad:      "FROM debian:12\nRUN gpg --keyserver ha.pool.sks-keyservers.net --recv-keys 0123456789ABCDEF\n",
	Good:     "FROM debian:12\nRUN gpg --keyserver keyserver.ubuntu.com --recv-keys 0123456789ABCDEF\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("gpg", "gpg2", "apt-key") {
			for _, w := range c.Args() {
				const gone, host = "sks-keyservers.net", "keyserver.ubuntu.com"
				end := strings.Index(w.Value, gone)
				if end < 0 || !w.Static {
					continue
				}
				start := strings.LastIndexAny(w.Value[:end], "/=") + 1
				p.Report(lint.Diagnostic{
					Range:   w.Sub(start, end+len(gone)),
					Message: "this key server is gone, so that the command fails: use " + host,
					Fixes: []lint.Fix{{
						Title:         "Use " + host,
						Applicability: lint.Unsafe,
						Edits:         []lint.Edit{replaceWord(&w, start, end+len(gone), host)},
					}},
				})
			}
		}
	},
}
