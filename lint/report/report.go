// Package report writes findings in the formats that people and tools read.
//
// Lines and columns in reports count from one, columns in characters, unless
// the format says otherwise (SonarQube counts from zero in UTF-16, reviewdog
// in bytes). Offsets count bytes from zero.
//
// Every format is written file after file, so that the files already reported
// need not be kept.
package report

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// File is what is reported of one linted file.
type File struct {
	// Path is the name as the user gave it.
	Path string
	// Root is the root of the build context, written as Path is. It stands before
	// the paths of other files in reports; empty for the current directory.
	Root string
	// Source is the text; nil for a file that could not be read.
	Source      *source.File
	Diagnostics []lint.Diagnostic
	// Errors are why the file could not be read or linted in full.
	Errors []string
	// Hidden are further places that are masked where source lines are printed,
	// such as secrets whose findings are left out of the report.
	Hidden []source.Range
	// Others returns a file of the build context by its slash-separated path from
	// the root, nil when there is none. It turns places in that file into lines;
	// without it they are line one.
	Others func(path string) *source.File
}

// Report is a whole report.
type Report struct {
	Files []File
	// Version is that of dlint.
	Version string
	// Fixed is how many findings the run has put right.
	Fixed int
}

// Options say how a report is written.
type Options struct {
	// Version is that of dlint.
	Version string
	// Color allows terminal colours in the text format.
	Color bool
	// Width is where long source lines of the text format are cut, in columns;
	// zero for the default.
	Width int
	// Quiet leaves out the summary of the text format.
	Quiet bool
	// ErrorsElsewhere leaves the errors of files out of the formats for people
	// (text and gnu), because the caller shows them.
	ErrorsElsewhere bool
}

// Summary counts a report.
type Summary struct {
	Files   int `json:"files"`
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
	Style   int `json:"style"`
	// Fixable counts the findings with a safe fix.
	Fixable int `json:"fixable"`

	// unsafe counts the findings whose best fix is an unsafe one.
	unsafe int
	broken int
	fixed  int
}

// Add counts the findings of a file.
func (s *Summary) Add(f *File) {
	s.Files++
	if len(f.Errors) > 0 {
		s.broken++
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		switch d.Severity {
		case lint.Error:
			s.Error++
		case lint.Warning:
			s.Warning++
		case lint.Info:
			s.Info++
		case lint.Style, lint.Unset:
			s.Style++
		}
		switch {
		case d.Fix(lint.Safe) != nil:
			s.Fixable++
		case d.Fix(lint.Unsafe) != nil:
			s.unsafe++
		}
	}
}

// Total returns the number of findings.
func (s *Summary) Total() int { return s.Error + s.Warning + s.Info + s.Style }

// encoder is one format. Errors of writing are kept by output.
type encoder interface {
	begin()
	file(*File)
	end(*Summary)
}

// Text is the format for people.
const Text = "text"

var formats = map[string]func(*output, Options) encoder{
	Text:         newText,
	"json":       newJSON,
	"sarif":      newSARIF,
	"github":     newGitHub,
	"gitlab":     newGitLab,
	"checkstyle": newCheckstyle,
	"junit":      newJUnit,
	"gnu":        newGNU,
	"sonarqube":  newSonarQube,
	"rdjsonl":    newRDJSONL,
}

