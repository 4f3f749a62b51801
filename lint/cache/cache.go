// Package cache predicts which steps of a build BuildKit takes from its cache,
// and says why the others run.
//
// A Graph holds one Step for each line that BuildKit shows when it builds the
// target: FROM of an image, WORKDIR, COPY, ADD and RUN. Instructions that only
// change the image's configuration are no steps, stages that the target does not
// need have none, and equal steps of several stages are shown once.
//
// Every step has a key, as BuildKit's have: what it does, and the keys of what
// it works on. Files are compared by content. Two graphs are compared by their
// keys: a step of the later one is CACHED when the earlier one had its key.
//
// What no model can know is whether a command that runs again writes the same
// bytes as before. It matters where COPY --from or a mount takes its output:
// those are keyed by content. The commands that plainly do (cp, mkdir, go build,
// installing from a lock file) are followed; any other is taken to write
// something new wherever nobody else has.
package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

// Input is one build: a Dockerfile with its context, and what else BuildKit
// looks at.
type Input struct {
	Doc *lint.Document
	// Identity returns what stands for the content of a regular file of the
	// context: equal for equal content. Nil takes the size.
	Identity func(*buildctx.Entry) string
	// Contents says that the context of Doc holds what Identity tells apart, so
	// that reading a file tells what has changed in it.
	Contents bool
	// GitDir stands for the content of the .git folder.
	GitDir string
	// GitModes compares modes as git keeps them: executable or not.
	GitModes bool
	// Moved are base images, as their FROM names them, behind whose tag another
	// image stands than in a build without it.
	Moved map[string]bool
	// URLs stands for the content behind an URL of ADD that has changed.
	URLs map[string]string
}

// Graph is a build as BuildKit sees it.
type Graph struct {
	Stages []*Stage
	in     Input
	all    map[*stage.Stage]*Stage
	keys   map[string]*Step
	// writersOf, claims and goOutputs keep what was asked before; claims is the first
	// step of a stage that brings what lies at a path, -1 for none.
	writersOf map[place]string
	claims    map[place]int
	goOutputs map[*Step]string
}

// Doc is the Dockerfile that the graph was made from.
func (g *Graph) Doc() *lint.Document { return g.in.Doc }

// Stage is the steps of one stage that the target needs.
type Stage struct {
	*stage.Stage
	// Label is what BuildKit calls the stage: its name, "stage-1" when it has
	// none, and "" when it is the only one.
	Label string
	// Steps are those that BuildKit shows under this stage. Steps that it shares
	// with another stage, and that are shown there, are left out.
	Steps []*Step

	steps []*Step // those of the stage's own instructions, shared ones included
	start state   // before its first instruction
	end   state
}

// Step is one line of BuildKit's progress output.
type Step struct {
	Stage *Stage
	Ins   *dockerfile.Instruction
	// Line counts from one. Trigger steps have that of the FROM.
	Line int
	// Image says that the step fetches an image: that of a FROM, or the one that a
	// COPY or a mount names.
	Image bool
	// Text is the step as BuildKit prints it, without the bracketed counter. The
	// values of variables that are named like secrets are not put in.
	Text string
	// Key is equal for steps that BuildKit takes from each other's cache.
	Key string
	// Parent is the step whose file system it starts from; nil for FROM.
	Parent *Step
	// Inputs are the other steps it takes files from.
	Inputs []*Step
	// Depends tells what is part of the key.
	Depends []Part

	own    string // what it does, without what it works on
	vertex string // the operation and its inputs in BuildKit's graph, which knows no content
	model  *layers.Step
	effect *effect
	// installs says that packages are installed.
	installs bool
	order    int // of its last visit
	// inputs are what the key is made of beside own and the parent's key.
	inputs []string
	// env and user are those in force; raw is what only tells operations apart.
	env  []variable
	user string
	raw  string
}

// Vertex is equal for steps that are one operation in BuildKit's graph: the same
// operation on the same inputs, whatever the files in them.
func (s *Step) Vertex() string { return s.vertex }

// Instruction is the keyword of the line that BuildKit shows.
func (s *Step) Instruction() string {
	if s.Image {
		return "FROM"
	}
	return s.Ins.Name
}

// Kind says what part of a key a Part is.
type Kind string

// The kinds. They are part of the JSON contract of dlint cache.
const (
	File       Kind = "file"
	BuildArg   Kind = "build-arg"
	Env        Kind = "env"
	Text       Kind = "text"
	Base       Kind = "base"
	Previous   Kind = "previous-step"
	Workdir    Kind = "workdir"
	User       Kind = "user"
	Shell      Kind = "shell"
	Mount      Kind = "mount"
	FromStage  Kind = "stage"
	IgnoreFile Kind = "ignore-file"
	URL        Kind = "url"
)

// Part is something a step's key is made of.
type Part struct {
	Kind Kind
	// What names it: a file, a variable, a stage with a path.
	What string
	hash string
}

// state is what instructions hand on to the next.
type state struct {
	key  string
	last *Step
	env  []variable
	user string
}

// variable is a binding in the order in which BuildKit keeps them.
type variable struct {
	name, value string
	arg         bool
}

// digest hashes its parts so that no two lists of parts give the same.
func digest(parts ...string) string {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// New models the build of the target. It never fails: what is not known is taken
// to be the same in every build.
func New(in Input) *Graph {
	g := &Graph{in: in, all: map[*stage.Stage]*Stage{}, keys: map[string]*Step{}, writersOf: map[place]string{}, claims: map[place]int{}, goOutputs: map[*Step]string{}}
	graph := in.Doc.Stages()
	if graph.Target == nil {
		return g
	}
	for _, s := range graph.Stages {
		if s.Reachable {
			st := &Stage{Stage: s, Label: label(graph, s)}
			g.all[s] = st
			g.Stages = append(g.Stages, st)
			g.walk(st)
		}
	}
	g.show(g.all[graph.Target])
	return g
}

// label is the name by which BuildKit shows a stage. It shows none when there is
// only one; images that files are taken from and mounts count as stages.
func label(g *stage.Graph, s *stage.Stage) string {
	if len(g.Stages) == 1 && !takesMore(s) {
		return ""
	}
	if s.NameWord.Value != "" {
		return s.Name
	}
	return "stage-" + itoa(s.Index)
}

// takesMore reports whether a stage takes files from an image by its name, or
// has a mount.
func takesMore(s *stage.Stage) bool {
	for _, u := range s.Uses {
		if u.Kind != stage.FromStage && u.Stage == nil {
			return true
		}
	}
	for _, ins := range s.Body {
		if len(ins.Mounts()) > 0 {
			return true
		}
	}
	return false
}

// show finds the steps of the target in BuildKit's order, and under which stage
// a step that occurs in several is shown: the one that is reached last.
func (g *Graph) show(target *Stage) {
	if target == nil {
		return
	}
	order, seen := 0, map[*Step]bool{}
	var visit func(*Step)
	visit = func(s *Step) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		visit(s.Parent)
		for _, in := range s.Inputs {
			visit(in)
		}
		order++
		s.order = order
		if old := g.keys[s.vertex]; old == nil || old.order < s.order {
			g.keys[s.vertex] = s
		}
	}
	visit(target.end.last)
	for _, st := range g.Stages {
		for _, s := range st.steps {
			if seen[s] && g.keys[s.vertex] == s {
				st.Steps = append(st.Steps, s)
			}
		}
	}
}

// Steps returns the steps of all stages, in the order of the Dockerfile.
func (g *Graph) Steps() []*Step {
	var out []*Step
	for _, st := range g.Stages {
		out = append(out, st.Steps...)
	}
	return out
}
