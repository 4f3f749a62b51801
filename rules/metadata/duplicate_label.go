package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/rules/internal/pairs"
)

// DuplicateLabel finds labels that a later one of the same stage replaces.
var DuplicateLabel = &lint.Rule{
	ID:      "duplicate-label",
	Summary: "A label that is set twice keeps the last value only",
	Aliases: []string{"tally/labels/no-duplicate-keys"},
	Doc: `
The labels of an image are a table: when one stage sets a key twice, the first value
is lost, and whoever reads or edits it is misled. Stages are looked at one by one,
since a stage may well override what the one below it says. Keys with variables are
not looked at.

The fix deletes the value that is lost.
`,
	Bad:      "FROM alpine:3.22\nLABEL version=1\nLABEL version=2\n",
	Good:     "FROM alpine:3.22\nLABEL version=2\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for s := range p.EachStage() {
			var winner map[string]*dockerfile.Pair
			for i := len(s.Body) - 1; i >= 0; i-- {
				if ins := s.Body[i]; ins.Name == "LABEL" && ins.Err == nil {
					if winner == nil {
						winner = map[string]*dockerfile.Pair{}
					}
					duplicateLabels(p, ins, winner)
				}
			}
		}
	},
}

// duplicateLabels reports the labels of an instruction that are set below, and adds
// the others.
func duplicateLabels(p *lint.Pass, ins *dockerfile.Instruction, winner map[string]*dockerfile.Pair) {
	for k := len(ins.Pairs) - 1; k >= 0; k-- {
		pair := &ins.Pairs[k]
		key := strings.Trim(pair.Key.Value, `"'`)
		if strings.Contains(key, "$") {
			continue
		}
		later := winner[key]
		if later == nil {
			winner[key] = pair
			continue
		}
		d := lint.Diagnostic{
			Range:   pair.Key.Range,
			Message: "The label " + key + " is set again in this stage, and only the last value counts: delete this one",
			Related: []lint.Related{{Range: later.Key.Range, Message: "this value counts"}},
			Tag:     lint.Unnecessary,
		}
		if e, ok := pairs.Remove(p, ins, k); ok {
			d.Fixes = []lint.Fix{{Title: "Delete the value that is lost", Applicability: lint.Safe, Edits: []lint.Edit{e}}}
		}
		p.Report(d)
	}
}
