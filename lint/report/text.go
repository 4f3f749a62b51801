package report

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// The colours of the text format, as SGR parameters.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	blue   = "1;34"
	cyan   = "1;36"
	green  = "1;32"
)

func severityColor(s lint.Severity) string {
	switch s {
	case lint.Error:
		return red
	case lint.Warning:
		return yellow
	case lint.Info:
		return cyan
	case lint.Style, lint.Unset:
	}
	return blue
}

// textEncoder is for people: each finding with its source line.
type textEncoder struct {
	*output
	opts  Options
	wrote bool
}

func newText(out *output, opts Options) encoder { return &textEncoder{output: out, opts: opts} }

func (t *textEncoder) begin() {}

// paint returns s in a colour, if colours are wanted.
func (t *textEncoder) paint(color, s string) string {
	if !t.opts.Color {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

func (t *textEncoder) file(f *File) {
	name := Printable(f.Path)
	for _, e := range f.Errors {
		if t.opts.ErrorsElsewhere {
			break
		}
		t.gap()
		t.str(t.paint(bold, name), ": ", t.paint(red, "error"), ": ", Printable(e), "\n")
	}
	if len(f.Diagnostics) == 0 {
		return
	}
	hidden := f.hidden()
	for i := range f.Diagnostics {
		t.gap()
		t.diagnostic(f, name, &f.Diagnostics[i], hidden)
	}
}

// gap writes the empty line between two findings.
func (t *textEncoder) gap() {
	if t.wrote {
		t.str("\n")
	}
	t.wrote = true
}

func (t *textEncoder) diagnostic(f *File, name string, d *lint.Diagnostic, hidden []source.Range) {
	color := severityColor(d.Severity)
	at := pointOf(f.Source, d.Range.Start, source.UTF32)
	t.str(t.paint(bold, name+":"+strconv.Itoa(at.Line)+":"+strconv.Itoa(at.Column)), ": ",
		t.paint(color, d.Severity.String()), ": ", Printable(d.Message),
		" ", t.paint(bold, "["+d.Name()+"]"), "\n")
	indent := t.excerpt(f.Source, d.Range, hidden, color, '^')
	for k := range d.Related {
		t.related(f, d, &d.Related[k], hidden, indent)
	}
	for k := range d.Fixes {
		fix := &d.Fixes[k]
		label := "fix"
		if fix.Applicability != lint.Safe {
			label += " (" + fix.Applicability.String() + ")"
		}
		t.str(indent, t.paint(blue, "="), " ", t.paint(green, label+":"), " ", Printable(fix.Title), "\n")
	}
}

// excerpt writes the line of r with marks under it and returns the indent of
// what follows.
func (t *textEncoder) excerpt(src *source.File, r source.Range, hidden []source.Range, color string, mark byte) string {
	if src == nil {
		return "  "
	}
	e := cut(src, r, hidden, t.opts.Width)
	number := strconv.Itoa(e.number)
	indent := strings.Repeat(" ", max(len(number), 2)+1)
	bar := t.paint(blue, "|")
	t.str(t.paint(blue, indent[:len(indent)-len(number)]+number), " ", bar)
	if e.text != "" {
		t.str(" ", e.text)
	}
	marks := strings.Repeat(string(mark), e.to-e.from)
	if e.more {
		marks += "..."
	}
	t.str("\n", indent, " ", bar, " ", strings.Repeat(" ", e.from), t.paint(color, marks), "\n")
	return indent + " "
}

func (t *textEncoder) related(f *File, d *lint.Diagnostic, r *lint.Related, hidden []source.Range, indent string) {
	name, at := f.relatedPlace(r, source.UTF32)
	where := Printable(name)
	src := f.Source
	if r.Path != "" {
		src, hidden = f.other(r.Path), nil
		if src != nil && (d.Rule != nil && d.Rule.Category == secretCategory || mayBeSecret(r.Path)) {
			// Where in the line the secret is, nobody has said.
			hidden = []source.Range{src.LineRange(src.Line(min(max(r.Range.Start, 0), len(src.Text))))}
		}
	}
	if src != nil {
		where += ":" + strconv.Itoa(at.Start.Line) + ":" + strconv.Itoa(at.Start.Column)
	}
	t.str(indent, t.paint(blue, "="), " ", t.paint(bold, "note:"), " ", where, ": ", Printable(r.Message), "\n")
	if src != nil {
		t.excerpt(src, r.Range, hidden, blue, '-')
	}
}

func (t *textEncoder) end(s *Summary) {
	if t.opts.Quiet {
		return
	}
	t.gap()
	t.str(s.String(), "\n")
}

// String returns the summary in one line:
// "3 errors, 2 warnings in 12 files; 4 can be fixed with --fix".
func (s *Summary) String() string {
	var parts []string
	add := func(n int, one string, many string) {
		if n == 1 {
			many = one
		}
		if n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+many)
		}
	}
	add(s.Error, "error", "errors")
	add(s.Warning, "warning", "warnings")
	add(s.Info, "info", "infos")
	add(s.Style, "style finding", "style findings")
	text := strings.Join(parts, ", ")
	if text == "" {
		if s.broken > 0 && s.broken == s.Files && s.fixed == 0 {
			return "nothing could be checked in full"
		}
		text = "no findings"
	}
	files := " files"
	if s.Files == 1 {
		files = " file"
	}
	text += " in " + strconv.Itoa(s.Files) + files
	parts = nil
	if s.broken > 0 {
		parts = append(parts, strconv.Itoa(s.broken)+" could not be checked in full")
	}
	if s.fixed > 0 {
		parts = append(parts, strconv.Itoa(s.fixed)+" fixed")
	}
	if s.Fixable > 0 {
		parts = append(parts, strconv.Itoa(s.Fixable)+" can be fixed with --fix")
	}
	if s.unsafe > 0 {
		parts = append(parts, strconv.Itoa(s.unsafe)+" with --fix --unsafe-fixes")
	}
	for _, p := range parts {
		text += "; " + p
	}
	return text
}
