package size

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
)

// CopiedTwice finds a COPY that repeats an earlier one.
var CopiedTwice = &lint.Rule{
	ID:      "copied-twice",
	Summary: "The same files are copied to the same place twice",
	Doc: `
A COPY of the same sources to the same place as an earlier one of the stage adds them
to the image a second time. It is found when nothing but the context or the other
stage decides what is copied, and no RUN in between removes or changes anything
there, as far as can be told: a RUN whose effects are not known makes the rule silent.
`,
	Bad:      "FROM debian:12\nCOPY conf /etc/app/\nEXPOSE 80\nCOPY conf /etc/app/\n",
	Good:     "FROM debian:12\nCOPY conf /etc/app/\nEXPOSE 80\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for st := range p.EachStage() {
			type key struct{ source, dest string } // the first source
			var seen map[key][]*layers.Step
			for _, ins := range st.Body {
				switch {
				case ins.Err != nil:
				case ins.Name == "RUN":
					clear(seen) // it may have changed anything
				case ins.Is("COPY", "ADD"):
					step := p.Layers().Step(ins)
					if step.Copy == nil || !step.Copy.DestKnown || len(step.Copy.Sources) == 0 {
						continue
					}
					like := key{step.Copy.Sources[0].Value, step.Copy.DestPath}
					if k := slices.IndexFunc(seen[like], func(o *layers.Step) bool { return same(o.Copy, step.Copy) }); k >= 0 {
						p.Report(lint.Diagnostic{
							Range:   ins.Keyword.Range,
							Message: "The same files are copied to " + step.Copy.DestPath + " above: drop this " + ins.Name,
							Related: []lint.Related{{Range: seen[like][k].Ins.Keyword.Range, Message: "first copied here"}},
						})
						continue // the first stands for it
					}
					if seen == nil {
						seen = map[key][]*layers.Step{}
					}
					seen[like] = append(seen[like], step)
				}
			}
		}
	},
}

func same(a, b *layers.Copy) bool {
	if a.DestPath != b.DestPath || a.Chown != b.Chown || a.Chmod != b.Chmod || len(a.Sources) != len(b.Sources) || a.Parents != b.Parents ||
		!slices.Equal(a.Exclude, b.Exclude) || (a.From == nil) != (b.From == nil) || a.From != nil && a.From.Ref.Value != b.From.Ref.Value {
		return false
	}
	for k := range a.Sources {
		x, y := &a.Sources[k], &b.Sources[k]
		if x.Heredoc != nil || y.Heredoc != nil || !x.Known || !y.Known || x.Value != y.Value {
			return false
		}
	}
	return true
}
