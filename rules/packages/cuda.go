package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// cudaTag returns the tag of the CUDA image that the stage is built on; false for
// any other image.
func cudaTag(s *stage.Stage) (knowledge.Tag, bool) {
	if s == nil {
		return knowledge.Tag{}, false
	}
	base := &s.Root().Base
	if !base.Known || !strings.Contains(base.Name, "nvidia/cuda") {
		return knowledge.Tag{}, false
	}
	ref, err := knowledge.ParseRef(base.Name)
	if err != nil || !strings.HasSuffix(ref.Repository, "nvidia/cuda") {
		return knowledge.Tag{}, false
	}
	return knowledge.ParseTag(ref.Tag), true
}

// usesCuda reports whether a stage is built on an image of CUDA. It keeps files
// without one from costing anything.
func usesCuda(p *lint.Pass) bool {
	for _, s := range p.Stages().Stages {
		if _, ok := cudaTag(s); ok {
			return true
		}
	}
	return false
}
