package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// ExposeProtoCasing finds protocols in capitals.
var ExposeProtoCasing = &lint.Rule{
	ID:      "expose-proto-casing",
	Summary: "The protocol in EXPOSE should be in lower case",
	Aliases: []string{"ExposeProtoCasing"},
	Doc: `
Protocols are written in lower case everywhere else, and BuildKit stores them so.

The fix changes the case and nothing in the image.
`,
	Bad:      "FROM alpine\nEXPOSE 53/UDP\n",
	Good:     "FROM alpine\nEXPOSE 53/udp\n",
	Severity: lint.Style,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("EXPOSE") {
			for k := range ins.Args {
				w := &ins.Args[k]
				text := p.Source.Slice(w.Range)
				at := strings.LastIndexByte(text, '/') + 1
				proto := text[at:]
				lower := strings.ToLower(proto)
				if at == 0 || proto == lower || lower != "tcp" && lower != "udp" && lower != "sctp" {
					continue
				}
				r := source.Range{Start: w.Range.Start + at, End: w.Range.End}
				p.Report(lint.Diagnostic{
					Range:   r,
					Message: "Write the protocol in lower case: " + lower,
					Fixes:   []lint.Fix{{Title: "Write it in lower case", Applicability: lint.Safe, Edits: []lint.Edit{lint.Replace(r, lower)}}},
				})
			}
		}
	},
}
