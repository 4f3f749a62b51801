// Package stage reads the build stages of a Dockerfile as a graph: which stage
// is built on which, what is copied and mounted from where, and which ARG and
// ENV values are in force at every instruction. The rules are those of
// BuildKit's converter (dockerfile2llb).
package stage

import (
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
)

// Options are facts of the command line that change what a Dockerfile means.
// The zero value is a plain "docker build .".
type Options struct {
	Args     map[string]string // --build-arg
	Target   string            // --target; empty for the last stage
	Platform string            // --platform, such as linux/arm64; empty for unknown
	Contexts map[string]string // --build-context NAME=VALUE
}

// Graph holds the stages of a Dockerfile. It is read-only.
type Graph struct {
	File *dockerfile.File
	// Meta are the ARG instructions above the first FROM.
	Meta []*dockerfile.Instruction
	// Orphans are instructions above the first FROM that may not stand there.
	Orphans []*dockerfile.Instruction
	Stages  []*Stage
	// Target is the stage that is built: the one asked for, or the last. Nil
	// when there is none.
	Target *Stage

	opts    Options
	byName  map[string]*Stage // the last of each name
	stageOf []*Stage          // by Instruction.Index
	states  []*State          // by Instruction.Index: before it runs
	meta    map[string][]*Var
	values  int // length of the values of all variables
}

// Stage is one FROM and what follows up to the next.
type Stage struct {
	Index int
	// Name is the name in lower case, as BuildKit compares it; empty without AS.
	Name string
	// NameWord is the name as written; its range is empty without AS.
	NameWord dockerfile.Word
	From     *dockerfile.Instruction
	// Image is the base as written.
	Image dockerfile.Word
	Base  Base
	// Body are the instructions behind FROM, broken ones included.
	Body []*dockerfile.Instruction
	// Uses are the references to other stages, images and contexts, in source
	// order, the FROM first.
	Uses []*Use
	// UsedBy are the references of later stages to this one.
	UsedBy []*Use
	// Reachable says that building the target needs this stage.
	Reachable bool

	vars     map[string][]*Var
	last     *State
	windows  bool
	root     *Stage
	inTarget bool
	// enter numbers the stages so that those built on this one, itself included,
	// have the family numbers from enter on.
	enter, family int
}

// Base is what a stage is built on.
type Base struct {
	// Name is the image with build arguments put in, as far as they are known.
	Name string
	// Known is false when an argument without a value decides.
	Known bool
	// Stage is the earlier stage that Name names, or nil.
	Stage *Stage
	// Platform is the value of --platform with arguments put in, or "".
	Platform string
	// Expansion and PlatformExpansion tell which arguments took part.
	Expansion, PlatformExpansion Expansion
}

// Scratch reports whether the stage starts empty.
func (b *Base) Scratch() bool { return b.Stage == nil && b.Name == "scratch" }

// UseKind says how a stage is referred to.
type UseKind uint8

// The kinds of references.
const (
	FromStage UseKind = iota // FROM build
	CopyFrom                 // COPY --from=build
	MountFrom                // RUN --mount=from=build
)

// Use is a reference from one stage to another, an image or a context.
type Use struct {
	Kind UseKind
	By   *dockerfile.Instruction
	In   *Stage
	// Ref is the name, number or image as written.
	Ref dockerfile.Word
	// Stage is what it means, or nil for an image or a named context.
	Stage *Stage
	// ByIndex says that the reference is a number.
	ByIndex bool
	// Context says that it names a --build-context.
	Context bool
}

// New reads the graph of f.
func New(f *dockerfile.File, opts Options) *Graph {
	g := &Graph{
		File: f, opts: opts,
		byName:  map[string]*Stage{},
		stageOf: make([]*Stage, len(f.Instructions)),
		states:  make([]*State, len(f.Instructions)),
		meta:    map[string][]*Var{},
	}
	g.split()
	g.readMeta()
	for _, s := range g.Stages {
		g.readBase(s)
	}
	g.number()
	for _, s := range g.Stages {
		g.readUses(s)
	}
	for _, s := range g.Stages {
		g.readScope(s)
	}
	for _, s := range g.Stages {
		s.windows = s.isWindows()
	}
	g.pickTarget()
	return g
}

// Options returns the options the graph was read with.
func (g *Graph) Options() Options { return g.opts }

// split assigns instructions to stages.
func (g *Graph) split() {
	var cur *Stage
	for _, ins := range g.File.Instructions {
		switch {
		case ins.Name == "FROM":
			cur = &Stage{Index: len(g.Stages), From: ins}
			g.Stages = append(g.Stages, cur)
		case cur != nil:
			cur.Body = append(cur.Body, ins)
		case ins.Name == "ARG":
			g.Meta = append(g.Meta, ins)
		default:
			g.Orphans = append(g.Orphans, ins)
		}
		g.stageOf[ins.Index] = cur
	}
}

