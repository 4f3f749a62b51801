package report

import (
	"encoding/json"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// jsonEncoder writes dlint's own format, version 1. Its keys are a contract:
// they are only ever added to.
type jsonEncoder struct {
	*output
	enc  *json.Encoder
	next bool
}

type jsonFile struct {
	Path        string           `json:"path"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Errors      []string         `json:"errors"`
}

type jsonDiagnostic struct {
	Rule     string        `json:"rule"`
	Category string        `json:"category"`
	Aliases  []string      `json:"aliases"`
	Severity string        `json:"severity"`
	Message  string        `json:"message"`
	Range    place         `json:"range"`
	URL      string        `json:"url"`
	Related  []jsonRelated `json:"related"`
	Fixes    []jsonFix     `json:"fixes"`
}

type jsonRelated struct {
	Path    string `json:"path"`
	Range   place  `json:"range"`
	Message string `json:"message"`
}

type jsonFix struct {
	Title         string     `json:"title"`
	Applicability string     `json:"applicability"`
	Edits         []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	Path  string `json:"path"`
	Range place  `json:"range"`
	Text  string `json:"text"`
}

func newJSON(out *output, _ Options) encoder {
	return &jsonEncoder{output: out, enc: plainJSON(out)}
}

// plainJSON returns an encoder that leaves "<", ">" and "&" alone.
func plainJSON(out *output) *json.Encoder {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc
}

func (j *jsonEncoder) begin() { j.str(`{"version":1,"files":[`, "\n") }

func (j *jsonEncoder) file(f *File) {
	if j.next {
		j.str(",")
	}
	j.next = true
	v := jsonFile{
		Path:        f.Path,
		Diagnostics: make([]jsonDiagnostic, len(f.Diagnostics)),
		Errors:      notNil(f.Errors),
	}
	for i := range f.Diagnostics {
		v.Diagnostics[i] = jsonOf(f, &f.Diagnostics[i])
	}
	_ = j.enc.Encode(&v) // writing errors stay in output; nothing else can fail
}

func (j *jsonEncoder) end(s *Summary) {
	j.str(`],"summary":`)
	_ = j.enc.Encode(s)
	// The encoder has ended the line.
	j.str("}\n")
}

// notNil makes sure that a list is written as [], not as null.
func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func jsonOf(f *File, d *lint.Diagnostic) jsonDiagnostic {
	v := jsonDiagnostic{
		Rule:     d.Rule.ID,
		Category: d.Rule.Category,
		Aliases:  notNil(d.Aliases()),
		Severity: d.Severity.String(),
		Message:  d.Message,
		Range:    placeOf(f.Source, d.Range, source.UTF32),
		URL:      RuleURL(d.Rule.ID),
		Related:  make([]jsonRelated, len(d.Related)),
		Fixes:    make([]jsonFix, len(d.Fixes)),
	}
	for i := range d.Related {
		name, at := f.relatedPlace(&d.Related[i], source.UTF32)
		v.Related[i] = jsonRelated{name, at, d.Related[i].Message}
	}
	for i := range d.Fixes {
		fix := &d.Fixes[i]
		v.Fixes[i] = jsonFix{fix.Title, fix.Applicability.String(), []jsonEdit{}}
		for _, c := range changes(f, fix) {
			for _, e := range c.edits {
				v.Fixes[i].Edits = append(v.Fixes[i].Edits, jsonEdit{
					c.path, placeOf(c.src, e.Range, source.UTF32), e.New,
				})
			}
		}
	}
	return v
}

// change is what a fix does to one file.
type change struct {
	path  string
	src   *source.File // nil when it is new or cannot be read
	edits []lint.Edit
}

// changes returns what the fix does, the linted file first.
func changes(f *File, fix *lint.Fix) []change {
	var list []change
	if len(fix.Edits) > 0 {
		list = append(list, change{f.Path, f.Source, fix.Edits})
	}
	for _, o := range fix.Others {
		c := change{path: f.shown(o.Path), edits: o.Edits}
		if !o.Create {
			c.src = f.other(o.Path)
		}
		list = append(list, c)
	}
	return list
}
