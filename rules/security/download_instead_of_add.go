package security

import (
	"github.com/dlint/dlint/lint"
)

// DownloadInsteadOfAdd finds downloads that ADD could do.
var DownloadInsteadOfAdd = &lint.Rule{
	ID:      "download-instead-of-add",
	Summary: "ADD fetches a file and checks it against a checksum",
	Aliases: []string{"S7026", "tally/prefer-add-unpack"},
	Doc: `
ADD --checksum fetches a file without curl or wget in the image, verifies it, and is
asked again whether the file has changed, which a RUN is not. Only downloads are found
that nothing in the same RUN needs: a RUN that fetches one file with a known name and
does nothing else.
`,
	Off:      "others advise the contrary, and a download that is unpacked and removed in one RUN is smaller",
	Bad:      "FROM debian:12\nRUN curl -fsSLo /usr/local/bin/tool https://example.com/tool\n",
	Good:     "FROM debian:12\nADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.com/tool /usr/local/bin/tool\n",
	Severity: lint.Info,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("curl", "wget") {
			s := p.Shell(ins)
			if s.Err != nil || len(s.All()) != 1 || len(s.Commands) != 1 || len(c.Wrappers) > 0 || c.Has("-H", "--header", "-u", "--user", "-d", "--data", "-X", "--request") {
				continue
			}
			d := c.Downloads()
			if len(d) != 1 || !d[0].URL.Static || d[0].Path == "" || d[0].Path == "-" {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   c.NameRange,
				Message: "ADD --checksum fetches this file and verifies it, without " + c.Name + " in the image",
			})
		}
	},
}
