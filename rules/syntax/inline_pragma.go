package syntax

import "github.com/dlint/dlint/lint"

// InlinePragma finds comments that switch rules off.
var InlinePragma = &lint.Rule{
	ID:      "inline-pragma",
	Summary: "A comment switches a rule off",
	Aliases: []string{"DL1001"},
	Doc: `
Some teams want exceptions in one place, the configuration, where they are reviewed.
Comments of dlint, hadolint and tally that ignore rules, and BuildKit's check=skip,
are found; hadolint's shell and BuildKit's error=true are not, since they hide nothing.

A finding of this rule can be hidden by a comment like any other. "pragmas: false" in
the configuration heeds none of them.
`,
	Off:      "comments beside what they excuse are good practice; this rule is for teams that want none",
	Bad:      "FROM alpine:3.22\n# hadolint ignore=DL3018\nRUN apk add --no-cache curl\n",
	Good:     "FROM alpine:3.22\nRUN apk add --no-cache curl\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, g := range p.Pragmas() {
			if len(g.Names) == 0 && !g.All {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   g.Range,
				Message: "an exception in a comment is out of sight of the configuration: put it there",
			})
		}
	},
}
