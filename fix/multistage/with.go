package multistage

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// Extra is something that can go with a split on request.
type Extra string

// The extras.
const (
	// WithTest puts the tests into a stage that the image does not depend on.
	WithTest Extra = "test"
	// WithCross builds on the platform of the builder for the one that is asked for.
	WithCross Extra = "cross"
	// WithUser lets the program run without the rights of root.
	WithUser Extra = "user"
	// WithLayers takes a Spring Boot jar apart, so that its dependencies are a layer
	// of their own.
	WithLayers Extra = "layers"
)

// Extras are the values of Extra, for flags and messages.
func Extras() []Extra { return []Extra{WithTest, WithCross, WithUser, WithLayers} }

// Note is what an extra does or would do, or why it is not done: a sentence without
// a trailing period.
type Note struct {
	Extra Extra
	Text  string
}

// extra is how an extra is worked out.
type extra struct {
	name Extra
	// look returns what the extra does, and apply, which does it; or why it cannot be
	// done. Where there is nothing to do, what is empty and why says so.
	look func(*subject, *plan) (what string, apply func(), why string)
	// quiet says that it is not offered to those who did not ask.
	quiet bool
}

func extras() [4]extra {
	return [...]extra{
		{name: WithTest, look: lookTests},
		{name: WithCross, look: lookCross, quiet: true},
		{name: WithLayers, look: lookLayers},
		{name: WithUser, look: lookUser},
	}
}

// applyExtras does what was asked for, and notes what could be.
func applyExtras(s *subject, p *plan) {
	for _, e := range extras() {
		asked := slices.Contains(s.opt.With, e.name)
		if !asked && e.quiet {
			continue
		}
		what, apply, why := e.look(s, p)
		switch {
		case what == "" && asked:
			p.declined = append(p.declined, Note{e.name, why})
		case what == "":
		case asked:
			apply()
			p.reason(what)
		default:
			p.offers = append(p.offers, Note{e.name, what})
		}
	}
}

// alone reports whether a RUN in shell form holds nothing but commands of a kind,
// apart from those that only set something for them.
func (s *subject) alone(ins *dockerfile.Instruction, kind func(*step) bool) bool {
	found := false
	for _, st := range s.steps {
		if st.ins != ins {
			continue
		}
		switch {
		case st.cmd.Outer != nil || st.cmd.Conditional || len(st.cmd.Redirects) > 0:
			return false
		case kind(st):
			found = true
		case st.cmd.Is("cd", "export", "set", "echo", "true", ":"):
		default:
			return false
		}
	}
	return found && s.doc.Shell(ins).Form == shell.ShellForm
}

// declareArgs declares the build arguments again that an instruction sees: another
// stage does not have them.
func (s *subject) declareArgs(p *plan, ins *dockerfile.Instruction) {
	for _, v := range s.doc.Stages().ScopeAt(ins).All() {
		if v.By == nil || !v.By.Is("ARG") || v.Pair == nil || s.doc.Stages().StageOf(v.By) != s.stage {
			continue
		}
		if line := "ARG " + strings.TrimSpace(s.doc.Source.Slice(v.Pair.Range)); !slices.Contains(p.tests, line) {
			p.tests = append(p.tests, line)
		}
	}
}
