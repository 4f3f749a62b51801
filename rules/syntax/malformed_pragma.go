package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// MalformedPragma finds pragmas that are not read, or not as they are meant.
var MalformedPragma = &lint.Rule{
	ID:      "malformed-pragma",
	Summary: "A comment that should hide findings is not written right",
	Doc: `
A pragma with a typing error hides nothing, and nobody notices until the finding turns
up again. Those of dlint, hadolint and tally and the check comments of BuildKit are
looked at. These are right:

	# dlint ignore=rule,rule -- reason
	# dlint ignore-stage=rule
	# dlint ignore-file=rule
	# hadolint ignore=DL3008
	# check=skip=JSONArgsRecommended
`,
	Bad:      "FROM alpine:3.22\n# dlint ignroe=unpinned-version\nRUN echo\n",
	Good:     "FROM alpine:3.22\n# dlint ignore=unpinned-version\nRUN echo\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, g := range p.Pragmas() {
			if g.Bad == "" {
				continue
			}
			r := g.Key
			if r.Empty() {
				r = g.Range
			}
			d := lint.Diagnostic{Range: r, Message: strings.TrimRight(g.Bad, ".")}
			if key := misspeltKey(p, g); key != "" {
				d.Fixes = []lint.Fix{{
					Title:         "Replace it by " + key,
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Replace(g.Key, key)},
				}}
			}
			p.Report(d)
		}
	},
}
