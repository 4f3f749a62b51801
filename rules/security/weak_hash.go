package security

import "github.com/dlint/dlint/lint"

// WeakHash finds checksums that can be forged.
var WeakHash = &lint.Rule{
	ID:      "weak-hash",
	Summary: "Downloads should be checked by SHA-256 or better",
	Aliases: []string{"S4790"},
	Doc: `
For MD5 and SHA-1 two files with the same sum can be made, so that the sum does not
prove what was downloaded. Use sha256sum or sha512sum.
`,
	Bad:      "FROM alpine\nRUN md5sum -c x.md5\n",
	Good:     "FROM alpine\nRUN sha256sum -c x.sha256\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("md5sum", "sha1sum") {
			if c.Has("-c", "--check") {
				p.Report(lint.Diagnostic{
					Range:   c.NameRange,
					Message: "Files with the same sum can be made for " + c.Name + ": compare by sha256sum",
				})
			}
		}
	},
}
