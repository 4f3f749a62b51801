package size

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// CudaDevelInImage finds images that ship the compilers of CUDA.
var CudaDevelInImage = &lint.Rule{
	ID:      "cuda-devel-in-image",
	Summary: "The devel variant of CUDA is shipped, and nothing is compiled",
	Aliases: []string{"tally/gpu/prefer-runtime-final-stage"},
	Doc: `
The devel variant of nvidia/cuda holds compilers, headers and static libraries, which
make an image larger by gigabytes. The runtime variant of the same tag holds what
programs need.

Nothing is found where a RUN compiles something, calls a script, or installs a package
that is known to compile for CUDA.
`,
	Bad:      "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\nRUN pip install torch\nCMD [\"python3\", \"app.py\"]\n",
	Good:     "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install torch\nCMD [\"python3\", \"app.py\"]\n",
	Severity: lint.Info,
	Scope:    lint.InFile,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || s.Base.Stage != nil || !s.Base.Known || !strings.Contains(s.Base.Name, "nvidia/cuda") || len(s.UsedBy) > 0 {
			return
		}
		ref, err := knowledge.ParseRef(s.Base.Name)
		if tag := knowledge.ParseTag(ref.Tag); err != nil || !tag.Has("devel") || compilesCuda(p) {
			return
		}
		p.Report(lint.Diagnostic{
			Range:   s.Image.Range,
			Message: "The image ships the compilers of CUDA and compiles nothing: use the runtime variant, " + strings.Replace(ref.Tag, "devel", "runtime", 1),
		})
	},
}

// compilesCuda reports whether a RUN of the target may compile something.
func compilesCuda(p *lint.Pass) bool {
	for _, s := range p.Runs() {
		if s.Has("nvcc", "gcc", "g++", "cc", "c++", "clang", "make", "cmake", "ninja", "cargo", "go", "meson", "bash", "sh", "conda", "mamba",
			"micromamba", "poetry", "pipenv", "build.sh", "install.sh") {
			return true
		}
		for _, c := range s.All() {
			if strings.Contains(c.Name, ".sh") || c.Family == "python" && len(c.Args()) > 0 && strings.HasSuffix(c.Args()[0].Value, ".py") {
				return true
			}
			op := c.Package()
			if op == nil {
				continue
			}
			if op.ManifestInstall || len(op.Requirements) > 0 {
				return true
			}
			for k := range op.Packages {
				w := &op.Packages[k]
				if w.IsDir || w.IsURL || knowledge.BuildOnly(w.Name) || compiledForCuda(w.Name) {
					return true
				}
			}
		}
	}
	return false
}

// compiledForCuda reports whether pip compiles the package against CUDA.
func compiledForCuda(name string) bool {
	for _, part := range [...]string{"flash", "apex", "deepspeed", "xformers", "cupy", "mamba", "vllm", "tensorrt", "detectron", "horovod", "jax", "triton", "causal", "llama"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
