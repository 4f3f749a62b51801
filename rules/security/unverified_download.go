package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// UnverifiedDownload finds downloads that nothing is compared with.
var UnverifiedDownload = &lint.Rule{
	ID:      "unverified-download",
	Summary: "Downloads should be compared with a checksum or signature",
	Doc: `
What a server sends may change. A checksum in the Dockerfile, or a signature by a
key that is known, makes sure that the build uses what was meant.
`,
	Bad:      "FROM alpine\nRUN curl -fLo /x https://example.com/x\n",
	Good:     "FROM alpine\nRUN curl -fLo /x https://example.com/x && echo \"$SUM  /x\" | sha256sum -c\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Off:      "most downloads over https are not compared with anything, and many projects publish no checksums",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("curl", "wget", "aria2c") {
			for _, d := range c.Downloads() {
				if !d.Checked && strings.HasPrefix(d.URL.Value, "http") && !nearby(host(d.URL.Value)) {
					p.Report(lint.Diagnostic{
						Range:   d.URL.Range,
						Message: "Nothing makes sure that this is what was meant: compare a checksum, or use ADD --checksum",
					})
				}
			}
		}
	},
}
