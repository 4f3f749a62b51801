package stages

import (
	"github.com/dlint/dlint/lint"
)

// TagAndDigest finds images with both a tag and a digest.
var TagAndDigest = &lint.Rule{
	ID:      "tag-and-digest",
	Summary: "Beside a digest the tag of an image is not looked at",
	Aliases: []string{"S8431"},
	Doc: `
In alpine:3.22@sha256:... only the digest counts. The tag may say something else than
what is built on.
`,
	Bad:      "FROM alpine:3.22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nRUN make\n",
	Good:     "FROM alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nRUN make\n",
	Severity: lint.Style,
	Scope:    lint.InInstruction,
	Off:      "the tag tells readers and updating tools the version, and Docker's documentation recommends both",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachImage(p, func(i image) {
			if i.err == nil && i.ref.Digest != "" && i.ref.Tag != "" {
				p.Report(lint.Diagnostic{Range: i.word.Range, Message: "the digest decides, and the tag " + i.ref.Tag + " is not looked at: leave one of them out"})
			}
		})
	},
}
