package shell

import (
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Read reads the command of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, or of an
// ONBUILD with one of them, for the shell in force. It returns nil for other
// instructions, for HEALTHCHECK NONE and for broken ones.
func Read(f *dockerfile.File, ins *dockerfile.Instruction, sh Shell) *Script {
	return read(f, ins, sh, f.Source.Slice(ins.Lines))
}

// ReadCopy is Read for a reading that may outlive the file: it does not hold on
// to the text of it.
func ReadCopy(f *dockerfile.File, ins *dockerfile.Instruction, sh Shell) *Script {
	return read(f, ins, sh, strings.Clone(f.Source.Slice(ins.Lines)))
}

// read reads an instruction whose lines are given.
func read(f *dockerfile.File, ins *dockerfile.Instruction, sh Shell, lines string) *Script {
	if ins.Trigger != nil {
		ins = ins.Trigger
	}
	if ins.Err != nil || len(ins.Args) == 0 || !ins.Is("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") {
		return nil
	}
	args := ins.Args
	if ins.Name == "HEALTHCHECK" {
		if !strings.EqualFold(args[0].Value, "CMD") || len(args) < 2 {
			return nil
		}
		args = args[1:]
	}
	r := reader{
		src: lines, base: ins.Lines.Start, escape: f.Escape,
		sc: &Script{Instruction: ins, Shell: sh, Extent: extent(args)},
	}
	switch {
	case ins.JSON:
		r.exec(args)
	case ins.Name == "RUN" && len(ins.Heredocs) == 1 && soleHeredoc(args[0].Value):
		r.heredoc(&ins.Heredocs[0])
	default:
		r.shell(args[0])
	}
	return r.finish()
}

// ReadText reads a script that stands in a file at the offset start and that the
// instruction does not run itself: it is in a here-document of a COPY, or in what
// a command prints. The text is as long as its place in src; NUL bytes stand
// where the shell is to see nothing. A first line #! chooses the dialect; bash is
// what is read without.
func ReadText(src string, ins *dockerfile.Instruction, text string, start int) *Script {
	r := reader{src: src, sc: &Script{
		Instruction: ins, Form: HeredocForm, Dialect: Bash, Extent: source.Range{Start: start, End: start + len(text)},
	}}
	if line, ok := strings.CutPrefix(seen(firstLine(text)), "#!"); ok {
		r.sc.Shebang = strings.TrimSpace(line)
		r.sc.Dialect = New(strings.Fields(r.sc.Shebang)...).Dialect()
	}
	if r.sc.Dialect.Parsed() {
		r.script(text, start, r.sc.Dialect, Context{}, &state{dir: "."}, nil, false)
	}
	return r.finish()
}

func extent(args []dockerfile.Word) source.Range {
	return args[0].Range.Join(args[len(args)-1].Range)
}

// soleHeredoc reports whether a command line is nothing but the opening of one
// here-document. The builder then runs the body itself.
func soleHeredoc(line string) bool {
	line = strings.TrimLeft(strings.TrimSpace(line), "0123456789")
	word, ok := strings.CutPrefix(line, "<<")
	if !ok {
		return false
	}
	word = strings.TrimSpace(strings.TrimPrefix(word, "-"))
	if word == "" || strings.IndexByte(word, '<') >= 0 {
		return false
	}
	return oneWord(word)
}

// oneWord reports whether no white space stands outside quotes.
func oneWord(s string) bool {
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ' ' || c == '\t':
			return false
		}
	}
	return true
}

// reader builds a Script.
type reader struct {
	src    string
	base   int // the offset of src
	escape byte
	sc     *Script
	spare  []Command // commands not used yet, allocated in one go
	words  []Word
	depth  int // how many scripts are around the one being read
}

func (r *reader) finish() *Script {
	s := r.sc
	if len(s.Pieces) > 0 && s.Form != ExecForm {
		s.Err, s.Bashism = s.Pieces[0].Err, s.Pieces[0].Bashism
	}
	for i, c := range s.Commands {
		c.Index = i
		c.script = s
		if c.Name == "" && len(c.Wrappers) == 0 {
			continue
		}
		s.mark(c.Name)
		if c.Family != c.Name {
			s.mark(c.Family)
		}
		for k := range c.Wrappers {
			s.mark(c.Wrappers[k].Name)
		}
	}
	return s
}

