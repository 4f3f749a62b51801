// Package layers models what a build writes where: which files each
// instruction adds to or removes from the image, where they come from, and what
// carries them on into other stages. It knows what the text and the build
// context tell, and says where it does not know.
//
// Two facts of images stand behind it: what one layer brought, no later layer
// takes away, and a stage that is only copied from gives nothing but the paths
// that are copied.
package layers

import (
	"path"
	"strings"
	"sync"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Model holds the steps of a Dockerfile. It is safe for concurrent use; steps
// are worked out when first asked for.
type Model struct {
	graph   *stage.Graph
	context *buildctx.Context
	read    func(*dockerfile.Instruction) *shell.Script
	steps   []lazyStep
	stages  []stageIndex // by Stage.Index
}

type lazyStep struct {
	once sync.Once
	step *Step
}

// New returns the model of g. The context may be nil; read gives the reading of
// an instruction's command.
func New(g *stage.Graph, c *buildctx.Context, read func(*dockerfile.Instruction) *shell.Script) *Model {
	return &Model{
		graph: g, context: c, read: read,
		steps: make([]lazyStep, len(g.File.Instructions)), stages: make([]stageIndex, len(g.Stages)),
	}
}

// Step is what one instruction does to the image.
type Step struct {
	Ins   *dockerfile.Instruction
	Stage *stage.Stage
	// Adds and Removes are paths in the image, as far as they can be told.
	Adds, Removes []Entry
	// Copy is set for COPY and ADD.
	Copy *Copy
	// Mounts are those of a RUN.
	Mounts []Mount
}

// Layer reports whether the instruction makes a layer of its own.
func (s *Step) Layer() bool { return s.Ins.Is("RUN", "COPY", "ADD", "WORKDIR") }

// Origin says where a file comes from.
type Origin uint8

// The origins.
const (
	FromCommand Origin = iota // written by a command of a RUN
	FromContext               // copied from the build context
	FromStage                 // copied from a stage, an image or a named context
	FromURL                   // fetched by ADD
	FromHeredoc               // the body of a COPY or ADD heredoc
)

// Entry is a path in the image that a step adds or removes.
type Entry struct {
	// Path is absolute, slash-separated and clean. With Glob it holds wildcards.
	Path string
	// Dir says that everything below Path is meant, too.
	Dir  bool
	Glob bool
	// Certain is false when the step may leave the path alone: in a branch, or
	// when the working directory is a guess.
	Certain bool
	// Range is the word that names it.
	Range  source.Range
	Origin Origin
	// Source is the path in the context or in the other stage, or the URL.
	Source string
	// Command and Kind are set for FromCommand.
	Command *shell.Command
	Kind    shell.EffectKind
	// Heredoc is set for FromHeredoc.
	Heredoc *dockerfile.Heredoc
}

// Covers reports whether what happens to e happens to the path p as well.
func (e *Entry) Covers(p string) bool {
	if e.Glob {
		return matchGlob(e.Path, p, e.Dir)
	}
	if e.Path == p {
		return true
	}
	return e.Dir && Inside(e.Path, p)
}

// Brings reports whether the entry brings bytes, rather than change the mode or
// owner of bytes that are there. Such a change copies them into its layer, too.
func (e *Entry) Brings() bool {
	return e.Origin != FromCommand || e.Kind != shell.Mode && e.Kind != shell.Owner
}

// Inside reports whether p lies below dir.
func Inside(dir, p string) bool {
	if dir == "/" {
		return p != "/" && strings.HasPrefix(p, "/")
	}
	return len(p) > len(dir) && p[len(dir)] == '/' && strings.HasPrefix(p, dir)
}

// matchGlob matches the elements of pattern one by one; with dir, what lies
// below a match counts.
func matchGlob(pattern, p string, dir bool) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(p, "/")
	if len(have) < len(want) || len(have) > len(want) && !dir {
		return false
	}
	for k := range want {
		if ok, err := path.Match(want[k], have[k]); err != nil || !ok {
			return false
		}
	}
	return true
}

// Mount is a --mount of a RUN.
type Mount struct {
	Type   string // bind when not given
	Flag   *dockerfile.Flag
	Target string // absolute; empty when there is none (secret with env only)
	Source string // path in the context or stage
	From   *stage.Use
	ID     string
	Env    string // of a secret
}

// Step returns what the instruction does. It is never nil.
func (m *Model) Step(ins *dockerfile.Instruction) *Step {
	l := &m.steps[ins.Index]
	l.once.Do(func() { l.step = m.make(m.graph.File.Instructions[ins.Index]) })
	return l.step
}

func (m *Model) make(ins *dockerfile.Instruction) *Step {
	s := &Step{Ins: ins, Stage: m.graph.StageOf(ins)}
	if ins.Err != nil || s.Stage == nil {
		return s
	}
	switch ins.Name {
	case "COPY", "ADD":
		m.copy(s)
	case "RUN":
		m.mounts(s)
		m.run(s)
	case "WORKDIR":
		next := m.stateAfter(ins)
		s.Adds = append(s.Adds, Entry{Path: next.Workdir, Certain: next.WorkdirKnown, Range: ins.ArgsRange})
	}
	return s
}

