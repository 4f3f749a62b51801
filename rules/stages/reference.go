package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// image is a reference to an image, in FROM, COPY --from or a mount.
type image struct {
	use  *stage.Use
	word dockerfile.Word
	// name is the image with build arguments put in.
	name string
	ref  knowledge.Ref
	err  error // of the reference
}

// eachImage calls f for every reference to an image whose name is known:
// stages, named contexts, scratch and what an argument without a value decides
// are left out.
func eachImage(p *lint.Pass, f func(image)) {
	for _, s := range p.Stages().Stages {
		for _, u := range s.Uses {
			if u.Stage != nil || u.Context || u.ByIndex || u.By.Err != nil || p.Skips(u.By) || u.Ref.Value == "" {
				continue
			}
			img := image{use: u, word: u.Ref, name: u.Ref.Value}
			if u.Kind == stage.FromStage {
				if !s.Base.Known {
					continue
				}
				img.name = s.Base.Name
			}
			if img.name == "" || img.name == "scratch" || strings.Contains(img.name, "$") || isContext(p, img.name) {
				continue
			}
			img.ref, img.err = knowledge.ParseRef(img.name)
			f(img)
		}
	}
}

// isContext reports whether the command line gives a context of that name.
func isContext(p *lint.Pass, name string) bool {
	_, ok := p.Build.Contexts[name]
	return ok
}

// plausible reports whether a reference in COPY --from or a mount, which may also
// be a named context, is meant for an image.
func (i *image) plausible() bool {
	if i.use.Kind == stage.FromStage || strings.ContainsAny(i.name, "/:@") {
		return true
	}
	_, known := knowledge.WellKnownImage(i.ref)
	return known
}

// stageNames returns the names of all stages.
func stageNames(g *stage.Graph) []string {
	var names []string
	for _, s := range g.Stages {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	return names
}
