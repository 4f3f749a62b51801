package lint

import (
	"iter"
	"slices"
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

// Document is a Dockerfile with its views. Each view is made when first asked
// for, once, and shared by all rules, which only read it. A Document is safe
// for concurrent use.
type Document struct {
	Source *source.File
	Build  Build

	tree    func() *dockerfile.File
	stages  func() *stage.Graph
	pragmas func() []*pragma.Pragma
	scripts func() []script
	layers  func() *layers.Model
	// runs are the RUNs of stages, triggers included, programs what they start.
	runs     func() []*dockerfile.Instruction
	programs func() *shell.Programs
	views    sync.Map // of func() any, by the keys of View
	// later says that the document is a later version of another.
	later bool
	// only, unless nil, are the instructions that the iterators yield, by index.
	only []bool
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
	return newDocument(src, build, func() *dockerfile.File { return dockerfile.Parse(src) })
}

func newDocument(src *source.File, build Build, parse func() *dockerfile.File) *Document {
	d := &Document{Source: src, Build: build}
	d.tree = sync.OnceValue(parse)
	d.stages = sync.OnceValue(func() *stage.Graph { return stage.New(d.tree(), build.Options) })
	d.pragmas = sync.OnceValue(func() []*pragma.Pragma { return pragma.Read(d.tree(), d.stages()) })
	d.scripts = sync.OnceValue(func() []script { return make([]script, len(d.tree().Instructions)) })
	d.layers = sync.OnceValue(func() *layers.Model { return layers.New(d.stages(), build.Context, d.Shell) })
	d.runs = sync.OnceValue(d.findRuns)
	d.programs = sync.OnceValue(d.findPrograms)
	return d
}

func (d *Document) findRuns() []*dockerfile.Instruction {
	var runs []*dockerfile.Instruction
	for ins := range d.WithTriggers("RUN") {
		if d.Stages().StageOf(ins) != nil { // above the first FROM BuildKit refuses it
			runs = append(runs, ins)
		}
	}
	return runs
}

func (d *Document) findPrograms() *shell.Programs {
	p := new(shell.Programs)
	for _, ins := range d.runs() {
		p.Add(d.Shell(ins))
	}
	return p
}

// Tree returns the parsed Dockerfile.
func (d *Document) Tree() *dockerfile.File { return d.tree() }

// Stages returns the build stages.
func (d *Document) Stages() *stage.Graph { return d.stages() }

// Pragmas returns the comments that switch rules off.
func (d *Document) Pragmas() []*pragma.Pragma { return d.pragmas() }

// Layers returns what the instructions add to and take from the layers.
func (d *Document) Layers() *layers.Model { return d.layers() }

// Context returns the build context, or nil. All its methods work on nil.
func (d *Document) Context() *buildctx.Context { return d.Build.Context }

// View returns what build makes, which is called once for a document and key. It
// is for views that several rules share and package lint does not know. The key
// is of a type of the caller's own, as that of a context.Value.
func (d *Document) View(key any, build func(d *Document) any) any {
	v, ok := d.views.Load(key)
	if !ok {
		v, _ = d.views.LoadOrStore(key, sync.OnceValue(func() any { return build(d) }))
	}
	return v.(func() any)()
}

// Shell returns the reading of the command of a RUN, CMD, ENTRYPOINT or
// HEALTHCHECK, or of such a trigger; nil for any other instruction. Methods of
// a nil *shell.Script answer as for one without commands.
func (d *Document) Shell(ins *dockerfile.Instruction) *shell.Script {
	if ins.Err != nil || !ins.In(withShell) {
		return nil
	}
	s := &d.scripts()[ins.Index]
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
	name := ""
	for _, p := range d.Pragmas() {
		if p.Kind == pragma.Shell && p.Bad == "" && p.Target.Contains(ins.Keyword.Range) {
			name = p.Value
		}
	}
	return name
}

// Runs yields every RUN of a stage with the reading of its command, triggers
// included.
func (d *Document) Runs() iter.Seq2[*dockerfile.Instruction, *shell.Script] {
	return func(yield func(*dockerfile.Instruction, *shell.Script) bool) {
		for _, ins := range d.runs() {
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
		if !d.programs().May(names...) {
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

// Image returns what is known of the image that the stage, or the one it is built
// on, starts from; false when the image is not known.
func (d *Document) Image(s *stage.Stage) (knowledge.ImageFacts, bool) {
	if s == nil {
		return knowledge.ImageFacts{}, false
	}
	base := &s.Root().Base
	if !base.Known || base.Stage != nil {
		return knowledge.ImageFacts{}, false
	}
	ref, err := knowledge.ParseRef(base.Name)
	if err != nil {
		return knowledge.ImageFacts{}, false
	}
	return knowledge.WellKnownImage(ref)
}