// stateAfter returns the state behind ins.
func (m *Model) stateAfter(ins *dockerfile.Instruction) *stage.State {
	if next := ins.Index + 1; next < len(m.graph.File.Instructions) {
		after := m.graph.File.Instructions[next]
		if after.Name != "FROM" {
			return m.graph.StateAt(after)
		}
	}
	return m.graph.StageOf(ins).Final()
}

func (m *Model) mounts(s *Step) {
	dir, scope := m.graph.StateAt(s.Ins).Workdir, m.graph.ScopeAt(s.Ins)
	for _, f := range s.Ins.Mounts() {
		mt := Mount{Type: "bind", Flag: f}
		if o := f.Option("type"); o != nil {
			mt.Type = o.Value
		}
		if o := f.Option("target", "dst", "destination"); o != nil {
			mt.Target = Absolute(dir, scope.Expand(o.Value).Value)
		}
		if o := f.Option("source", "src"); o != nil {
			mt.Source = scope.Expand(o.Value).Value
		}
		if o := f.Option("id"); o != nil {
			mt.ID = scope.Expand(o.Value).Value
		}
		if o := f.Option("env"); o != nil {
			mt.Env = o.Value
		}
		if o := f.Option("from"); o != nil {
			mt.From = m.useOf(s, o.ValueRange)
		}
		if mt.Type == "secret" && mt.ID == "" && mt.Source != "" {
			mt.ID = path.Base(mt.Source)
		}
		if mt.Type == "secret" && mt.Target == "" && mt.Env == "" && mt.ID != "" {
			mt.Target = "/run/secrets/" + mt.ID
		}
		s.Mounts = append(s.Mounts, mt)
	}
}

func (m *Model) useOf(s *Step, ref source.Range) *stage.Use {
	for _, u := range s.Stage.Uses {
		if u.By == s.Ins && u.Ref.Range == ref {
			return u
		}
	}
	return nil
}

// Absolute returns p as an absolute clean path, taken from dir.
func Absolute(dir, p string) string {
	p, _ = stage.Join(dir, p)
	return p
}

// run reads what the commands of a RUN write and remove. What lands in a mount
// is not part of the layer.
func (m *Model) run(s *Step) {
	st := m.graph.StateAt(s.Ins)
	for _, c := range m.read(s.Ins).All() {
		writes, removes := c.Writes(), c.Removes()
		for k := range writes {
			s.Adds = m.effect(s, s.Adds, st, c, &writes[k])
		}
		for k := range removes {
			s.Removes = m.effect(s, s.Removes, st, c, &removes[k])
		}
	}
}

// effect adds a path that a command touches.
func (m *Model) effect(s *Step, to []Entry, st *stage.State, c *shell.Command, f *shell.Effect) []Entry {
	p := f.Path
	if !f.Known {
		if p = home(p, st); p == f.Path || !path.IsAbs(p) || strings.ContainsAny(p, "$`{") {
			return to
		}
	}
	known := path.IsAbs(p) || st.WorkdirKnown
	p = Absolute(st.Workdir, p)
	for _, mt := range s.Mounts {
		if mt.Target != "" && (mt.Target == p || Inside(mt.Target, p)) {
			return to
		}
	}
	return append(to, Entry{
		Path: p, Dir: f.Recursive, Glob: strings.ContainsAny(p, "*?["),
		Certain: !c.Conditional && known,
		Range:   f.Range, Origin: FromCommand, Kind: f.Kind, Command: c,
	})
}

// home resolves a leading ~ or $HOME for the user in force.
func home(p string, st *stage.State) string {
	for _, prefix := range [...]string{"~", "$HOME", "${HOME}"} {
		rest, ok := strings.CutPrefix(p, prefix)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		return Home(st.User) + rest
	}
	return p
}

// isDir reports whether p is surely a folder before s runs.
func (m *Model) isDir(s *Step, p string) bool {
	if p == "/" || !s.Stage.Root().Base.Scratch() && systemDir(p) {
		return true
	}
	for st := range s.Stage.Chain() {
		if m.makesFolder(st, p, s.Ins.Index) {
			return true
		}
	}
	return false
}

// systemDir reports whether every Linux system has the folder.
func systemDir(p string) bool {
	switch p {
	case "/bin", "/etc", "/home", "/opt", "/root", "/sbin", "/srv", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local",
		"/usr/local/bin", "/usr/local/lib", "/usr/local/share", "/usr/sbin", "/usr/share", "/var", "/var/lib", "/var/log", "/var/tmp", "/lib":
		return true
	}
	return false
}

// Home returns the home directory that a user has by custom; root's when the
// user is not known.
func Home(user string) string {
	user, _, _ = strings.Cut(user, ":")
	switch user {
	case "", "0", "root":
		return "/root"
	}
	return "/home/" + user
}
