package syntax

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// EnvSelfReference finds ENV that uses a variable it sets.
var EnvSelfReference = &lint.Rule{
	ID:      "env-self-reference",
	Summary: "A variable is not known to the ENV that sets it",
	Aliases: []string{"DL3044"},
	Doc: `
All values of one ENV are put together before any of its variables is set. In
ENV A=1 B=$A the variable B gets what A was before, which is nothing.

A variable that has a value before, from an ENV, an ARG or a base image that is known
to set it, is not reported: then the old value may be meant.

# Fix safety

The fix starts a second ENV in front of the value. It is unsafe because the value
changes.
`,
	Bad:      "FROM alpine:3.22\nENV A=1 B=$A\n",
	Good:     "FROM alpine:3.22\nENV A=1\nENV B=$A\n",
	Severity: lint.Error,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			if len(ins.Pairs) < 2 || !strings.Contains(p.Source.Slice(ins.ArgsRange), "$") {
				continue
			}
			for k := range ins.Pairs {
				for _, name := range selfReferences(p, ins, k) {
					reportSelfReference(p, ins, k, name)
				}
			}
		}
	},
}

// selfReferences returns the names that the value of pair k uses, that the same
// ENV sets in another pair, and that are not set before.
func selfReferences(p *lint.Pass, ins *dockerfile.Instruction, k int) []string {
	value := ins.Pairs[k].Value.Value
	if strings.IndexByte(value, '$') < 0 {
		return nil
	}
	var out []string
	s := p.Stages().StageOf(ins)
	for _, name := range p.Stages().ScopeAt(ins).Expand(value).Missing {
		if setsOther(ins, k, name) && (s == nil || s.BaseSets(name) != knowledge.Yes) {
			out = append(out, name)
		}
	}
	return out
}

func setsOther(ins *dockerfile.Instruction, k int, name string) bool {
	i := slices.IndexFunc(ins.Pairs, func(o dockerfile.Pair) bool { return o.Key.Value == name })
	return i >= 0 && i != k
}

func reportSelfReference(p *lint.Pass, ins *dockerfile.Instruction, k int, name string) {
	st := p.Stages().StageOf(ins)
	if st == nil {
		return // it stands above all stages, which is the mistake
	}
	pair := &ins.Pairs[k]
	r, ok := p.Tree().Variable(pair.Value.Range, name)
	if !ok {
		r = pair.Value.Range
	}
	d := lint.Diagnostic{
		Range:   r,
		Message: name + " is set by this very ENV and has no value yet: set it in an ENV of its own above",
	}
	if st.BaseSets(name) == knowledge.Unknown {
		d.Severity = lint.Warning
		d.Message = name + " is set by this very ENV and has here what the base image gave it, if anything: set it in an ENV of its own above"
	}
	set := slices.IndexFunc(ins.Pairs, func(o dockerfile.Pair) bool { return o.Key.Value == name })
	d.Related = []lint.Related{{Range: ins.Pairs[set].Key.Range, Message: "set here"}}
	if set < k {
		gap := source.Range{Start: ins.Pairs[k-1].Range.End, End: pair.Range.Start}
		if !dockerfile.Misread(p.Source.Slice(pair.Range)) && !strings.Contains(p.Source.Slice(gap), "#") {
			d.Fixes = []lint.Fix{{
				Title:         "Start a second ENV",
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Replace(gap, "\n"+ins.Keyword.Value+" ")},
			}}
		}
	}
	p.Report(d)
}
