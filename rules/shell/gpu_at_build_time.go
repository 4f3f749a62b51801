package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// GpuAtBuildTime finds commands that ask for a GPU where none is.
var GpuAtBuildTime = &lint.Rule{
	ID:      "gpu-at-build-time",
	Summary: "No GPU is there while an image is built",
	Aliases: []string{"tally/gpu/no-buildtime-gpu-queries"},
	Doc: `
A build has no GPU, unless the RUN asks for one by --device: nvidia-smi fails, and
torch.cuda.is_available() is false whatever the machine. Ask when the container starts.

nvidia-smi and its like are found where the RUN fails with them. A question of Python is
but a note.
`,
	Bad:      "FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN nvidia-smi\n",
	Good:     "FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nCMD [\"nvidia-smi\"]\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, s := range p.Runs() {
			if ins.Flag("device") != nil {
				continue
			}
			for c := range s.Find("nvidia-smi", "nvidia-debugdump", "nvidia-persistenced") {
				if !c.Tested && !c.Conditional && !c.InPipe && !c.Has("--version", "-h", "--help") {
					p.Report(lint.Diagnostic{
						Range:   c.NameRange,
						Message: "No GPU is there during the build, so this fails: ask when the container starts",
					})
				}
			}
			for c := range s.Find("python", "python3") {
				asksForGpu(p, c)
			}
		}
	},
}

// asksForGpu looks for questions in the text of python -c.
func asksForGpu(p *lint.Pass, c *shell.Command) {
	w, ok := c.Option("-c")
	if !ok {
		return
	}
	for _, q := range [...]string{"cuda.is_available(", "cuda.device_count(", "cuda.get_device_name(", "cuda.current_device(", "list_physical_devices(", "is_gpu_available("} {
		if strings.Contains(w.Value, q) {
			p.Report(lint.Diagnostic{
				Severity: lint.Info,
				Range:    c.NameRange,
				Message:  "No GPU is there during the build, so the answer tells nothing: ask when the container starts",
			})
			return
		}
	}
}
