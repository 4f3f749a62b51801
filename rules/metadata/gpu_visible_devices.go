package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/rules/internal/pairs"
)

// GpuVisibleDevices finds images that choose the GPU they run on.
var GpuVisibleDevices = &lint.Rule{
	ID:      "gpu-visible-devices",
	Summary: "Which GPU a container sees is not for the image to say",
	Aliases: []string{"tally/gpu/no-hardcoded-visible-devices"},
	Doc: `
NVIDIA_VISIBLE_DEVICES and CUDA_VISIBLE_DEVICES with the number or name of a GPU make an
image that runs as meant on one machine. docker run --gpus, or the scheduler, chooses.

The values all, none and void, and variables, are let pass, and so is what an ENV below
takes back.

# Fix safety

The fix takes the variable out. It is unsafe because the container sees other GPUs.
`,
	Bad:      "FROM ubuntu:24.04\nENV CUDA_VISIBLE_DEVICES=0\n",
	Good:     "FROM ubuntu:24.04\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			for k := range ins.Pairs {
				switch name := ins.Pairs[k].Key.Value; name {
				case "NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES":
					if choosesGpu(strings.Trim(ins.Pairs[k].Value.Value, `"'`)) {
						reportGpuVariable(p, ins, k, name+" chooses a GPU for whoever runs the image: leave it out")
					}
				}
			}
		}
	},
}

func choosesGpu(value string) bool {
	switch strings.ToLower(value) {
	case "", "all", "none", "void", "nodevfiles", "-1":
		return false
	}
	return !strings.Contains(value, "$")
}

func reportGpuVariable(p *lint.Pass, ins *dockerfile.Instruction, k int, message string) {
	if s := p.Stages().StageOf(ins); s == nil || !p.Stages().InTarget(s) {
		return
	}
	if v := p.Stages().ScopeAtEnd(p.Stages().Target).Lookup(ins.Pairs[k].Key.Value); v == nil || !choosesGpu(v.Value) {
		return // an ENV below takes it back
	}
	d := lint.Diagnostic{Range: ins.Pairs[k].Range, Message: message}
	if e, ok := pairs.Remove(p, ins, k); ok {
		d.Fixes = []lint.Fix{{Title: "Remove " + ins.Pairs[k].Key.Value, Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
	}
	p.Report(d)
}
