package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
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

The fix replaces the name by a similar one that is set. It is unsafe because the
intention is guessed.
`,
	Bad:      "FROM alpine:3.22\nARG VERSION=1\nENV APP_VERSION=$VERSOIN\n",
	Good:     "FROM alpine:3.22\nARG VERSION=1\nENV APP_VERSION=$VERSION\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !strings.Contains(p.Source.Text, "$") {
			return
		}
		g := p.Stages()
		for _, s := range g.Stages {
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
	var known []string
	for _, v := range p.Stages().ScopeAt(ins).All() {
		known = append(known, v.Name)
	}
	near := dockerfile.Nearest(m.Name, known)
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
	if near != "" {
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

// alike reports whether two names differ by case and underscores alone.
func alike(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", ""))
}
