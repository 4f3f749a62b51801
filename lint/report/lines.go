package report

import (
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// gnuEncoder writes one line a finding, as compilers do.
type gnuEncoder struct {
	*output
	opts Options
}

func newGNU(out *output, opts Options) encoder { return gnuEncoder{out, opts} }

func (gnuEncoder) begin()       {}
func (gnuEncoder) end(*Summary) {}

func (g gnuEncoder) file(f *File) {
	name := Printable(f.Path)
	for _, e := range f.Errors {
		if g.opts.ErrorsElsewhere {
			break
		}
		g.str(name, ": error: ", Printable(e), "\n")
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		at := pointOf(f.Source, d.Range.Start, source.UTF32)
		g.str(name, ":", strconv.Itoa(at.Line), ":", strconv.Itoa(at.Column), ": ",
			d.Severity.String(), ": ", Printable(d.Message), " [", d.Name(), "]\n")
	}
}

// gitHubEncoder writes workflow commands, which GitHub Actions turns into
// annotations.
type gitHubEncoder struct{ *output }

func newGitHub(out *output, _ Options) encoder { return gitHubEncoder{out} }

func (gitHubEncoder) begin()       {}
func (gitHubEncoder) end(*Summary) {}

func (g gitHubEncoder) file(f *File) {
	name := gitHubProperty(cleanPath(f.Path))
	for _, e := range f.Errors {
		g.str("::error file=", name, ",title=dlint::", gitHubData(e), "\n")
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		at := placeOf(f.Source, d.Range, source.UTF32)
		g.str("::", gitHubLevel(d.Severity), " file=", name, ",line=", strconv.Itoa(at.Start.Line))
		// Columns are refused in an annotation over several lines.
		if at.End.Line == at.Start.Line {
			g.str(",col=", strconv.Itoa(at.Start.Column))
			if at.End.Column > at.Start.Column {
				g.str(",endColumn=", strconv.Itoa(at.End.Column-1))
			}
		} else {
			g.str(",endLine=", strconv.Itoa(at.End.Line))
		}
		g.str(",title=", gitHubProperty("dlint: "+d.Name()), "::", gitHubData(d.Message+" ["+d.Name()+"]"), "\n")
	}
}

func gitHubLevel(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "error"
	case lint.Warning:
		return "warning"
	case lint.Info, lint.Style, lint.Unset:
	}
	return "notice"
}

// gitHubData escapes the text of a workflow command.
func gitHubData(s string) string {
	if !strings.ContainsAny(s, "%\r\n") {
		return Lines(s)
	}
	return Lines(strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s))
}

// gitHubProperty escapes a property of a workflow command.
func gitHubProperty(s string) string {
	if !strings.ContainsAny(s, "%\r\n:,") {
		return Lines(s)
	}
	return Lines(strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s))
}
