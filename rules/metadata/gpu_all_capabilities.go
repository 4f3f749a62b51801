package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// GpuAllCapabilities finds images that ask for the whole driver.
var GpuAllCapabilities = &lint.Rule{
	ID:      "gpu-all-capabilities",
	Summary: "Most programs on a GPU need two parts of its driver",
	Aliases: []string{"tally/gpu/prefer-minimal-driver-capabilities"},
	Doc: `
NVIDIA_DRIVER_CAPABILITIES=all puts every library of the driver into the container, those
for displays and video among them. Programs that compute need compute,utility, which is
also what holds when nothing is said.

# Fix safety

The fix writes compute,utility. It is unsafe because a program may need more.
`,
	Off:      "which parts of the driver a program needs the text does not tell",
	Bad:      "FROM ubuntu:24.04\nENV NVIDIA_DRIVER_CAPABILITIES=all\n",
	Good:     "FROM ubuntu:24.04\nENV NVIDIA_DRIVER_CAPABILITIES=compute,utility\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			for k := range ins.Pairs {
				pair := &ins.Pairs[k]
				if pair.Key.Value != "NVIDIA_DRIVER_CAPABILITIES" || !strings.EqualFold(strings.Trim(pair.Value.Value, `"'`), "all") {
					continue
				}
				if s := p.Stages().StageOf(ins); s == nil || !p.Stages().InTarget(s) {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   pair.Range,
					Message: "This puts the whole driver into the container: name the parts that the program needs",
					Fixes: []lint.Fix{{
						Title: "Ask for compute,utility", Applicability: lint.Unsafe,
						Edits: []lint.Edit{lint.Replace(pair.Value.Range, "compute,utility")},
					}},
				})
			}
		}
	},
}
