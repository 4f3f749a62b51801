package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// RedirectToHttp finds downloads that may leave https.
var RedirectToHttp = &lint.Rule{
	ID:      "redirect-to-http",
	Summary: "A redirect should not lead from https to http",
	Aliases: []string{"S6506"},
	Doc: `
With -L curl follows a redirect to http as well, where anybody on the way can
replace what is downloaded. With --proto =https it does not.

# Fix safety

The fix adds that option. It is unsafe because a download over such a redirect fails.
`,
	Bad:      "FROM alpine\nRUN curl -fLO https://example.com/x\n",
	Good:     "FROM alpine\nRUN curl --proto =https -fLO https://example.com/x\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Off:      "nearly every download follows redirects, and servers that lead to http are rare",
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("curl") {
			f := c.Flag("-L", "--location")
			if f == nil || c.Has("--proto", "--proto-redir") {
				continue
			}
			for _, d := range c.Downloads() {
				if !strings.HasPrefix(d.URL.Value, "https://") || d.Checked {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   f.Range,
					Message: "A redirect may lead to http: add --proto =https",
					Fixes:   adding(c, "--proto =https"),
				})
				break
			}
		}
	},
}
