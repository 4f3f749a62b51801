package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/pragma"
)

// UnknownPragmaRule finds names in pragmas that mean no rule.
var UnknownPragmaRule = &lint.Rule{
	ID:      "unknown-pragma-rule",
	Summary: "A comment names a rule that does not exist",
	Doc: `
A pragma with a misspelt name hides nothing.

Names in pragmas of other tools are reported only when they look misspelt: hadolint and
BuildKit have checks that dlint has no need of. Codes of ShellCheck are never reported.

# Fix safety

The fix writes a similar name that exists, or removes the name. It is unsafe because the
intention is guessed.
`,
	Bad:      "# dlint ignore=instruction-ordr\nWORKDIR /app\nFROM alpine:3.22\n",
	Good:     "# dlint ignore=instruction-order\nWORKDIR /app\nFROM alpine:3.22\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Review: func(p *lint.Pass, out *lint.Outcome) {
		for _, g := range out.Pragmas {
			for _, n := range g.Names {
				if len(out.Known(n.Value)) == 0 && !foreign(g, n.Value) {
					reportUnknownName(p, out, g, n)
				}
			}
		}
	},
}

// foreign reports whether the name may be a check that dlint does not have.
func foreign(g *pragma.Pragma, name string) bool {
	code := strings.ToUpper(name)
	if isCode(code, "SC") || isCode(code, "DL") {
		return true
	}
	return g.Tool == "check" && name == "InvalidBaseImagePlatform"
}

// isCode reports whether the name is letters and four digits.
func isCode(name, letters string) bool {
	digits, ok := strings.CutPrefix(name, letters)
	return ok && len(digits) == 4 && strings.Trim(digits, "0123456789") == ""
}

func reportUnknownName(p *lint.Pass, out *lint.Outcome, g *pragma.Pragma, n *pragma.Name) {
	near := dockerfile.Nearest(n.Value, out.Names())
	if near == "" && g.Tool != "dlint" {
		return
	}
	d := lint.Diagnostic{Range: n.Range, Message: "there is no rule " + n.Value + ": dlint rules lists them all"}
	fix := removeName(p, g, n)
	fix.Applicability = lint.Manual
	if near != "" {
		d.Message = "there is no rule " + n.Value + ": did you mean " + near + "?"
		fix = lint.Fix{
			Title: "Replace it by " + near, Applicability: lint.Unsafe,
			Edits: []lint.Edit{lint.Replace(n.Range, near)},
		}
	}
	d.Fixes = []lint.Fix{fix}
	p.Report(d)
}