// Formats returns the names of the formats, sorted.
func Formats() []string {
	names := make([]string, 0, len(formats))
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// CheckFormat returns an error for an unknown format, with a suggestion.
func CheckFormat(name string) error {
	if formats[name] != nil {
		return nil
	}
	if near := dockerfile.Nearest(name, Formats()); near != "" {
		return fmt.Errorf("unknown format %q: did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(Formats(), ", "))
}

// Writer writes a report file after file. It is not safe for concurrent use.
type Writer struct {
	out     *output
	enc     encoder
	summary Summary
}

// NewWriter starts a report in one of the Formats on w.
func NewWriter(w io.Writer, format string, opts Options) (*Writer, error) {
	if err := CheckFormat(format); err != nil {
		return nil, err
	}
	out := &output{Writer: bufio.NewWriterSize(plainFor(w, format), 32<<10)}
	wr := &Writer{out: out, enc: formats[format](out, opts)}
	wr.enc.begin()
	return wr, nil
}

// plainFor keeps what would steer a terminal from the formats of machines. Those
// for people spell it out where it may occur.
func plainFor(w io.Writer, format string) io.Writer {
	switch format {
	case "json", "sarif", "gitlab", "sonarqube", "rdjsonl":
		return PlainJSON(w)
	case "checkstyle", "junit":
		return plainXML(w)
	}
	return w
}

// File writes one file. The error is that of the underlying writer.
func (w *Writer) File(f *File) error {
	w.summary.Add(f)
	w.enc.file(f)
	return w.out.err()
}

// Fixed adds to the number of findings that the run has put right.
func (w *Writer) Fixed(n int) { w.summary.fixed += n }

// Close ends the report. It does not close the underlying writer.
func (w *Writer) Close() error {
	w.enc.end(&w.summary)
	return w.out.Flush()
}

// Write writes a whole report in one of the Formats.
func Write(w io.Writer, format string, r Report, opts Options) error {
	if opts.Version == "" {
		opts.Version = r.Version
	}
	wr, err := NewWriter(w, format, opts)
	if err != nil {
		return err
	}
	wr.Fixed(r.Fixed)
	for i := range r.Files {
		if err := wr.File(&r.Files[i]); err != nil {
			return err
		}
	}
	return wr.Close()
}

// Homepage is where dlint is at home.
const Homepage = "https://github.com/dlint/dlint"

// RuleURL returns the address of a rule's documentation.
func RuleURL(id string) string { return Homepage + "/blob/main/rules/README.md#" + id }

// output keeps the first error of a bufio.Writer, so that encoders need not
// look at each.
type output struct{ *bufio.Writer }

func (o *output) err() error {
	// An empty write returns the error that the writer keeps.
	_, err := o.Write(nil)
	return err
}

func (o *output) str(parts ...string) {
	for _, s := range parts {
		_, _ = o.WriteString(s)
	}
}

// place is a range in some file, in the notation of reports.
type place struct {
	Start point `json:"start"`
	End   point `json:"end"`
}

type point struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

func pointOf(src *source.File, off int, enc source.Encoding) point {
	p := point{1, 1, off}
	if src != nil {
		pos := src.Position(off, enc)
		p.Line, p.Column = pos.Line+1, pos.Column+1
	}
	return p
}

func placeOf(src *source.File, r source.Range, enc source.Encoding) place {
	start := pointOf(src, r.Start, enc)
	if r.Empty() {
		return place{start, start}
	}
	return place{start, pointOf(src, r.End, enc)}
}

// other returns a file of the build context, or nil.
func (f *File) other(name string) *source.File {
	if f.Others == nil {
		return nil
	}
	return f.Others(name)
}

// shown returns the path of a file of the build context as reports name it.
func (f *File) shown(name string) string {
	if f.Root == "" || f.Root == "." || path.IsAbs(name) {
		return name
	}
	return strings.TrimSuffix(f.Root, "/") + "/" + name
}

// relatedPlace returns where a related place is.
func (f *File) relatedPlace(r *lint.Related, enc source.Encoding) (string, place) {
	if r.Path == "" {
		return f.Path, placeOf(f.Source, r.Range, enc)
	}
	return f.shown(r.Path), placeOf(f.other(r.Path), r.Range, enc)
}

// cleanPath is a path as machines want it: with slashes and without "./".
func cleanPath(p string) string {
	if p == "" || p == "-" {
		return p
	}
	return path.Clean(filepath.ToSlash(p))
}
