package packages

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// NpmProductionDeprecated finds npm --production and --only=production.
var NpmProductionDeprecated = &lint.Rule{
	ID:      "npm-production-deprecated",
	Summary: "npm --production is deprecated in favour of --omit=dev",
	Doc: `
npm warns about --production and --only=production since version 7 and asks for
--omit=dev, which means the same.

# Fix safety

The fix is safe where the base image is node 16 or later. Elsewhere it is unsafe:
npm 6 does not know --omit and would install the development dependencies.
`,
	Bad:      "FROM node:22\nRUN npm ci --only=production\n",
	Good:     "FROM node:22\nRUN npm ci --omit=dev\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "npm") {
			op := c.Package()
			if op.Action != shell.Install && op.Subcommand != "prune" || c.Call == nil {
				continue
			}
			for _, f := range c.Flags() {
				args := c.Args()
				v := args[f.Word].Value
				if !args[f.Word].Static || v != "--production" && v != "--only=production" && v != "--only=prod" && v != "--production=true" {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   args[f.Word].Range,
					Message: v + " is deprecated: use --omit=dev",
					Fixes: []lint.Fix{{
						Title:         "Replace " + v + " by --omit=dev",
						Applicability: omitKnown(p, ins),
						Edits:         []lint.Edit{replaceWord(&args[f.Word], 0, len(v), "--omit=dev")},
					}},
					Tag: lint.Deprecated,
				})
			}
		}
	},
}

// omitKnown is Safe where the npm of the base image knows --omit.
func omitKnown(p *lint.Pass, ins *dockerfile.Instruction) lint.Applicability {
	facts, ok := baseOf(p, ins)
	if !ok || facts.Family != "node" {
		return lint.Unsafe
	}
	major, _, _ := strings.Cut(facts.Version, ".")
	if n, err := strconv.Atoi(major); err == nil && n >= 16 {
		return lint.Safe
	}
	return lint.Unsafe
}