// shell reads the shell form.
func (r *reader) shell(w dockerfile.Word) {
	s := r.sc
	s.Dialect = s.Shell.Dialect()
	if s.Dialect.Parsed() {
		if d, ok := windowsProgram(w.Value); ok {
			s.Dialect = d
		}
	}
	if !s.Dialect.Parsed() {
		return
	}
	raw := w.Range.End
	if n := len(s.Instruction.Heredocs); n > 0 && s.Instruction.Name == "RUN" {
		last := &s.Instruction.Heredocs[n-1]
		if end := max(last.Body.End, last.Terminator.End); end > s.Extent.End {
			raw = s.Instruction.Heredocs[0].Body.Start
			s.Extent.End = end
		}
	}
	text := maskLines(r.src, s.Extent.Moved(-r.base), raw-r.base, r.escape)
	st := state{options: s.Shell.Options(), dir: "."}
	r.script(text, s.Extent.Start, s.Dialect, Context{}, &st, nil, false)
}

// heredoc reads RUN <<EOF.
func (r *reader) heredoc(h *dockerfile.Heredoc) {
	s := r.sc
	s.Form, s.Extent = HeredocForm, h.Body
	text := maskDocument(r.src[h.Body.Start-r.base:h.Body.End-r.base], false, h.Chomp)
	s.Dialect = s.Shell.Dialect()
	st := state{options: s.Shell.Options(), dir: "."}
	if line, ok := strings.CutPrefix(seen(firstLine(text)), "#!"); ok && s.Dialect != Cmd {
		s.Shebang = strings.TrimSpace(line)
		inner := New(strings.Fields(s.Shebang)...)
		s.Dialect, st.options = inner.Dialect(), inner.Options()
	}
	if !s.Dialect.Parsed() {
		return
	}
	r.script(text, h.Body.Start, s.Dialect, Context{}, &st, nil, false)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// exec reads the exec form.
func (r *reader) exec(args []dockerfile.Word) {
	s := r.sc
	s.Form, s.Dialect = ExecForm, Other
	words := r.take(len(args))
	for i, a := range args {
		rng := a.Range
		if rng.Len() < 2 {
			return
		}
		piece := &Piece{
			Extent: source.Range{Start: rng.Start + 1, End: rng.End - 1},
			text:   maskJSON(r.src, rng.Moved(-r.base), r.escape),
		}
		words[i] = Word{Value: a.Value, Static: true, Quote: DoubleQuoted, Range: rng, piece: piece}
	}
	if len(words) == 0 {
		return
	}
	st := state{dir: "."}
	cmd := r.command(call{words: words, extent: s.Extent}, Context{Options: 0, Dir: "."}, &st)
	if d, ok := shellProgram(cmd.Name); ok {
		s.Dialect = d
		if len(s.Pieces) > 0 {
			s.Err, s.Bashism = s.Pieces[0].Err, s.Pieces[0].Bashism
		}
	}
}

// windowsProgram recognises a command line that only Windows runs, for files
// whose platform is not known.
func windowsProgram(line string) (Dialect, bool) {
	word, _, _ := strings.Cut(line, " ")
	if len(word) > 2 && word[1] == ':' && (word[2] == '\\' || word[2] == '/') && letter(word[0]) {
		return Cmd, true
	}
	low := strings.ToLower(word)
	switch strings.TrimSuffix(low, ".exe") {
	case "powershell":
		return PowerShell, true
	case "cmd", "setx", "msiexec", "dism", "icacls", "choco":
		return Cmd, true
	case "pwsh":
		return PowerShell, strings.HasSuffix(low, ".exe")
	}
	// OCaml and Ur/Web name programs .exe on Linux, too, but run them by a path.
	for _, ext := range [...]string{".exe", ".bat", ".cmd"} {
		if strings.HasSuffix(low, ext) && strings.IndexByte(low, '/') < 0 {
			return Cmd, true
		}
	}
	return Posix, false
}

// take returns n fresh words.
func (r *reader) take(n int) []Word {
	if n > len(r.words) {
		r.words = make([]Word, max(n, min(max(r.left()/10, 4), 64)))
	}
	w := r.words[:n:n]
	r.words = r.words[n:]
	return w
}

// left returns how many bytes are still to be read, about.
func (r *reader) left() int {
	n := len(r.sc.Commands)
	if n == 0 {
		return r.sc.Extent.Len()
	}
	return max(r.sc.Extent.End-r.sc.Commands[n-1].Range.End, 0)
}

// fresh appends a new command to the script.
func (r *reader) fresh() *Command {
	if len(r.spare) == 0 {
		r.spare = make([]Command, min(max(r.left()/60, 1), 32))
	}
	c := &r.spare[0]
	r.spare = r.spare[1:]
	r.sc.Commands = append(r.sc.Commands, c)
	return c
}
