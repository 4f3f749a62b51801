package stages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/internal/updates"
)

// UndigestedImage finds images without a digest.
var UndigestedImage = &lint.Rule{
	ID:      "undigested-image",
	Summary: "An image should be pinned by its digest",
	Aliases: []string{"S7023", "semgrep/dockerfile-source-not-pinned"},
	Doc: `
A tag can be moved to another image at any time; a digest cannot. With the tag kept
in front, as in alpine:3.22@sha256:..., the version can still be read and tools can
update both.

There is no fix: the digest is known to the registry alone. Nothing is found where
Renovate adds the digests.
`,
	Bad:      "FROM alpine:3.22\nRUN make\n",
	Good:     "FROM alpine:3.22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nRUN make\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Off:      "a digest needs a tool that keeps it up to date, or security fixes stay out",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachImage(p, func(i image) {
			if i.err != nil || i.ref.Digest != "" || !i.plausible() || updates.Of(p.Document).Digests {
				return
			}
			p.Report(lint.Diagnostic{Range: i.word.Range, Message: i.ref.String() + " has no digest, so that another image can take its place: add its digest behind @"})
		})
	},
}
