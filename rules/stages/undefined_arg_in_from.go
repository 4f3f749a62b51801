package stages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// UndefinedArgInFrom finds FROM with an argument that is not declared above.
var UndefinedArgInFrom = &lint.Rule{
	ID:      "undefined-arg-in-from",
	Summary: "FROM may use only arguments that are declared above the first FROM",
	Aliases: []string{"UndefinedArgInFrom"},
	Doc: `
FROM sees the arguments that ARG declares above the first FROM, and those that BuildKit
sets, such as TARGETPLATFORM. An ARG inside a stage does not count. BuildKit puts
nothing in the place of any other.

# Fix safety

The fix writes a similar name that is declared. It is unsafe because the intention is
guessed.
`,
	Bad:      "ARG VERSION=3.22\nFROM alpine:$VERSIO\nRUN make\n",
	Good:     "ARG VERSION=3.22\nFROM alpine:$VERSION\nRUN make\n",
	Severity: lint.Error,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			if s.From.Err != nil {
				continue
			}
			reportUndefinedArgs(p, s.Base.Expansion, s.Image.Range, s)
			if fl := s.From.Flag("platform"); fl != nil {
				reportUndefinedArgs(p, s.Base.PlatformExpansion, fl.ValueRange, s)
			}
		}
	},
}

func reportUndefinedArgs(p *lint.Pass, x stage.Expansion, r source.Range, s *stage.Stage) {
	for _, name := range x.Missing {
		at, found := p.Tree().Variable(r, name)
		if !found {
			at = r
		}
		d := lint.Diagnostic{Range: at, Message: name + " is not declared above the first FROM, so that nothing is put in: declare it there with ARG"}
		for _, prior := range p.Stages().Stages[:s.Index] {
			if v := p.Stages().ScopeAtEnd(prior).Lookup(name); v != nil {
				d.Message = name + " is set inside a stage, which FROM does not see: declare it with ARG above the first FROM"
				d.Related = []lint.Related{{Range: v.Pair.Range, Message: "set here"}}
				break
			}
		}
		if near := dockerfile.Nearest(name, globalNames(p.Stages())); near != "" && len(name) > 2 && found && d.Related == nil {
			d.Message = name + " is not declared above the first FROM, so that nothing is put in: did you mean " + near + "?"
			d.Fixes = []lint.Fix{{
				Title:         "Replace it by " + near,
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Replace(at, near)},
			}}
		}
		p.Report(d)
	}
}

// globalNames returns the arguments that FROM sees and that can be written behind a $.
func globalNames(g *stage.Graph) []string {
	var names []string
	for _, ins := range g.Meta {
		for k := range ins.Pairs {
			if name := ins.Pairs[k].Key.Value; dockerfile.IsName(name) {
				names = append(names, name)
			}
		}
	}
	return append(names, stage.PlatformArgs[:]...)
}
