package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/pragma"
)

// UnusedPragma finds pragmas that hide nothing.
var UnusedPragma = &lint.Rule{
	ID:      "unused-pragma",
	Summary: "A comment names a rule that finds nothing there",
	Doc: `
A pragma that hides nothing any more would hide the next mistake without a word.

A name is reported when all rules that it means have run and none of them found
anything in reach. Pragmas of hadolint and check comments of BuildKit are only worth
knowing: dlint leaves false alarms of those tools out, so that a pragma may still be of
use to them.

Without shellcheck, nothing is said of its codes.

# Fix safety

The fix removes the name, and the comment with its last name. It is unsafe when a
reason would be lost, and for pragmas of other tools.
`,
	Bad:      "FROM alpine:3.22\n# dlint ignore=maintainer-deprecated\nRUN echo\n",
	Good:     "FROM alpine:3.22\nRUN echo\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Review: func(p *lint.Pass, out *lint.Outcome) {
		for _, g := range out.Pragmas {
			for _, n := range g.Names {
				if out.Used[n] || !allRan(out, n) || p.Build.Shellcheck == nil && strings.HasPrefix(n.Value, "SC") {
					continue
				}
				d := lint.Diagnostic{
					Range:   n.Range,
					Message: n.Value + " finds nothing here: remove it",
					Fixes:   []lint.Fix{removeName(p, g, n)},
					Tag:     lint.Unnecessary,
				}
				if g.Tool != "dlint" {
					d.Severity = lint.Info
					d.Message = "dlint finds nothing for " + n.Value + " here: remove it if " + toolName(g.Tool) + " does not either"
				}
				p.Report(d)
			}
		}
	},
}

// allRan reports whether the name is known and all that it means has run.
func allRan(out *lint.Outcome, n *pragma.Name) bool {
	ids := out.Known(n.Value)
	for _, id := range ids {
		if !out.Ran[id] {
			return false
		}
	}
	return len(ids) > 0
}

func toolName(tool string) string {
	if tool == "check" {
		return "BuildKit"
	}
	return tool
}
