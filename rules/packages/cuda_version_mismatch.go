package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// CudaVersionMismatch finds packages for another CUDA than that of the base image.
var CudaVersionMismatch = &lint.Rule{
	ID:      "cuda-version-mismatch",
	Summary: "Packages for another release of CUDA than the image has",
	Aliases: []string{"tally/gpu/cuda-version-mismatch"},
	Doc: `
Wheels and conda packages are built for one release of CUDA: cu118 in an index or a
version, cudatoolkit=11.8. On an image of nvidia/cuda with another release the image
ships both, and what is compiled against the one does not work with the other.

Indexes and versions of pip and uv, --torch-backend of uv, and the packages
pytorch-cuda, cuda-version and cudatoolkit of conda are found on images whose tag says the
release.
`,
	Off:      "most wheels bring the libraries of CUDA with them and work with any driver that is new enough",
	Bad:      "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install --index-url https://download.example.com/whl/cu118 torch\n",
	Good:     "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install --index-url https://download.example.com/whl/cu124 torch\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !usesCuda(p) {
			return
		}
		for ins, c := range p.Commands("pip", "pip3", "uv", "conda", "mamba", "micromamba", "python", "python3") {
			tag, ok := cudaTag(p.Stages().StageOf(ins))
			if !ok || tag.Version == "" || c.Package() == nil {
				continue
			}
			for _, w := range c.Args() {
				k, n, release := cudaRelease(&w)
				if release == "" || release == majorMinor(tag.Version) {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   w.Sub(k, k+n),
					Message: "This is for CUDA " + release + ", and the image has " + majorMinor(tag.Version) + ": choose the one that fits",
				})
			}
		}
	},
}

// majorMinor returns the first two parts of a version.
func majorMinor(v string) string {
	major, rest, _ := strings.Cut(v, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}

// cudaRelease returns where a word names a release of CUDA, and which.
func cudaRelease(w *shell.Word) (at, length int, release string) {
	v := w.Value
	for _, name := range [...]string{"pytorch-cuda=", "cudatoolkit=", "cuda-version="} {
		if rest, ok := strings.CutPrefix(v, name); ok {
			rest = strings.TrimLeft(rest, "=")
			if strings.Count(rest, ".") == 1 && digits(strings.Replace(rest, ".", "", 1)) {
				return len(v) - len(rest), len(rest), rest
			}
		}
	}
	k := strings.Index(v, "cu1")
	if k < 0 || k > 0 && v[k-1] != '/' && v[k-1] != '+' && v[k-1] != '=' {
		return 0, 0, ""
	}
	number := v[k+2:]
	if end := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		number = number[:end]
	}
	if len(number) != 3 {
		return 0, 0, ""
	}
	return k, len(number) + 2, number[:2] + "." + number[2:]
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
