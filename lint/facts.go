package lint

import (
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// Base returns what is known of the image that the stage is built on in the
// end, and false when nothing is: an image of one's own, or an argument without
// a value.
func (d *Document) Base(s *stage.Stage) (knowledge.ImageFacts, bool) {
	if s == nil {
		return knowledge.ImageFacts{}, false
	}
	base := s.Root().Base
	if !base.Known {
		return knowledge.ImageFacts{}, false
	}
	ref, err := knowledge.ParseRef(base.Name)
	if err != nil {
		return knowledge.ImageFacts{}, false
	}
	return knowledge.WellKnownImage(ref)
}