// readBase reads FROM. A stage's name is known to later stages only.
func (g *Graph) readBase(s *Stage) {
	s.root = s
	args := s.From.Args
	if len(args) > 0 {
		s.Image = args[0]
		s.Base.Expansion = g.expandMeta(args[0].Value)
		s.Base.Name, s.Base.Known = s.Base.Expansion.Value, s.Base.Expansion.Known
		if s.Base.Stage = g.byName[s.Base.Name]; s.Base.Stage != nil {
			s.root = s.Base.Stage.root
		}
		s.Uses = append(s.Uses, &Use{Kind: FromStage, By: s.From, In: s, Ref: args[0], Stage: s.Base.Stage})
	}
	if fl := s.From.Flag("platform"); fl != nil {
		s.Base.PlatformExpansion = g.expandMeta(fl.Value)
		s.Base.Platform = s.Base.PlatformExpansion.Value
	}
	if len(args) == 3 && strings.EqualFold(args[1].Value, "as") {
		s.NameWord = args[2]
		s.Name = strings.ToLower(args[2].Value)
		g.byName[s.Name] = s
	}
}

// number sets enter and family. A stage is built on an earlier one or on none.
func (g *Graph) number() {
	for _, s := range slices.Backward(g.Stages) {
		s.family++
		if b := s.Base.Stage; b != nil {
			b.family += s.family
		}
	}
	next := make([]int, len(g.Stages)) // where the next that is built on it begins
	roots := 0
	for i, s := range g.Stages {
		from := &roots
		if b := s.Base.Stage; b != nil {
			from = &next[b.Index]
		}
		s.enter = *from
		*from += s.family
		next[i] = s.enter + 1
	}
}

// readUses reads COPY --from and RUN --mount=from. Like BuildKit it looks at
// all stages, later ones included.
func (g *Graph) readUses(s *Stage) {
	for _, ins := range s.Body {
		switch ins.Name {
		case "COPY":
			if fl := ins.Flag("from"); fl != nil && fl.Value != "" {
				g.use(s, CopyFrom, ins, dockerfile.Word{Value: fl.Value, Range: fl.ValueRange})
			}
		case "RUN":
			for _, m := range ins.Mounts() {
				if o := m.Option("from"); o != nil && o.Value != "" {
					g.use(s, MountFrom, ins, dockerfile.Word{Value: o.Value, Range: o.ValueRange})
				}
			}
		}
	}
	for _, u := range s.Uses {
		if u.Stage != nil {
			u.Stage.UsedBy = append(u.Stage.UsedBy, u)
		}
	}
}

func (g *Graph) use(s *Stage, kind UseKind, by *dockerfile.Instruction, ref dockerfile.Word) {
	u := &Use{Kind: kind, By: by, In: s, Ref: ref}
	if n, err := strconv.Atoi(ref.Value); err == nil && kind == CopyFrom {
		u.ByIndex = true
		if 0 <= n && n < len(g.Stages) {
			u.Stage = g.Stages[n]
		}
	} else {
		u.Stage = g.byName[strings.ToLower(ref.Value)]
	}
	if u.Stage == nil {
		_, u.Context = g.opts.Contexts[ref.Value]
	}
	s.Uses = append(s.Uses, u)
}

// Named returns the stage that a reference by name means, or nil.
func (g *Graph) Named(name string) *Stage { return g.byName[strings.ToLower(name)] }

// StageOf returns the stage that holds the instruction; nil above the first
// FROM. A trigger belongs to the stage of its ONBUILD.
func (g *Graph) StageOf(ins *dockerfile.Instruction) *Stage { return g.stageOf[ins.Index] }

// pickTarget finds the target and what it needs.
func (g *Graph) pickTarget() {
	if len(g.Stages) == 0 {
		return
	}
	g.Target = g.Stages[len(g.Stages)-1]
	if t := g.opts.Target; t != "" {
		g.Target = g.byName[strings.ToLower(t)]
		if n, err := strconv.Atoi(t); g.Target == nil && err == nil && 0 <= n && n < len(g.Stages) {
			g.Target = g.Stages[n]
		}
	}
	if g.Target == nil {
		return
	}
	for s := range g.Target.Chain() {
		s.inTarget = true
	}
	todo := []*Stage{g.Target}
	g.Target.Reachable = true
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, u := range s.Uses {
			if u.Stage != nil && !u.Stage.Reachable {
				u.Stage.Reachable = true
				todo = append(todo, u.Stage)
			}
		}
	}
}

// Chain gives the stage and those it is built on, itself first. Above the first
// FROM, where the stage of an instruction is nil, there is none.
func (s *Stage) Chain() iter.Seq[*Stage] {
	return func(yield func(*Stage) bool) {
		for t := s; t != nil && yield(t); t = t.Base.Stage {
			if t.Base.Stage == nil || t.Base.Stage.Index >= t.Index {
				return
			}
		}
	}
}

