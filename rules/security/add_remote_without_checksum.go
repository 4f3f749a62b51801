package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// AddRemoteWithoutChecksum finds ADD of a URL that may change.
var AddRemoteWithoutChecksum = &lint.Rule{
	ID:      "add-remote-without-checksum",
	Summary: "ADD of a URL should say which checksum is expected",
	Aliases: []string{"S6474", "kics/curl_or_wget_instead_of_add"},
	Doc: `
What the server sends may change from one build to the next, by mistake or by
malice. With --checksum=sha256:... BuildKit refuses anything else, and need not even
ask the server when it has the file.

Repositories are not looked at: a commit in their URL serves the purpose.
`,
	Bad:      "FROM alpine\nADD https://example.com/x.tgz /x/\n",
	Good:     "FROM alpine\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/x.tgz /x/\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.WithTriggers("ADD") {
			if ins.Flag("checksum") != nil {
				continue
			}
			for k := range max(0, len(ins.Args)-1) {
				v := strings.ToLower(strings.Trim(ins.Args[k].Value, `"'`))
				if !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "http://") {
					continue
				}
				if main, _, _ := strings.Cut(v, "#"); strings.HasSuffix(main, ".git") {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   ins.Args[k].Range,
					Message: "The server may send something else tomorrow: add --checksum=sha256:... for the file that you expect",
				})
			}
		}
	},
}
