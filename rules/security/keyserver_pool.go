package security

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// KeyserverPool finds key servers that are gone.
var KeyserverPool = &lint.Rule{
	ID:      "keyserver-pool",
	Summary: "The pools of SKS key servers are gone",
	Doc: `
The pools below sks-keyservers.net were shut down in 2021, and the names answer no
more: the build fails. Download the key over https from those who own it, or use
keys.openpgp.org or keyserver.ubuntu.com.
`,
	Bad:      "FROM debian:13\nRUN gpg --batch --keyserver ha.pool.sks-keyservers.net --recv-keys 0123ABCD\n",
	Good:     "FROM debian:13\nRUN gpg --batch --keyserver keys.openpgp.org --recv-keys 0123ABCD\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("gpg", "gpg2", "apt-key", "gpg1") {
			for _, w := range c.Args() {
				if strings.Contains(w.Value, "sks-keyservers.net") {
					p.Report(lint.Diagnostic{
						Range:   w.Range,
						Message: "This pool of key servers was shut down in 2021: use keys.openpgp.org, or get the key over https from its owner",
					})
				}
			}
		}
	},
}
