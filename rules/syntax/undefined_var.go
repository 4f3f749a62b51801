package syntax

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// UndefinedVar finds variables that nothing sets.
var UndefinedVar = &lint.Rule{
	ID:      "undefined-var",
	Summary: "A variable should be set before it is used",
	Aliases: []string{"UndefinedVar"},
	Doc: `
BuildKit puts nothing in the place of a variable that no ARG, no ENV and not the base
image sets.

The base image is not fetched. A variable is reported where the image is known by its
variables, a bare distribution or scratch; with any other image only when the name
differs from one that is set by case or underscores alone. BuildKit knows the image
and sees more.

Uses with a default, as in ${NAME:-value}, are not reported; BuildKit reports them.
Variables in RUN, CMD and ENTRYPOINT are the shell's. Global ARGs that the stage does
not declare belong to the rule arg-not-redeclared, and variables that the same ENV sets
to env-self-reference.

# Fix safety

The fix replaces the name by a similar one that is set, or takes a variable out of a
list that is put in front of its own empty value, as in ENV LIST=$LIST:/new. It is
unsafe because the intention is guessed.
`,
	Bad:      "FROM alpine:3.22\nARG VERSION=1\nENV APP_VERSION=$VERSIO\n",
	Good:     "FROM alpine:3.22\nARG VERSION=1\nENV APP_VERSION=$VERSION\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !strings.Contains(p.Source.Text, "$") {
			return
		}
		g := p.Stages()
		for s := range p.EachStage() {
			if s.Windows() {
				continue
			}
			for _, ins := range s.Body {
				for _, m := range g.MissingIn(ins) {
					if !m.Default && !g.Global(m.Name) && !setsItself(ins, m.Name) {
						reportUndefined(p, s, ins, m)
					}
				}
			}
		}
	},
}

// setsItself reports whether an ENV of several pairs sets the variable in a pair
// that does not use it.
func setsItself(ins *dockerfile.Instruction, name string) bool {
	if ins.Name != "ENV" || len(ins.Pairs) < 2 {
		return false
	}
	for k := range ins.Pairs {
		if strings.Contains(ins.Pairs[k].Value.Value, "$") && setsOther(ins, k, name) {
			return true
		}
	}
	return false
}

func reportUndefined(p *lint.Pass, s *stage.Stage, ins *dockerfile.Instruction, m stage.Missing) {
	near := meant(p, ins, m.Name)
	switch s.BaseSets(m.Name) {
	case knowledge.Yes:
		return
	case knowledge.Unknown:
		if near == "" || !alike(near, m.Name) {
			return
		}
	case knowledge.No:
	}
	d := lint.Diagnostic{Range: m.Range, Message: m.Name + " is not set here, so that nothing is put in: set it with ARG or ENV above"}
	if r, ok := listItem(p, ins, m); ok {
		d.Message = m.Name + " has no value yet, so that the list gets an empty entry, which often means the current directory: leave it out"
		d.Fixes = []lint.Fix{{
			Title: "Leave out " + m.Name, Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(r)},
		}}
	} else if near != "" {
		d.Message = m.Name + " is not set here, so that nothing is put in: did you mean " + near + "?"
		if m.Range.Len() == len(m.Name) {
			d.Fixes = []lint.Fix{{
				Title:         "Replace it by " + near,
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Replace(m.Range, near)},
			}}
		}
	}
	p.Report(d)
}

// manyNames is the number of variables from which nobody mistakes one for another:
// the text was not written by hand.
const manyNames = 250

// meant returns the variable that was probably meant by a name, or "". It is one that
// can be written in its place.
func meant(p *lint.Pass, ins *dockerfile.Instruction, name string) string {
	scope := p.Stages().ScopeAt(ins)
	if len(name) <= 2 || scope.Size() > manyNames {
		return ""
	}
	var known []string
	for _, v := range scope.All() {
		if dockerfile.IsName(v.Name) {
			known = append(known, v.Name)
		}
	}
	return dockerfile.Nearest(name, known)
}

// listItem returns the range of a variable that is put in front of or behind its
// own new value, colon included.
func listItem(p *lint.Pass, ins *dockerfile.Instruction, m stage.Missing) (source.Range, bool) {
	own := func(o dockerfile.Pair) bool { return o.Key.Value == m.Name && o.Value.Range.Contains(m.Range) }
	if ins.Name != "ENV" || m.Range.Len() != len(m.Name) || !slices.ContainsFunc(ins.Pairs, own) {
		return source.Range{}, false
	}
	text, r := p.Source.Text, m.Range
	r.Start--
	if text[r.Start] == '{' {
		r.Start--
		if r.End >= len(text) || text[r.End] != '}' {
			return r, false
		}
		r.End++
	}
	switch {
	case strings.HasPrefix(text[r.End:], ":"):
		r.End++
	case r.Start > 0 && text[r.Start-1] == ':':
		r.Start--
	default:
		return r, false
	}
	return r, true
}

// alike reports whether two names differ by case and underscores alone.
func alike(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", ""))
}
