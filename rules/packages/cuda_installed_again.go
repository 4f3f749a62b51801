package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// CudaInstalledAgain finds packages of CUDA that the base image has.
var CudaInstalledAgain = &lint.Rule{
	ID:      "cuda-installed-again",
	Summary: "The image of CUDA brings what is installed",
	Aliases: []string{"tally/gpu/no-redundant-cuda-install"},
	Doc: `
An image of nvidia/cuda holds CUDA: the base variant its run-time library, the runtime
variant the other libraries, devel the compiler and headers, and cudnn the library of
that name. Installing them again makes the image larger by gigabytes and may bring
another release.

Packages that the variant in the tag is known to hold are found. Those whose name has
another release than the tag are not in the image, and are left alone.
`,
	Bad:      "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN apt-get update && apt-get install -y cuda-toolkit\n",
	Good:     "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN apt-get update && apt-get install -y cmake\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !usesCuda(p) {
			return
		}
		for ins, c := range operations(p, "apt-get", "apt", "yum", "dnf", "microdnf") {
			op := c.Package()
			tag, ok := cudaTag(p.Stages().StageOf(ins))
			if !ok || op.Action != shell.Install {
				continue
			}
			for k := range op.Packages {
				if w := &op.Packages[k]; bringsCuda(tag, w.Name) {
					p.Report(lint.Diagnostic{
						Range:   w.NameRange,
						Message: w.Name + " is in the base image: leave it out",
					})
				}
			}
		}
	},
}

// bringsCuda reports whether the variant that a tag names holds the package.
func bringsCuda(tag knowledge.Tag, name string) bool {
	if n, ok := strings.CutPrefix(name, "libcudnn"); ok && digits(n) {
		return tag.Has("cudnn" + n)
	}
	full := name
	name = strings.TrimRight(name, "0123456789-")
	if release := strings.Trim(full[len(name):], "-"); release != "" && strings.ReplaceAll(release, "-", ".") != majorMinor(tag.Version) {
		return false
	}
	devel := tag.Has("devel")
	switch name {
	case "cuda-cudart":
		return true
	case "cuda-runtime", "cuda-libraries", "libcublas", "libcusparse", "cuda-nvtx":
		return devel || tag.Has("runtime")
	case "cuda-toolkit", "cuda-nvcc", "cuda-compiler", "cuda-cudart-dev", "cuda-libraries-dev", "cuda-command-line-tools":
		return devel
	}
	return false
}
