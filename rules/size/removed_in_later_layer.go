package size

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
)

// RemovedInLaterLayer finds removals of what an earlier layer brought.
var RemovedInLaterLayer = &lint.Rule{
	ID:      "removed-in-later-layer",
	Summary: "A file is removed in a later layer than the one that brought it",
	Aliases: []string{"ID.20021"},
	Doc: `
Each instruction makes a layer, and no layer takes bytes away from those below: a
file that is removed later is only hidden. The image stays as large, and whoever has
it can read the file.

Remove a file in the RUN that made it, mount instead of copying (RUN
--mount=type=bind), or leave it behind in a builder stage.

Only layers of the image that is built are looked at: in a stage that is just copied
from, nothing is lost. Paths with variables, removals in branches, and what the base
image brought are left alone.
`,
	Bad:      "FROM debian:12\nCOPY setup.sh /tmp/setup.sh\nRUN sh /tmp/setup.sh && rm /tmp/setup.sh\n",
	Good:     "FROM debian:12\nRUN --mount=type=bind,source=setup.sh,target=/tmp/setup.sh sh /tmp/setup.sh\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("RUN") {
			if !p.Shell(ins).Has("rm", "rmdir", "unlink", "shred", "find") {
				continue
			}
			step := p.Layers().Step(ins)
			if len(step.Removes) > 0 && p.Stages().InTarget(step.Stage) {
				removals(p, step)
			}
		}
	},
}

func removals(p *lint.Pass, step *layers.Step) {
	for k := range step.Removes {
		e := &step.Removes[k]
		if !e.Certain || e.Kind != shell.Delete || e.Path == "/" {
			continue
		}
		by, what := bringer(p, step, e)
		if by == nil {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   e.Range,
			Message: message(by, e),
			Related: []lint.Related{{Range: what.Range, Message: "brought here"}},
		})
	}
}

func message(by *layers.Step, e *layers.Entry) string {
	if by.Ins.Name == "RUN" {
		return e.Path + " stays in the layer of the RUN that made it, hidden but shipped and readable: remove it in that RUN"
	}
	return e.Path + " stays in the layer of the " + by.Ins.Name + " that brought it, hidden but shipped and readable: use RUN --mount=type=bind instead of " + by.Ins.Name
}

// maxBack is how many instructions a removal is followed back. Without a bound, a
// file of nothing but removals would look at each before each.
const maxBack = 2000

// bringer finds the earlier step of the image that surely brought what e removes,
// if the step of e did not make it itself.
func bringer(p *lint.Pass, step *layers.Step, e *layers.Entry) (*layers.Step, *layers.Entry) {
	for k := range step.Adds {
		if a := &step.Adds[k]; a.Brings() && (e.Covers(a.Path) || a.Covers(e.Path)) {
			return nil, nil // made here
		}
	}
	left := maxBack
	for st := range step.Stage.Chain() {
		before, _ := slices.BinarySearchFunc(st.Body, step.Ins.Index, func(ins *dockerfile.Instruction, index int) int {
			return ins.Index - index
		})
		for k := before - 1; k >= 0 && left > 0; k-- {
			ins := st.Body[k]
			left--
			if ins.Err != nil || !ins.Is("RUN", "COPY", "ADD") {
				continue
			}
			by := p.Layers().Step(ins)
			if removed(by, e) {
				return nil, nil // nothing is left to remove
			}
			if what := brings(by, e); what != nil {
				return by, what
			}
		}
	}
	return nil, nil
}

func removed(by *layers.Step, e *layers.Entry) bool {
	for k := range by.Removes {
		if r := &by.Removes[k]; r.Certain && r.Covers(e.Path) {
			return true
		}
	}
	return false
}

// brings returns the entry of by that surely brings something that e removes.
func brings(by *layers.Step, e *layers.Entry) *layers.Entry {
	for k := range by.Adds {
		a := &by.Adds[k]
		if !a.Certain || !a.Brings() || a.Glob {
			continue
		}
		switch {
		case a.Origin == layers.FromCommand && (a.Kind == shell.MakeDir || a.Kind == shell.Link || a.Kind == shell.Append):
			continue // next to nothing
		case a.Path == e.Path, e.Covers(a.Path) && a.Path != "/":
			return a
		case a.Dir && a.Covers(e.Path) && lands(by, e):
			return a
		}
	}
	return nil
}

// lands reports whether a COPY from a known context puts a file where e removes.
func lands(by *layers.Step, e *layers.Entry) bool {
	return by.Copy != nil && by.Copy.FromContext() && len(by.Copy.Lands(e)) > 0
}

// inImage reports whether an instruction makes a layer of the image.
func inImage(p *lint.Pass, ins *dockerfile.Instruction) bool {
	return p.Stages().InTarget(p.Stages().StageOf(ins))
}
