package size

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// MoveAcrossLayers finds mv of what another layer brought.
var MoveAcrossLayers = &lint.Rule{
	ID:      "move-across-layers",
	Summary: "mv moves files of an earlier layer and so stores them twice",
	Doc: `
Moving a file that an earlier COPY or ADD brought leaves it in that layer and adds it
to the layer of the RUN: the image holds it twice. Copy it to its place at once.

Only layers of the image that is built are looked at.
`,
	Bad:      "FROM debian:12\nCOPY app /tmp/app\nRUN mv /tmp/app /opt/app\n",
	Good:     "FROM debian:12\nCOPY app /opt/app\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("RUN") {
			if !p.Shell(ins).Has("mv") || !inImage(p, ins) {
				continue
			}
			step := p.Layers().Step(ins)
			for k := range step.Removes {
				if e := &step.Removes[k]; e.Certain && !e.Glob && e.Kind == shell.MoveAway {
					moved(p, step, e)
				}
			}
		}
	},
}

func moved(p *lint.Pass, step *layers.Step, e *layers.Entry) {
	by, what := bringer(p, step, e)
	if by == nil || by.Ins.Name == "RUN" {
		return
	}
	p.Report(lint.Diagnostic{
		Range:   e.Range,
		Message: "Moving " + e.Path + " stores it twice, in the layer of the " + by.Ins.Name + " and in this one: let " + by.Ins.Name + " put it where it belongs",
		Related: []lint.Related{{Range: what.Range, Message: "brought here"}},
	})
}
