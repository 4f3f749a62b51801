package security

import "github.com/dlint/dlint/lint"

// WeakTls finds versions of TLS that are broken.
var WeakTls = &lint.Rule{
	ID:      "weak-tls",
	Summary: "SSL and TLS before 1.2 are broken",
	Aliases: []string{"S4423"},
	Doc: `
SSL 2, SSL 3, TLS 1.0 and TLS 1.1 have known attacks, and servers turn them off. curl
reads --tlsv1.0 as the least version that it accepts; leave the choice to the
program.

# Fix safety

The fix removes the option. It is unsafe because a very old server may know nothing
better.
`,
	Bad:      "FROM alpine\nRUN curl --sslv3 -O https://example.com/x\n",
	Good:     "FROM alpine\nRUN curl -O https://example.com/x\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("curl", "wget") {
			f := c.Flag("--sslv2", "--sslv3", "--tlsv1.0", "--tlsv1.1", "-2", "-3")
			if c.Name == "wget" {
				f = c.Flag("--secure-protocol")
				if f != nil && (!f.Has || f.Value.Value != "SSLv2" && f.Value.Value != "SSLv3" && f.Value.Value != "TLSv1" && f.Value.Value != "TLSv1_1") {
					f = nil
				}
			}
			if f != nil {
				p.Report(lint.Diagnostic{
					Range:   f.Range,
					Message: "This accepts a version of SSL or TLS that is broken: leave the choice to " + c.Name,
					Fixes:   dropping(p, c, f),
				})
			}
		}
	},
}
