package context

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// started is a file of the build context that the image or the build runs.
type started struct {
	ins *dockerfile.Instruction // ENTRYPOINT, CMD, RUN or HEALTHCHECK
	// word names the file. byShell says that it is an argument of a shell, and
	// not run by the kernel.
	word    *shell.Word
	byShell bool
	// exec says that no shell stands between, which would read a file without a
	// first line that names a program.
	exec bool
	copy *layers.Step
	file *buildctx.Entry
}

// searched are the folders in which programs are looked for by their names.
var searched = [...]string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

type startedKey struct{}

// startedFiles returns the files of the build context that are run, one element
// for each place that runs one. All rules about them share the list.
func startedFiles(p *lint.Pass) []started {
	d := p.Document
	return d.View(startedKey{}, func(d *lint.Document) any { return findStarted(d) }).([]started)
}

func findStarted(d *lint.Document) []started {
	if !d.Context().Known() {
		return nil
	}
	var out []started
	for s := range d.EachStage() {
		if s.Windows() {
			continue
		}
		for _, ins := range s.Body {
			if ins.Err != nil || !ins.Is("RUN", "ENTRYPOINT", "CMD", "HEALTHCHECK") || replaced(s, ins) {
				continue
			}
			for _, c := range d.Shell(ins).All() {
				if x, ok := startedBy(d, s, ins, c); ok {
					out = append(out, x)
				}
			}
		}
	}
	return out
}

// replaced reports whether a later instruction of the stage takes the place of
// ins, or, for CMD, an ENTRYPOINT runs it as it likes.
func replaced(s *stage.Stage, ins *dockerfile.Instruction) bool {
	if ins.Name == "RUN" {
		return false
	}
	for _, o := range s.Body {
		if o.Index > ins.Index && o.Name == ins.Name && o.Err == nil {
			return true
		}
	}
	if ins.Name != "CMD" {
		return false
	}
	for t := range s.Chain() {
		for _, o := range t.Body {
			if o.Name == "ENTRYPOINT" {
				return true
			}
		}
	}
	return false
}

// startedBy finds out which file a command runs, when that is one of the context
// and nothing has changed it since.
func startedBy(d *lint.Document, s *stage.Stage, ins *dockerfile.Instruction, c *shell.Command) (started, bool) {
	none := started{}
	if len(c.Words) == 0 || c.Piece == nil && c.Outer != nil || c.Conditional && ins.Name == "RUN" || c.Function != "" {
		return none, false
	}
	x := started{ins: ins, word: &c.Words[0], exec: c.Piece == nil}
	if c.Is("sh", "bash", "dash", "ash") {
		ops := c.Operands()
		if len(ops) == 0 || c.Has("-c") || c.Heredoc() != nil || !strings.Contains(ops[0].Value, ".") {
			return none, false
		}
		x.word, x.byShell = &ops[0], true
	}
	if !x.word.Static || x.word.Value == "" || x.word.Pattern {
		return none, false
	}
	for _, p := range candidates(d, ins, c, &x) {
		if by, file := lastCopy(d, s, ins, p); by != nil {
			x.copy, x.file = by, file
			return x, true
		}
	}
	return none, false
}

// candidates returns the paths that the word of x may name.
func candidates(d *lint.Document, ins *dockerfile.Instruction, c *shell.Command, x *started) []string {
	word := x.word.Value
	if !x.byShell && !strings.Contains(word, "/") {
		return inPath(d, ins, word)
	}
	if path.IsAbs(word) {
		return []string{path.Clean(word)}
	}
	st := d.Stages().StateAt(ins)
	if !ins.Is("RUN") {
		st = d.Stages().StageOf(ins).Final()
	}
	if c.Dir == "" || !st.WorkdirKnown && st.WorkdirBy != nil {
		return nil
	}
	return []string{layers.Absolute(layers.Absolute(st.Workdir, c.Dir), word)}
}