// BuiltOn reports whether o is in the chain of s: s itself, or a stage that s is
// built on.
func (s *Stage) BuiltOn(o *Stage) bool {
	return s != nil && o != nil && o.enter <= s.enter && s.enter < o.enter+o.family
}

// Root returns the stage at the end of the chain: the one that is built on an
// image.
func (s *Stage) Root() *Stage { return s.root }

// InTarget reports whether the layers of s are layers of the image that is
// built: s is the target or one of those it is built on.
func (g *Graph) InTarget(s *Stage) bool {
	return s != nil && s.inTarget
}

// State is the part of the image configuration that changes how instructions
// run: directory, user and shell. It is shared between instructions; never
// change it.
type State struct {
	// Workdir is the working directory, slash-separated. WorkdirKnown is false
	// when the base image or a variable decides; Workdir is then the best guess,
	// taking an unknown start as "/".
	Workdir      string
	WorkdirKnown bool
	// WorkdirBy set it last; nil for the base image.
	WorkdirBy *dockerfile.Instruction
	// User is the value of USER with variables put in; empty when the base image
	// decides.
	User      string
	UserKnown bool
	UserBy    *dockerfile.Instruction
	// Shell is the argv that runs shell forms; nil for the default.
	Shell   []string
	ShellBy *dockerfile.Instruction
}

// StateAt returns the state in which the instruction runs: before it has any
// effect of its own. It is never nil.
func (g *Graph) StateAt(ins *dockerfile.Instruction) *State {
	if s := g.states[ins.Index]; s != nil {
		return s
	}
	return &State{Workdir: "/"}
}

// PlainWorkdir reports whether the WORKDIR instructions that make the working
// directory of an instruction say where it is, without a variable.
func (g *Graph) PlainWorkdir(ins *dockerfile.Instruction) bool {
	for by := g.StateAt(ins).WorkdirBy; by != nil; by = g.StateAt(by).WorkdirBy {
		if strings.Contains(by.Args[0].Value, "$") {
			return false
		}
		if _, absolute := Join("/", by.Args[0].Value); absolute {
			return true
		}
	}
	return true
}

// Final returns the state at the end of the stage.
func (s *Stage) Final() *State { return s.last }

// initial returns the state in which the body starts.
func (s *Stage) initial() *State {
	if b := s.Base.Stage; b != nil && b.last != nil && b.Index < s.Index {
		return b.last
	}
	if s.Base.Scratch() {
		return &State{Workdir: "/", WorkdirKnown: true, User: "0", UserKnown: true}
	}
	return &State{Workdir: "/"}
}

// apply returns the state behind ins.
func (g *Graph) apply(st *State, ins *dockerfile.Instruction) *State {
	if ins.Err != nil || len(ins.Args) == 0 {
		return st
	}
	next := *st
	switch ins.Name {
	case "WORKDIR":
		x := g.ScopeAt(ins).Expand(ins.Args[0].Value)
		dir, absolute := Join(st.Workdir, x.Value)
		next.Workdir, next.WorkdirBy = dir, ins
		next.WorkdirKnown = x.Known && (absolute || st.WorkdirKnown)
		if len(next.Workdir) > maxWorkdir {
			next.Workdir, next.WorkdirKnown = "/", false
		}
	case "USER":
		x := g.ScopeAt(ins).Expand(ins.Args[0].Value)
		next.User, next.UserKnown, next.UserBy = x.Value, x.Known, ins
	case "SHELL":
		next.Shell, next.ShellBy = make([]string, len(ins.Args)), ins
		for k, w := range ins.Args {
			next.Shell[k] = w.Value
		}
	default:
		return st
	}
	return &next
}

func isDrive(p string) bool { return len(p) > 2 && p[1] == ':' && p[2] == '/' }

// Join returns a path as an instruction takes it whose working directory is dir,
// with slashes, and whether the path says it all. Paths of Windows keep a drive.
func Join(dir, p string) (joined string, absolute bool) {
	p = strings.ReplaceAll(p, `\`, "/")
	switch {
	case path.IsAbs(p) || isDrive(p):
		return path.Clean(p), true
	case isDrive(dir):
		return path.Join(dir, p), false
	}
	return path.Join("/", dir, p), false
}

// Windows reports whether the stage is known to run Windows: by its platform,
// its base image, or a shell that exists nowhere else.
func (s *Stage) Windows() bool {
	return s != nil && s.windows // an instruction above the first FROM has none
}

func (s *Stage) isWindows() bool {
	root := s.Root()
	if strings.HasPrefix(strings.ToLower(root.Base.Platform), "windows") {
		return true
	}
	name := strings.ToLower(root.Base.Name)
	for _, part := range []string{"nanoserver", "servercore", "windows"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	st := s.last
	if st == nil || len(st.Shell) == 0 {
		return false
	}
	switch strings.ToLower(path.Base(strings.ReplaceAll(st.Shell[0], `\`, "/"))) {
	case "powershell", "powershell.exe", "cmd", "cmd.exe", "pwsh.exe":
		return true
	}
	return false
}
