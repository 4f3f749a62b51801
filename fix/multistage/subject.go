package multistage

import (
	"cmp"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// subject is a single-stage Dockerfile with what recipes ask about it.
type subject struct {
	doc   *lint.Document
	opt   Options
	stage *stage.Stage
	ref   knowledge.Ref
	tag   knowledge.Tag
	base  knowledge.ImageFacts
	known bool // base is in the table
	tree  *imageTree
	steps []*step
	// folders are those that steps make, made the files that are neither built nor
	// brought by the context.
	folders map[string]bool
	made    map[string]madeBy
	// workdirs are the working directories from each WORKDIR on, in source order.
	workdirs []workingDir
	// workdir is the last one.
	workdir string
	// workdirGuess says that the base image decides and is not known.
	workdirGuess bool
	launch       *launch
	// suffix is the index in stage.Body from which on there are only instructions
	// of the image configuration.
	suffix int
}

// step is one command of a RUN.
type step struct {
	ins *dockerfile.Instruction
	cmd *shell.Command
	// dir is the absolute working directory; empty when it is not known.
	dir string
	// base is that of the RUN, from which its effects count paths.
	base string
}

// path is where an effect of the command happens.
func (st *step) path(p string) string { return absolute(st.base, p) }

func newSubject(d *lint.Document, o Options) *subject {
	s := &subject{doc: d, opt: o, stage: d.Stages().Stages[0]}
	if ref, err := knowledge.ParseRef(s.stage.Base.Name); err == nil {
		s.ref, s.tag = ref, knowledge.ParseTag(ref.Tag)
		s.base, s.known = knowledge.WellKnownImage(ref)
	}
	body := s.stage.Body
	s.readWorkdirs()
	s.workdir = s.workdirAt(math.MaxInt)
	s.tree = newImageTree(s)
	s.readSteps()
	s.folders = s.readFolders()
	s.made = s.readMade()
	s.suffix = configSuffix(body)
	s.launch = readLaunch(s)
	return s
}

// workingDir is a working directory that holds behind the instruction with the index.
type workingDir struct {
	index int
	dir   string
}

// readWorkdirs follows the WORKDIRs, starting from the one of the base image.
func (s *subject) readWorkdirs() {
	dir := cmp.Or(s.base.Workdir, "/")
	s.workdirs = append(s.workdirs, workingDir{math.MinInt, dir})
	relative := false
	for _, ins := range s.stage.Body {
		if !ins.Is("WORKDIR") || len(ins.Args) == 0 {
			continue
		}
		x := s.doc.Stages().ScopeAt(ins).Expand(ins.Args[0].Value)
		if !x.Known {
			s.workdirGuess = true
		}
		relative = relative || !path.IsAbs(x.Value)
		dir = absolute(dir, x.Value)
		s.workdirs = append(s.workdirs, workingDir{ins.Index, dir})
	}
	if relative && !s.known {
		s.workdirGuess = true
	}
}

// workdirAt returns the working directory before the instruction with the index.
func (s *subject) workdirAt(index int) string {
	n, _ := slices.BinarySearchFunc(s.workdirs, index, func(w workingDir, index int) int { return cmp.Compare(w.index, index) })
	return s.workdirs[max(n-1, 0)].dir
}

// rebase moves a path that was counted from the root below dir.
func (s *subject) rebase(p, dir string) string {
	if p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") {
		return p
	}
	return path.Join(dir, p)
}

func absolute(dir, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(dir, p)
}

func (s *subject) readSteps() {
	for _, ins := range s.stage.Body {
		if !ins.Is("RUN") || ins.Err != nil {
			continue
		}
		workdir := s.workdirAt(ins.Index)
		for _, cmd := range s.doc.Shell(ins).All() {
			st := &step{ins: ins, cmd: cmd, base: workdir}
			if cmd.Dir != "" {
				st.dir = absolute(workdir, cmd.Dir)
			}
			s.steps = append(s.steps, st)
		}
	}
}

// find returns the steps that run one of the programs.
func (s *subject) find(names ...string) []*step {
	var found []*step
	for _, st := range s.steps {
		if st.cmd.Is(names...) {
			found = append(found, st)
		}
	}
	return found
}

// word returns a word of a command with the variables of the Dockerfile put in,
// and whether nothing else decides on its value.
func (s *subject) word(st *step, w shell.Word) (string, bool) {
	if w.Static {
		return w.Value, true
	}
	if strings.ContainsAny(w.Value, "`(") {
		return w.Value, false
	}
	x := s.doc.Stages().ScopeAt(st.ins).Expand(`"` + strings.ReplaceAll(w.Value, `"`, "") + `"`)
	if !x.Known || len(x.Missing) > 0 || x.Err != nil {
		return w.Value, false
	}
	return x.Value, true
}

// args returns the words behind the program; false when one is not known.
func (s *subject) args(st *step) ([]string, bool) {
	out := make([]string, 0, 8)
	known := true
	for _, w := range st.cmd.Args() {
		v, ok := s.word(st, w)
		known = known && ok
		out = append(out, v)
	}
	return out, known
}

// env returns the value that the variable has at the end of the stage.
func (s *subject) env(name string) (string, bool) {
	v := s.doc.Stages().ScopeAtEnd(s.stage).Lookup(name)
	if v == nil || v.Kind != stage.Env || !v.Known {
		return "", false
	}
	return v.Value, true
}

// envAt returns the value of a variable that a step sees, set by ENV, ARG or in
// front of the command.
func (s *subject) envAt(st *step, name string) string {
	if a := st.cmd.Assign(name); a != nil && a.Has {
		return a.Value.Value
	}
	if v := s.doc.Stages().ScopeAt(st.ins).Lookup(name); v != nil && v.Known {
		return v.Value
	}
	return ""
}

// configSuffix returns the index of the first instruction behind which nothing
// but image configuration follows.
func configSuffix(body []*dockerfile.Instruction) int {
	k := len(body)
	for k > 0 && body[k-1].Is("CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "STOPSIGNAL", "VOLUME",
		"MAINTAINER", "ENV", "USER") {
		k--
	}
	return k
}

// family reports whether the base image belongs to one of the families.
func (s *subject) family(names ...string) bool {
	for _, n := range names {
		if s.known && s.base.Family == n {
			return true
		}
	}
	return false
}

// removed reports whether a step deletes or moves the path away.
func (s *subject) removed(p string) bool {
	for _, st := range s.steps {
		for _, e := range st.cmd.Removes() {
			target := st.path(e.Path)
			if e.Known && (target == p || strings.HasPrefix(p, strings.TrimSuffix(target, "/")+"/")) {
				return true
			}
		}
	}
	return false
}
