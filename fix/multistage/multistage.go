// Package multistage turns a single-stage Dockerfile into a build stage and a
// run-time stage, or says which fact it would need to do so.
//
// Nothing is guessed: what the program needs at run time is read from the
// Dockerfile and from the files that it copies from the build context. The build
// stage stays as it is written; the new stage copies a closed list of paths, to
// the same paths, so that the way the program is started does not change.
//
// A proposal has grade A when every fact was read from files, and grade B when it
// rests on an assumption that it names.
package multistage

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// Grade says how well founded a proposal is.
type Grade string

// The grades.
const (
	GradeA Grade = "A" // every fact was read from files
	GradeB Grade = "B" // rests on the assumptions that it names
)

// Runtime is the kind of base image that the user wants for the new stage.
type Runtime string

// The kinds. The zero value and RuntimeAuto let the recipe choose.
const (
	RuntimeAuto       Runtime = "auto"
	RuntimeSame       Runtime = "same"       // the distribution and release of the build stage
	RuntimeSlim       Runtime = "slim"       // a slim image with the same libc
	RuntimeAlpine     Runtime = "alpine"     // an Alpine image
	RuntimeDistroless Runtime = "distroless" // an image without a shell
	RuntimeScratch    Runtime = "scratch"    // the empty image
)

// Runtimes are the values of Runtime, for flags and messages.
func Runtimes() []Runtime {
	return []Runtime{RuntimeAuto, RuntimeSame, RuntimeSlim, RuntimeAlpine, RuntimeDistroless, RuntimeScratch}
}

// Options are the wishes of the user. The zero value is fine.
type Options struct {
	Runtime Runtime
	// KeepName gives the name of the stage, if it has one, to the new stage.
	KeepName bool
	// TargetName names the new stage; empty for no name.
	TargetName string
	// With are extras that go with the split where they can be done.
	With []Extra
}

// Proposal is a split that can be written.
type Proposal struct {
	Grade Grade
	// Recipe is the name of the recipe: "go", "node", "python".
	Recipe string
	// Text is the new Dockerfile, Edits what leads to it.
	Text  string
	Edits []lint.Edit
	// Files are new files that the split needs, such as a server's configuration.
	Files []lint.FileEdit
	// Reasons say what the split is for, Carried what goes over to the new stage,
	// Dropped what the image loses, Assumptions what is not read from a file. All
	// are sentences without a trailing period.
	Reasons, Carried, Dropped, Assumptions []string
	// Offers are extras that nobody asked for and that could be done; Declined are
	// those that were asked for and cannot be, with the reason.
	Offers, Declined []Note
	// BuildBase and RuntimeBase are the two images.
	BuildBase, RuntimeBase string
	// BuildSize and RuntimeSize estimate what the two images weigh, in megabytes;
	// both are 0 when one of them is not known. The empty image weighs nothing.
	BuildSize, RuntimeSize int
	// Artifacts are the absolute paths that are copied.
	Artifacts []string
}

// Refusal says why there is no proposal.
type Refusal struct {
	Code Code
	// Missing names the fact that is not known, or the thing that stands in the
	// way: "output of make".
	Missing string
	// Message is a sentence with what would let it go on.
	Message string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

// Recipe knows how programs of one ecosystem are built and started.
type Recipe struct {
	Name string
	// detect reports whether the Dockerfile is one for the recipe.
	detect func(*subject) bool
	// plan fills the plan, or refuses.
	plan func(*subject, *plan) *Refusal
}

// Recipes returns all recipes in the order in which they are tried.
func Recipes() []Recipe {
	return []Recipe{
		goRecipe(), rustRecipe(), dotnetRecipe(), javaRecipe(), scalaRecipe(), clojureRecipe(), elixirRecipe(),
		swiftRecipe(), dartRecipe(), phpRecipe(), rubyRecipe(), nodeRecipe(), pythonRecipe(), nativeRecipe(), programRecipe(),
	}
}

// Propose returns a split of the Dockerfile, or why there is none. One of the
// two is nil.
func Propose(d *lint.Document, o Options) (*Proposal, *Refusal) {
	if r := refuseFile(d); r != nil {
		return nil, r
	}
	if r := refuseReferenced(d, o); r != nil {
		return nil, r
	}
	s := newSubject(d, o)
	if r := refuseStage(s); r != nil {
		return nil, r
	}
	if r := refusePurged(s); r != nil {
		return nil, r
	}
	for _, recipe := range Recipes() {
		if !recipe.detect(s) {
			continue
		}
		if r := refuseLaunch(s); r != nil {
			return nil, r
		}
		p := &plan{recipe: recipe.Name}
		if r := recipe.plan(s, p); r != nil {
			return nil, r
		}
		return finish(s, p)
	}
	return nil, refuseUnknown(s)
}

// finish carries the configuration over, writes the text and checks it.
func finish(s *subject, p *plan) (*Proposal, *Refusal) {
	if !s.known {
		p.assume("the base image " + s.stage.Base.Name + " sets no variable, user or entry point that the program needs")
	}
	if strings.Contains(s.stage.Image.Value, "$") && !strings.Contains(p.runtime, "$") && (p.linked || p.recipe != "go" && p.recipe != "dart") {
		p.assume("the base image is " + s.stage.Base.Name + ", as its build arguments say by default")
	}
	if p.launch == nil {
		carryNamed(s, p)
	}
	assumeRuns(s, p)
	if r := refuseEnvFile(s, p); r != nil {
		return nil, r
	}
	applyExtras(s, p)
	if r := carry(s, p); r != nil {
		return nil, r
	}
	prop := render(s, p)
	if r := check(s, p, prop); r != nil {
		return nil, r
	}
	return prop, nil
}
