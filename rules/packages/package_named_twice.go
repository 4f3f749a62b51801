package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// PackageNamedTwice finds packages that one command names twice.
var PackageNamedTwice = &lint.Rule{
	ID:      "package-named-twice",
	Summary: "A command names a package twice",
	Doc: `
The second name does nothing, and whoever removes the package removes one of them.
Only names that are written alike are found. The fix deletes the second one with the
continuation before it.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y curl git curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl git\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range operations(p, systemPrograms[:]...) {
			op := c.Package()
			if op.Action != shell.Install || len(op.Packages) < 2 {
				continue
			}
			seen := make(map[string]*shell.Package, len(op.Packages))
			for k := range op.Packages {
				x := &op.Packages[k]
				if !x.Word.Static || x.Word.Value == "" {
					continue
				}
				first := seen[x.Word.Value]
				if first == nil {
					seen[x.Word.Value] = x
				} else if first.Word.Range != x.Word.Range {
					reportTwice(p, c, first, x)
				}
			}
		}
	},
}

func reportTwice(p *lint.Pass, c *shell.Command, first, x *shell.Package) {
	d := lint.Diagnostic{
		Range:   x.Word.Range,
		Message: x.Word.Value + " is in the list already: delete one of them",
		Related: []lint.Related{{Range: first.Word.Range, Message: "the first time"}},
		Tag:     lint.Unnecessary,
	}
	if e, ok := dropWord(p, c, &x.Word); ok && !commented(p, e.Range) {
		d.Fixes = []lint.Fix{{Title: "Delete the second one", Applicability: lint.Safe, Edits: []lint.Edit{e}}}
	}
	p.Report(d)
}
