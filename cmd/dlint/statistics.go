package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
)

// ruleCount counts the findings of a rule.
type ruleCount struct {
	rule           *lint.Rule
	found, fixable int
}

func (r *runner) count(d *lint.Diagnostic) {
	if r.counts == nil {
		r.counts = map[*lint.Rule]*ruleCount{}
	}
	c := r.counts[d.Rule]
	if c == nil {
		c = &ruleCount{rule: d.Rule}
		r.counts[d.Rule] = c
	}
	c.found++
	if d.Fix(r.options.least()) != nil {
		c.fixable++
	}
}

// statistics prints the counts, the largest first.
func (r *runner) statistics(w io.Writer) error {
	list := make([]*ruleCount, 0, len(r.counts))
	for _, c := range r.counts {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *ruleCount) int {
		return cmp.Or(cmp.Compare(b.found, a.found), cmp.Compare(a.rule.ID, b.rule.ID))
	})
	rows := [][]string{{"FINDINGS", "FIXABLE", "SEVERITY", "RULE"}}
	for _, c := range list {
		rows = append(rows, []string{
			fmt.Sprintf("%8d", c.found), fmt.Sprintf("%7d", c.fixable),
			c.rule.Severity.String(), c.rule.Category + "/" + c.rule.ID,
		})
	}
	return writeTable(w, rows)
}

// writeTable writes rows with aligned columns.
func writeTable(w io.Writer, rows [][]string) error {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-len(cell)+2))
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
