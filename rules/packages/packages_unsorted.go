package packages

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// PackagesUnsorted finds package lists that are not in alphabetical order.
var PackagesUnsorted = &lint.Rule{
	ID:      "packages-unsorted",
	Summary: "Package lists are easier to read and to review when sorted",
	Aliases: []string{"S7018", "tally/sort-packages"},
	Doc: `
In a sorted list duplicates meet, and changes are small. Only lists of three and more
packages that are written one on a line are looked at, of the package managers of
operating systems, which do not care for the order. A comment, an empty line, an
option or a variable in the list means that its order has a meaning.

The fix writes the names in other places and moves nothing else, so that every line
keeps its backslash.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    git \\\n    curl \\\n    make\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    git \\\n    make\n",
	Severity: lint.Style,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range operations(p, systemPrograms[:]...) {
			op := c.Package()
			if c.Call == nil || op.Action != shell.Install && op.Action != shell.Remove || len(op.Packages) < 3 {
				continue
			}
			if words, ok := sortable(p, op); ok {
				reportUnsorted(p, words)
			}
		}
	},
}

// sortable returns the places of the packages when nothing else is among them.
func sortable(p *lint.Pass, op *shell.PackageOp) ([]source.Range, bool) {
	words := make([]source.Range, 0, len(op.Packages))
	for k := range op.Packages {
		if !plainName(&op.Packages[k]) {
			return nil, false
		}
		words = append(words, op.Packages[k].Word.Range)
	}
	return words, onePerLine(p, words)
}

func reportUnsorted(p *lint.Pass, words []source.Range) {
	at := func(r source.Range) string { return p.Source.Text[r.Start:r.End] }
	sorted := make([]string, len(words))
	for k, r := range words {
		sorted[k] = at(r)
	}
	if slices.IsSortedFunc(sorted, strings.Compare) || slices.IsSortedFunc(sorted, compareFold) {
		return
	}
	wrong := source.Range{}
	for k := 1; k < len(sorted) && wrong.Empty(); k++ {
		if compareFold(sorted[k-1], sorted[k]) > 0 {
			wrong = words[k]
		}
	}
	slices.SortStableFunc(sorted, compareFold)
	fix := lint.Fix{Title: "Sort the packages", Applicability: lint.Safe}
	for k, r := range words {
		if at(r) != sorted[k] {
			fix.Edits = append(fix.Edits, lint.Replace(r, sorted[k]))
		}
	}
	p.Report(lint.Diagnostic{
		Range:   wrong,
		Message: at(wrong) + " is out of order: sorted lists are easier to read and to review",
		Fixes:   []lint.Fix{fix},
	})
}

func compareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
