package size

import (
	"path"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
)

// SignatureLeft finds signatures and lists of checksums that stay in the image.
var SignatureLeft = &lint.Rule{
	ID:      "signature-left",
	Summary: "A signature is downloaded and never removed",
	Doc: `
The signature or list of checksums of a download has done its work once it is
verified. It stays in the layer unless the same RUN removes it.

Files with the endings of signatures and checksums are found, where a command has
downloaded them to a path that is known, and the layer is in the image.
`,
	Off:      "such a file takes a kilobyte or so, and does no harm",
	Bad:      "FROM debian:13\nRUN curl -fsSLo /x.asc https://example.com/x.asc && gpg --batch --verify /x.asc /x\n",
	Good:     "FROM debian:13\nRUN curl -fsSLo /x.asc https://example.com/x.asc && gpg --batch --verify /x.asc /x && rm /x.asc\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("RUN") {
			if !p.Shell(ins).Has("curl", "wget", "aria2c", "axel") || !inImage(p, ins) {
				continue
			}
			step := p.Layers().Step(ins)
			for k := range step.Adds {
				if e := &step.Adds[k]; signature(e) && fetched(e) && !goneLater(p, step, e.Path) {
					p.Report(lint.Diagnostic{
						Range:   e.Range,
						Message: e.Path + " stays in the layer after it is verified: remove it in the same RUN",
					})
				}
			}
		}
	},
}

func signature(e *layers.Entry) bool {
	switch path.Ext(e.Path) {
	case ".asc", ".sig", ".sign", ".sha1", ".sha256", ".sha512", ".md5", ".sha256sum", ".sha512sum", ".minisig":
		return true
	}
	return false
}
