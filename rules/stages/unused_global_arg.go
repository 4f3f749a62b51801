package stages

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// UnusedGlobalArg finds an ARG above FROM that nothing uses.
var UnusedGlobalArg = &lint.Rule{
	ID:      "unused-global-arg",
	Summary: "An ARG above FROM that no FROM uses and no stage declares does nothing",
	Doc: `
An ARG above the first FROM is seen by FROM alone. A stage that wants its value must
declare it again. One that neither happens to is left over, or the stage was forgotten.

An ARG whose name is used somewhere below as a variable is left to the rule
arg-not-redeclared. Arguments that BuildKit itself reads are not reported.

# Fix safety

The fix deletes the ARG. It is unsafe because a build that still gives the argument
is then warned of it.
`,
	Bad:      "ARG VERSION=1\nFROM alpine:3.22\nRUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		g := p.Stages()
		if len(g.Meta) == 0 || len(g.Stages) == 0 || len(p.Tree().Errors) > 0 {
			return
		}
		uses := readUses(p)
		for _, ins := range g.Meta {
			for k := range ins.Pairs {
				name := ins.Pairs[k].Key.Value
				if builtinArg(name) || uses.behind(ins, name) {
					continue
				}
				d := lint.Diagnostic{
					Range:   ins.Pairs[k].Key.Range,
					Message: "no FROM uses " + name + " and no stage declares it: delete it, or declare it in the stage that wants it",
					Tag:     lint.Unnecessary,
				}
				if len(ins.Pairs) == 1 && !hasComment(p, ins) && !p.Tree().ShieldsDirective(ins) {
					d.Fixes = []lint.Fix{{Title: "Delete the ARG", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(ins.Lines)}}}
				}
				p.Report(d)
			}
		}
	},
}

// builtinArg reports whether BuildKit itself reads the argument.
func builtinArg(name string) bool {
	return stage.IsPlatformArg(name) || strings.HasPrefix(name, "BUILDKIT_") || name == "SOURCE_DATE_EPOCH"
}

// uses is what the whole Dockerfile does with names.
type uses struct {
	last map[string]int                       // the last place with a variable of the name
	by   map[string][]*dockerfile.Instruction // those that declare it
}

func readUses(p *lint.Pass) uses {
	u := uses{last: map[string]int{}, by: map[string][]*dockerfile.Instruction{}}
	for at, name := range p.Tree().Variables(source.Range{End: len(p.Source.Text)}) {
		u.last[name] = at
	}
	for ins := range p.WithTriggers("ARG") {
		for k := range ins.Pairs {
			name := ins.Pairs[k].Key.Value
			u.by[name] = append(u.by[name], ins)
		}
	}
	return u
}

// behind reports whether another instruction declares the name, or a variable of
// that name stands behind the start of ins.
func (u uses) behind(ins *dockerfile.Instruction, name string) bool {
	if last, ok := u.last[name]; ok && last > ins.Range.Start {
		return true
	}
	return slices.ContainsFunc(u.by[name], func(o *dockerfile.Instruction) bool { return o != ins })
}

func hasComment(p *lint.Pass, ins *dockerfile.Instruction) bool {
	for k := range p.Tree().Comments {
		if p.Tree().Comments[k].Inside == ins {
			return true
		}
	}
	return len(ins.Doc) > 0
}
