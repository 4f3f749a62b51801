package lint

import (
	"iter"
	"maps"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/pragma"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/shellcheck"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Build is what is known of the build a Dockerfile is for.
type Build struct {
	stage.Options
	// Context is the build context; nil when there is none, as on standard
	// input. Rules that need one are then silent.
	Context *buildctx.Context
	// Shellcheck checks shell scripts; nil when there is no such program. Rules
	// of dlint for the commonest of its findings then take its place.
	Shellcheck *shellcheck.Checker
}

// FillFrom adds what an entry of a compose or bake file says to what is known already,
// which counts more. The target is that of the entry where it is the build that is
// meant, else "". What b shares with others is not changed.
func (b *Build) FillFrom(entry *buildctx.Build, target string) {
	args := map[string]string{}
	for _, a := range entry.Args {
		if a.Known {
			args[a.Name] = a.Value
		}
	}
	maps.Copy(args, b.Args)
	if len(args) > 0 {
		b.Args = args
	}
	if b.Target == "" {
		b.Target = target
	}
	if b.Contexts == nil {
		b.Contexts = entry.Contexts
	}
	if b.Platform == "" && len(entry.Platforms) == 1 {
		b.Platform = entry.Platforms[0]
	}
}

// Document is a Dockerfile with its views. Each view is made when first asked
// for, once, and shared by all rules, which only read it. A Document is safe
// for concurrent use.
type Document struct {
	Source *source.File
	Build  Build

	*shared
	views sync.Map // of *lazy[any], by the keys of View
	// later says that the document is a later version of another.
	later bool
	// only, unless nil, are the instructions that the iterators yield, by index.
	only []bool
}

// shared are the views that a document and what restricted makes of it have in
// common.
type shared struct {
	whole *Document
	// prev is the tree of an earlier version, past what is known of that; nil once
	// they are used, or they would keep all versions.
	prev *dockerfile.File
	past *Memo

	tree     lazy[*dockerfile.File]
	stages   lazy[*stage.Graph]
	pragmas  lazy[[]*pragma.Pragma]
	shells   lazy[[]*pragma.Pragma]
	scripts  lazy[[]script]
	layers   lazy[*layers.Model]
	runs     lazy[[]*dockerfile.Instruction]
	programs lazy[*shell.Programs]
}

// script is the shell text of one instruction, read when first asked for.
type script struct {
	once sync.Once
	read atomic.Pointer[shell.Script]
	// past is the reading of the same text in an earlier version of the document.
	past *shell.Script
}

// NewDocument returns a document. Nothing is parsed yet.
func NewDocument(src *source.File, build Build) *Document {
	d := &Document{Source: src, Build: build, shared: new(shared)}
	d.whole = d
	return d
}

// allRuns are the RUNs of stages, triggers included.
func (d *Document) allRuns() []*dockerfile.Instruction {
	return d.runs.get(func() []*dockerfile.Instruction {
		var runs []*dockerfile.Instruction
		for ins := range d.whole.WithTriggers("RUN") {
			if d.Stages().StageOf(ins) != nil { // above the first FROM BuildKit refuses it
				runs = append(runs, ins)
			}
		}
		return runs
	})
}

// started are the programs that the RUNs start.
func (d *Document) started() *shell.Programs {
	return d.programs.get(func() *shell.Programs {
		p := new(shell.Programs)
		for _, ins := range d.allRuns() {
			p.Add(d.Shell(ins))
		}
		return p
	})
}

// readings are the readings of the shell texts, by the index of the instruction.
func (d *Document) readings() []script {
	return d.scripts.get(func() []script {
		if past := d.past; past != nil {
			d.past = nil // it holds the earlier version
			return past.carry(d.Tree())
		}
		return make([]script, len(d.Tree().Instructions))
	})
}

// Tree returns the parsed Dockerfile.
func (d *Document) Tree() *dockerfile.File {
	return d.tree.get(func() *dockerfile.File {
		if prev := d.prev; prev != nil {
			d.prev = nil
			return dockerfile.Reparse(prev, d.Source)
		}
		return dockerfile.Parse(d.Source)
	})
}

// Stages returns the build stages.
func (d *Document) Stages() *stage.Graph {
	return d.stages.get(func() *stage.Graph { return stage.New(d.Tree(), d.Build.Options) })
}

// Broken counts the places that BuildKit refuses: instructions that it cannot read,
// those above the first FROM, and triggers, which it refuses in a build on the image.
func (d *Document) Broken() int {
	n := len(d.Tree().Errors) + len(d.Stages().Orphans)
	for _, ins := range d.Tree().Instructions {
		if ins.Err == nil && ins.Trigger != nil && ins.Trigger.Err != nil {
			n++
		}
	}
	return n
}

// Pragmas returns the comments that switch rules off.
func (d *Document) Pragmas() []*pragma.Pragma {
	return d.pragmas.get(func() []*pragma.Pragma { return pragma.Read(d.Tree(), d.Stages()) })
}

// Layers returns what the instructions add to and take from the layers.
func (d *Document) Layers() *layers.Model {
	return d.layers.get(func() *layers.Model { return layers.New(d.Stages(), d.Build.Context, d.whole.Shell) })
}

// Context returns the build context, or nil. All its methods work on nil.
func (d *Document) Context() *buildctx.Context { return d.Build.Context }

// View returns what build makes, which is called once for a document and key. It
// is for views that several rules share and package lint does not know. The key
// is of a type of the caller's own, as that of a context.Value.
func (d *Document) View(key any, build func(d *Document) any) any {
	v, ok := d.views.Load(key)
	if !ok {
		v, _ = d.views.LoadOrStore(key, new(lazy[any]))
	}
	return v.(*lazy[any]).get(func() any { return build(d) })
}

// Shell returns the reading of the command of a RUN, CMD, ENTRYPOINT or
// HEALTHCHECK, or of such a trigger; nil for any other instruction. Methods of
// a nil *shell.Script answer as for one without commands.
func (d *Document) Shell(ins *dockerfile.Instruction) *shell.Script {
	if ins.Err != nil || !ins.In(withShell) {
		return nil
	}
	s := &d.readings()[ins.Index]
	s.once.Do(func() { s.read.Store(d.readShell(ins, s.past)) })
	return s.read.Load()
}

var withShell = dockerfile.KindsOf("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")

// readShell reads a script, or moves an earlier reading of the same text.
func (d *Document) readShell(ins *dockerfile.Instruction, past *shell.Script) *shell.Script {
	sh := d.ShellAt(ins)
	if !d.later {
		return shell.Read(d.Tree(), ins, sh)
	}
	if past != nil && past.Shell.Set == sh.Set && slices.Equal(past.Shell.Argv, sh.Argv) {
		if past.Instruction == ins {
			return past
		}
		if s := past.Moved(ins); s != nil {
			return s
		}
	}
	return shell.ReadCopy(d.Tree(), ins, sh)
}

// ShellAt returns the shell that runs shell forms at the instruction.
func (d *Document) ShellAt(ins *dockerfile.Instruction) shell.Shell {
	st := d.Stages().StateAt(ins)
	if st.Shell != nil {
		return shell.New(st.Shell...)
	}
	if argv := d.namedShell(ins); argv != "" {
		return shell.New(argv)
	}
	if s := d.Stages().StageOf(ins); s != nil && s.Windows() {
		return shell.Windows()
	}
	return shell.Default()
}

// namedShell returns what "# hadolint shell=..." above the instruction says of the
// shell of the base image, or an empty string.
func (d *Document) namedShell(ins *dockerfile.Instruction) string {
	if d.quiet() {
		return ""
	}
	// Their targets begin and end in order, so that the last above is the nearest.
	all := d.shellPragmas()
	k := sort.Search(len(all), func(k int) bool { return all[k].Target.Start > ins.Keyword.Range.Start })
	if k == 0 || !all[k-1].Target.Contains(ins.Keyword.Range) {
		return ""
	}
	return all[k-1].Value
}

// shellPragmas are the pragmas that name a shell.
func (d *Document) shellPragmas() []*pragma.Pragma {
	return d.shells.get(func() []*pragma.Pragma {
		var named []*pragma.Pragma
		for _, p := range d.Pragmas() {
			if p.Kind == pragma.Shell && p.Bad == "" {
				named = append(named, p)
			}
		}
		return named
	})
}

// Runs yields every RUN of a stage with the reading of its command, triggers
// included.
func (d *Document) Runs() iter.Seq2[*dockerfile.Instruction, *shell.Script] {
	return func(yield func(*dockerfile.Instruction, *shell.Script) bool) {
		for _, ins := range d.allRuns() {
			if !d.Skips(ins) && !yield(ins, d.Shell(ins)) {
				return
			}
		}
	}
}

// Commands yields the commands with one of the names in every RUN, triggers
// included, with the instruction that holds them.
func (d *Document) Commands(names ...string) iter.Seq2[*dockerfile.Instruction, *shell.Command] {
	return func(yield func(*dockerfile.Instruction, *shell.Command) bool) {
		if !d.started().May(names...) {
			return
		}
		for ins, s := range d.Runs() {
			for c := range s.Find(names...) {
				if !yield(ins, c) {
					return
				}
			}
		}
	}
}

// quiet reports whether the text holds nothing that could be a pragma.
func (d *Document) quiet() bool {
	return len(d.Tree().Comments) == 0 && len(d.Tree().Directives) == 0
}

// Image returns what is known of the image that the stage is built on in the end,
// and false when nothing is: an image of one's own, or an argument without a value.
func (d *Document) Image(s *stage.Stage) (knowledge.ImageFacts, bool) {
	if s == nil {
		return knowledge.ImageFacts{}, false
	}
	base := &s.Root().Base
	if !base.Known {
		return knowledge.ImageFacts{}, false
	}
	ref, err := knowledge.ParseRef(base.Name)
	if err != nil {
		return knowledge.ImageFacts{}, false
	}
	return knowledge.WellKnownImage(ref)
}
