package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// GpuRuntimeInstalled finds what belongs on the host of a container with a GPU.
var GpuRuntimeInstalled = &lint.Rule{
	ID:      "gpu-runtime-installed",
	Summary: "The container toolkit of NVIDIA belongs on the host",
	Aliases: []string{"tally/gpu/no-container-runtime-in-image"},
	Doc: `
nvidia-container-toolkit, nvidia-docker2 and libnvidia-container give containers access
to a GPU, and work on the host that starts the containers. Inside an image they do
nothing. Images that start containers themselves, with dockerd or a kubelet in them,
are left alone.
`,
	Bad:      "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y nvidia-container-toolkit\n",
	Good:     "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y python3\n",
	Severity: lint.Info,
	Scope:    lint.InFile,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		text := p.Source.Text
		if !strings.Contains(text, "nvidia") || strings.Contains(text, "dockerd") || strings.Contains(text, "docker-ce") ||
			strings.Contains(text, "kubelet") || strings.Contains(text, "containerd") || strings.Contains(text, "docker.io") {
			return
		}
		for _, c := range operations(p, "apt-get", "apt", "yum", "dnf", "microdnf", "apk") {
			op := c.Package()
			if op.Action != shell.Install {
				continue
			}
			for k := range op.Packages {
				w := &op.Packages[k]
				switch name := w.Name; {
				case name == "nvidia-container-toolkit", name == "nvidia-docker2", name == "nvidia-container-runtime", name == "nvidia-docker",
					strings.HasPrefix(name, "libnvidia-container"):
					p.Report(lint.Diagnostic{
						Range:   w.NameRange,
						Message: w.Name + " works on the host only: leave it out of the image",
					})
				}
			}
		}
	},
}
