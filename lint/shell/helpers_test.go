package shell

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// inForce returns the shell that runs shell forms at the instruction.
func inForce(f *dockerfile.File, ins *dockerfile.Instruction) Shell {
	g := stage.New(f, stage.Options{})
	switch argv := g.StateAt(ins).Shell; {
	case argv != nil:
		return New(argv...)
	case g.StageOf(ins).Windows():
		return Windows()
	}
	return Default()
}

// readLast reads the last instruction of a Dockerfile. Text without FROM is put
// behind one.
func readLast(tb testing.TB, text string) (*source.File, *Script) {
	tb.Helper()
	if !strings.Contains(text, "FROM ") {
		text = "FROM debian\n" + text
	}
	src := source.NewFile("Dockerfile", text)
	f := dockerfile.Parse(src)
	ins := f.Instructions[len(f.Instructions)-1]
	s := Read(f, ins, inForce(f, ins))
	for _, msg := range check(f, s) {
		tb.Errorf("%s: %s", text, msg)
	}
	return src, s
}

// run reads "RUN " + script.
func run(tb testing.TB, script string) (*source.File, *Script) {
	tb.Helper()
	return readLast(tb, "RUN "+script+"\n")
}

// lines renders commands: wrappers, bindings and words separated by blanks,
// words that are not static marked with a tilde.
func lines(s *Script) []string {
	var out []string
	for _, c := range s.All() {
		var b strings.Builder
		for _, w := range c.Wrappers {
			b.WriteString(w.Name + "> ")
		}
		for _, a := range c.Assigns {
			b.WriteString(a.Name + "=" + a.Value.Value + " ")
		}
		if len(c.Words) == 0 {
			b.WriteString(c.Name)
		}
		for i, w := range c.Words {
			if i > 0 {
				b.WriteByte(' ')
			}
			if !w.Static {
				b.WriteByte('~')
			}
			if strings.ContainsAny(w.Value, " \n\t") || w.Value == "" {
				fmt.Fprintf(&b, "%q", w.Value)
			} else {
				b.WriteString(w.Value)
			}
		}
		for _, r := range c.Redirects {
			b.WriteString(" " + r.Op + r.Target.Value)
		}
		out = append(out, strings.TrimSpace(b.String()))
	}
	return out
}

// check returns what is wrong with the ranges of a script.
func check(f *dockerfile.File, s *Script) []string {
	if s == nil {
		return nil
	}
	ck := checker{text: f.Source.Text, in: s.Instruction.Range}
	ck.joined(s)
	for _, p := range s.Pieces {
		ck.span("piece", p.Extent)
		if len(p.text) != p.Extent.Len() {
			ck.fail("piece of %d bytes at %v", len(p.text), p.Extent)
		}
		if p.Err != nil {
			ck.span("error", p.Err.Range)
		}
	}
	for i, c := range s.Commands {
		if c.Index != i {
			ck.fail("command %d has index %d", i, c.Index)
		}
		ck.command(c)
	}
	return ck.out
}

type checker struct {
	text string
	in   source.Range
	out  []string
}

func (ck *checker) fail(format string, args ...any) {
	ck.out = append(ck.out, fmt.Sprintf(format, args...))
}

func (ck *checker) span(what string, r source.Range) bool {
	if r.End < r.Start || !ck.in.Contains(r) {
		ck.fail("%s %v is outside of %v", what, r, ck.in)
		return false
	}
	return true
}

// joined holds the masked text against what BuildKit gives to the shell.
func (ck *checker) joined(s *Script) {
	if s.Form != ShellForm || len(s.Pieces) == 0 {
		return
	}
	args := s.Instruction.Args
	want := args[len(args)-1].Value
	for _, h := range s.Instruction.Heredocs {
		want += "\n" + h.Content + h.Name
		if h.Chomp || strings.Contains(h.Content, "\r") {
			return
		}
	}
	got := s.Pieces[0].Text()
	if len(s.Instruction.Heredocs) > 0 {
		// Blanks may stand between the command line and the here-documents.
		first, rest, _ := strings.Cut(got, "\n")
		got = strings.TrimRight(first, " \t\r") + "\n" + rest
		first, rest, _ = strings.Cut(want, "\n")
		want = strings.TrimRight(first, " \t\r") + "\n" + rest
	}
	if got != strings.ReplaceAll(want, "\x00", "") {
		ck.fail("the shell text is %q, want %q", got, want)
	}
}

func (ck *checker) command(c *Command) {
	ck.span("command "+c.Name, c.Range)
	ck.span("name "+c.Name, c.NameRange)
	for _, w := range c.Wrappers {
		ck.span("wrapper", w.Range)
	}
	for _, r := range c.Redirects {
		ck.span("redirect", r.Range)
		ck.span("body", r.Body)
	}
	for _, a := range c.Assigns {
		ck.span("binding", a.Range)
		ck.span("bound name", a.NameRange)
		ck.word(&a.Value)
	}
	for i := range c.Words {
		ck.word(&c.Words[i])
	}
	for _, fl := range c.Flags() {
		ck.span("flag "+fl.Name, fl.Range)
		if fl.Has {
			ck.word(&fl.Value)
		}
	}
	if p := c.Package(); p != nil {
		for _, k := range p.Packages {
			ck.span("package", k.NameRange)
			ck.span("version", k.VersionRange)
		}
	}
	for _, e := range append(c.Writes(), c.Removes()...) {
		ck.span("effect", e.Range)
	}
}

func (ck *checker) word(w *Word) {
	if !ck.span("word", w.Range) {
		return
	}
	text := ck.text[w.Range.Start:w.Range.End]
	if w.piece != nil && w.piece.Extent.Contains(w.Range) {
		// Quotes of an outer shell may stand inside of a word.
		text = seen(w.piece.text[w.Range.Start-w.piece.Extent.Start : w.Range.End-w.piece.Extent.Start])
	}
	if w.Static && w.Quote == Unquoted && text != w.Value && !strings.ContainsAny(text, "\\\n\r`\x00") {
		ck.fail("the word %q stands at %q", w.Value, text)
	}
	for i := range len(w.Value) {
		if at := w.At(i); !w.Range.Contains(source.Range{Start: at, End: at + 1}) {
			ck.fail("byte %d of %q is at %d, outside of %v", i, w.Value, at, w.Range)
			break
		}
	}
	for _, v := range w.Variables() {
		ck.span("variable "+v.Name, v.Range)
	}
}