// inPath returns the paths of a program in the folders of PATH that something is
// copied to.
func inPath(d *lint.Document, ins *dockerfile.Instruction, word string) []string {
	var out []string
	for t := range d.Stages().StageOf(ins).Chain() {
		for _, dest := range copiedToPath(d, t) {
			for _, dir := range searched {
				p := dir + "/" + word
				if (dest == p || layers.Inside(dest, p)) && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

type copiedToPathKey struct{ s *stage.Stage }

// copiedToPath returns the destinations of a stage's COPYs from the context that
// may put something into a folder of PATH, each once.
func copiedToPath(d *lint.Document, s *stage.Stage) []string {
	return d.View(copiedToPathKey{s}, func(d *lint.Document) any {
		var out []string
		for _, o := range s.Body {
			if o.Err != nil || !o.Is("COPY", "ADD") {
				continue
			}
			cp := d.Layers().Step(o).Copy
			if cp == nil || !cp.DestKnown || !cp.FromContext() || slices.Contains(out, cp.DestPath) {
				continue
			}
			if slices.ContainsFunc(searched[:], func(dir string) bool {
				return dir == path.Dir(cp.DestPath) || layers.Inside(cp.DestPath, dir+"/x")
			}) {
				out = append(out, cp.DestPath)
			}
		}
		return out
	}).([]string)
}

// lastCopy returns the COPY that puts a file of the context at a path, and the
// file; nil when something else may have been there since.
func lastCopy(d *lint.Document, s *stage.Stage, ins *dockerfile.Instruction, p string) (*layers.Step, *buildctx.Entry) {
	for t := range s.Chain() {
		for k := len(t.Body) - 1; k >= 0; k-- {
			before := t.Body[k]
			if before.Err != nil || t == s && before.Index >= ins.Index && ins.Is("RUN") {
				continue
			}
			switch before.Name {
			case "RUN":
				if before != ins && mayChange(d, before, p) {
					return nil, nil
				}
			case "COPY", "ADD":
				by := d.Layers().Step(before)
				if file, sure := copied(by, p); file != nil || !sure {
					return found(by, file)
				}
			}
		}
	}
	return nil, nil
}

func found(by *layers.Step, file *buildctx.Entry) (*layers.Step, *buildctx.Entry) {
	if file == nil || !file.IsRegular() {
		return nil, nil
	}
	return by, file
}

// copied returns the file of the context that a step puts at p. When sure is
// false, the step may put something else there.
func copied(by *layers.Step, p string) (file *buildctx.Entry, sure bool) {
	cp := by.Copy
	if cp == nil || !cp.DestKnown {
		return nil, false
	}
	if !cp.FromContext() {
		return nil, cp.DestPath != p && !layers.Inside(cp.DestPath, p)
	}
	for _, e := range cp.Selection().Files {
		if cp.Target(e.Path) == p {
			return e, true
		}
	}
	return nil, true
}

// mayChange reports whether a RUN may give a file another mode or content. A
// script that names the file, or changes modes or line ends at all, may.
func mayChange(d *lint.Document, run *dockerfile.Instruction, p string) bool {
	s := d.Shell(run)
	if s.Has("chmod", "dos2unix", "install", "setfacl") {
		return true
	}
	text := d.Source.Text[run.Range.Start:run.Range.End]
	return strings.Contains(text, path.Base(p)) || strings.Contains(text, `\r`) || strings.Contains(text, "chmod")
}

// mode returns the permission bits that the file has in the image; false when
// they are not known.
func (x *started) mode() (uint64, bool) {
	switch chmod := x.copy.Copy.Chmod; {
	case chmod == "":
		return uint64(x.file.Mode.Perm()), true
	case strings.Trim(chmod, "01234567") == "":
		m, err := strconv.ParseUint(chmod, 8, 32)
		return m, err == nil
	}
	return 0, false
}

// head returns the begin of the file; nil for one that is no text.
func (x *started) head(p *lint.Pass) []byte {
	data, err := p.Build.Context.ReadHead(x.file.Path, 4096)
	if err != nil || buildctx.IsBinary(data) {
		return nil
	}
	return data
}

// hashBang reports whether the file names its interpreter in the first line.
func hashBang(head []byte) bool { return bytes.HasPrefix(head, []byte("#!")) }

// fails says what happens when the file cannot be run.
func (x *started) fails() string {
	switch x.ins.Name {
	case "RUN":
		return "the build stops here"
	case "HEALTHCHECK":
		return "the container never gets healthy"
	}
	return "the container does not start"
}

// severity is that of the rule, or less where the context is an assumption.
func (x *started) severity(p *lint.Pass) lint.Severity {
	if p.Build.Context.Assumed() {
		return lint.Warning
	}
	return p.Rule.Severity
}
