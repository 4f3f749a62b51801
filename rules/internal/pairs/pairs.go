// Package pairs edits what ENV, ARG and LABEL bind.
package pairs

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Remove returns the edit that takes the k-th binding out of an instruction, and
// the whole instruction when it is the only one. It reports false where a comment
// would go too, or where the text uses the variable.
func Remove(p *lint.Pass, ins *dockerfile.Instruction, k int) (lint.Edit, bool) {
	pair := &ins.Pairs[k]
	if ins.Name != "LABEL" && used(p, pair.Key.Value) {
		return lint.Edit{}, false
	}
	r := pair.Range
	switch {
	case len(ins.Pairs) == 1 && ins.Parent != nil:
		r = ins.Parent.Lines
	case len(ins.Pairs) == 1:
		r = ins.Lines
	case k+1 < len(ins.Pairs):
		r.End = ins.Pairs[k+1].Range.Start
	default:
		r.Start = ins.Pairs[k-1].Range.End
	}
	if k == 0 && len(ins.Pairs) > 1 && dockerfile.Misread(p.Source.Text[r.End:]) {
		return lint.Edit{}, false // the next comes to stand at the head
	}
	return lint.Delete(r), !commented(p, r)
}

// commented reports whether a comment stands in r.
func commented(p *lint.Pass, r source.Range) bool {
	for k := range p.Tree().Comments {
		if c := &p.Tree().Comments[k]; c.Inside != nil && r.Contains(c.Range) {
			return true
		}
	}
	return false
}

// used reports whether the text reads a variable anywhere.
func used(p *lint.Pass, name string) bool {
	return strings.Contains(p.Source.Text, "$"+name) || strings.Contains(p.Source.Text, "${"+name)
}
