package lint

import (
	"context"
	"iter"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/pragma"
)

// Pass is one run of one rule over one document.
type Pass struct {
	*Document
	Rule *Rule
	// Options is what Rule.Options returned, filled from the configuration; nil
	// for a rule without options.
	Options any

	ctx   context.Context
	found []Diagnostic
}

// Context is done when the run is no longer wanted. A rule that reads many files
// looks at it.
func (p *Pass) Context() context.Context { return p.ctx }

// Report adds a finding. Rule is set; Severity stays as given or becomes the
// rule's.
func (p *Pass) Report(d Diagnostic) {
	d.Rule = p.Rule
	if d.Severity == Unset {
		d.Severity = p.Rule.Severity
	}
	p.found = append(p.found, d)
}

// Instructions yields the instructions with one of the names (in capitals), all
// of them when none is given, in source order. Broken ones are left out, and
// triggers are not looked into: see WithTriggers.
func (d *Document) Instructions(names ...string) iter.Seq[*dockerfile.Instruction] {
	return func(yield func(*dockerfile.Instruction) bool) {
		kinds := kindsOf(names)
		for _, ins := range d.Tree().Instructions {
			if !ins.In(kinds) || ins.Err != nil || d.Skips(ins) {
				continue
			}
			if !yield(ins) {
				return
			}
		}
	}
}

// WithTriggers yields what Instructions does, and the instructions inside
// ONBUILD as well.
func (d *Document) WithTriggers(names ...string) iter.Seq[*dockerfile.Instruction] {
	return func(yield func(*dockerfile.Instruction) bool) {
		kinds := kindsOf(names)
		for _, ins := range d.Tree().Instructions {
			if ins.Err != nil || d.Skips(ins) {
				continue
			}
			if ins.Trigger != nil && ins.Trigger.Err == nil {
				ins = ins.Trigger
			}
			if !ins.In(kinds) {
				continue
			}
			if !yield(ins) {
				return
			}
		}
	}
}

// Outcome is what the checks of a document came to, for rules that review it.
type Outcome struct {
	// Ran are the rules that ran, by ID.
	Ran map[string]bool
	// Known resolves a name or alias to the IDs that it means.
	Known func(name string) []string
	// Names are all names and aliases, for suggestions.
	Names func() []string
	// Pragmas are the suppressions of the document. Used tells, for each of their
	// names, whether it hid a finding.
	Pragmas []*pragma.Pragma
	Used    map[*pragma.Name]bool
}

// kindsOf is dockerfile.KindsOf, where no name stands for all.
func kindsOf(names []string) dockerfile.Kinds {
	if len(names) == 0 {
		return ^dockerfile.Kinds(0)
	}
	return dockerfile.KindsOf(names...)
}
