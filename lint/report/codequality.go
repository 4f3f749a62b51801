package report

import (
	"encoding/json"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// gitLabEncoder writes the Code Quality report of GitLab.
type gitLabEncoder struct {
	*output
	enc  *json.Encoder
	next bool
}

type gitLabIssue struct {
	Type        string         `json:"type"`
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Categories  []string       `json:"categories"`
	Location    gitLabLocation `json:"location"`
}

type gitLabLocation struct {
	Path  string      `json:"path"`
	Lines gitLabLines `json:"lines"`
}

type gitLabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

func newGitLab(out *output, _ Options) encoder {
	return &gitLabEncoder{output: out, enc: plainJSON(out)}
}

func (g *gitLabEncoder) begin() { g.str("[\n") }

func (g *gitLabEncoder) end(*Summary) { g.str("]\n") }

func (g *gitLabEncoder) issue(v *gitLabIssue) {
	if g.next {
		g.str(",")
	}
	g.next = true
	v.Type = "issue"
	_ = g.enc.Encode(v)
}

func (g *gitLabEncoder) file(f *File) {
	name := cleanPath(f.Path)
	for _, e := range f.Errors {
		g.issue(&gitLabIssue{
			Description: e, CheckName: "dlint", Severity: "blocker",
			Fingerprint: digest(name, "dlint", e),
			Categories:  []string{"Bug Risk"},
			Location:    gitLabLocation{name, gitLabLines{1, 1}},
		})
	}
	prints := newPrinter(f)
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		at := placeOf(f.Source, d.Range, source.UTF32)
		g.issue(&gitLabIssue{
			Description: d.Message, CheckName: d.Name(), Severity: gitLabSeverity(d.Severity),
			Fingerprint: prints.next(d),
			Categories:  []string{gitLabCategory(d.Rule)},
			Location:    gitLabLocation{name, gitLabLines{at.Start.Line, at.End.Line}},
		})
	}
}

func gitLabSeverity(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "critical"
	case lint.Warning:
		return "major"
	case lint.Info:
		return "minor"
	case lint.Style, lint.Unset:
	}
	return "info"
}

// gitLabCategory is one of the categories of Code Climate, whose format this is.
func gitLabCategory(r *lint.Rule) string {
	switch {
	case r.Category == secretCategory, r.Category == "security":
		return "Security"
	case r.Category == "cache", r.Category == "size", r.Category == "context":
		return "Performance"
	case r.Severity == lint.Style:
		return "Style"
	}
	return "Bug Risk"
}

// sonarEncoder writes SonarQube's generic format for external issues.
type sonarEncoder struct {
	*output
	enc   *json.Encoder
	next  bool
	rules ruleIndex
}

type sonarRule struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	EngineID    string        `json:"engineId"`
	Attribute   string        `json:"cleanCodeAttribute"`
	Type        string        `json:"type"`
	Severity    string        `json:"severity"`
	Impacts     []sonarImpact `json:"impacts"`
}

type sonarImpact struct {
	Quality  string `json:"softwareQuality"`
	Severity string `json:"severity"`
}

type sonarIssue struct {
	RuleID    string          `json:"ruleId"`
	Effort    int             `json:"effortMinutes,omitempty"`
	Primary   sonarLocation   `json:"primaryLocation"`
	Secondary []sonarLocation `json:"secondaryLocations,omitempty"`
}

type sonarLocation struct {
	Message string      `json:"message"`
	Path    string      `json:"filePath"`
	Range   *sonarRange `json:"textRange,omitempty"`
}

type sonarRange struct {
	StartLine   int  `json:"startLine"`
	EndLine     int  `json:"endLine,omitempty"`
	StartColumn *int `json:"startColumn,omitempty"`
	EndColumn   *int `json:"endColumn,omitempty"`
}

func newSonarQube(out *output, _ Options) encoder {
	return &sonarEncoder{output: out, enc: plainJSON(out)}
}

// unreadable stands for a file that could not be checked.
func unreadable() *lint.Rule {
	return &lint.Rule{ID: "dlint", Summary: "File could not be checked", Severity: lint.Error, Category: "syntax"}
}

func (s *sonarEncoder) begin() { s.str(`{"issues":[`, "\n") }

func (s *sonarEncoder) end(*Summary) {
	list := make([]sonarRule, len(s.rules.list))
	for i, r := range s.rules.list {
		list[i] = sonarRuleOf(r)
	}
	s.str(`],"rules":`)
	_ = s.enc.Encode(list)
	s.str("}\n")
}

func (s *sonarEncoder) issue(r *lint.Rule, v *sonarIssue) {
	if s.next {
		s.str(",")
	}
	s.next = true
	s.rules.of(r)
	v.RuleID = r.ID
	_ = s.enc.Encode(v)
}

func (s *sonarEncoder) file(f *File) {
	name := cleanPath(f.Path)
	for _, e := range f.Errors {
		s.issue(s.rules.named("dlint", unreadable), &sonarIssue{Primary: sonarLocation{Message: e, Path: name}})
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		v := &sonarIssue{Primary: sonarLocation{d.Message, name, sonarRangeOf(f.Source, d.Range)}}
		for k := range d.Related {
			// Places in other files are dropped: SonarQube knows only files that
			// are part of the analysis.
			if r := &d.Related[k]; r.Path == "" {
				v.Secondary = append(v.Secondary, sonarLocation{r.Message, name, sonarRangeOf(f.Source, r.Range)})
			}
		}
		s.issue(d.Rule, v)
	}
}

// sonarRangeOf counts columns from zero, in UTF-16. An empty range, which
// SonarQube refuses, becomes its line.
func sonarRangeOf(src *source.File, r source.Range) *sonarRange {
	at := placeOf(src, r, source.UTF16)
	v := &sonarRange{StartLine: at.Start.Line, EndLine: at.End.Line}
	if at.Start.Line == at.End.Line && at.Start.Column == at.End.Column {
		return v
	}
	from, to := at.Start.Column-1, at.End.Column-1
	v.StartColumn, v.EndColumn = &from, &to
	return v
}

func sonarRuleOf(r *lint.Rule) sonarRule {
	v := sonarRule{
		ID: r.ID, Name: r.Summary, Description: plainDoc(r), EngineID: "dlint",
		Attribute: "CONVENTIONAL", Type: "CODE_SMELL",
		Impacts: []sonarImpact{{"MAINTAINABILITY", "LOW"}},
	}
	switch r.Severity {
	case lint.Error:
		v.Severity, v.Attribute, v.Type = "CRITICAL", "LOGICAL", "BUG"
		v.Impacts = []sonarImpact{{"RELIABILITY", "HIGH"}}
	case lint.Warning:
		v.Severity = "MAJOR"
		v.Impacts[0].Severity = "MEDIUM"
	case lint.Info:
		v.Severity = "MINOR"
	case lint.Style, lint.Unset:
		v.Severity = "INFO"
	}
	if r.Category == secretCategory || r.Category == "security" {
		v.Type, v.Attribute = "VULNERABILITY", "TRUSTWORTHY"
		v.Impacts[0].Quality = "SECURITY"
	}
	return v
}

// rdjsonlEncoder writes a finding a line for reviewdog. Its columns count bytes.
type rdjsonlEncoder struct {
	*output
	enc *json.Encoder
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Source      rdSource       `json:"source"`
	Code        *rdCode        `json:"code,omitempty"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdRange struct {
	Start rdPosition `json:"start"`
	End   rdPosition `json:"end"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

type rdSource struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

func newRDJSONL(out *output, _ Options) encoder { return rdjsonlEncoder{out, plainJSON(out)} }

func (rdjsonlEncoder) begin()       {}
func (rdjsonlEncoder) end(*Summary) {}

func (r rdjsonlEncoder) file(f *File) {
	name := cleanPath(f.Path)
	tool := rdSource{"dlint", Homepage}
	for _, e := range f.Errors {
		_ = r.enc.Encode(&rdDiagnostic{Message: e, Location: rdLocation{Path: name}, Severity: "ERROR", Source: tool})
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		at := rdRangeOf(f.Source, d.Range)
		v := &rdDiagnostic{
			Message: d.Message, Location: rdLocation{name, &at}, Severity: rdSeverity(d.Severity),
			Source: tool, Code: &rdCode{d.Name(), RuleURL(d.Rule.ID)},
		}
		// A suggestion is taken or left alone, so only a fix that is one edit of
		// this file can be one.
		for k := range d.Fixes {
			if fix := &d.Fixes[k]; fix.Applicability != lint.Manual && len(fix.Edits) == 1 && len(fix.Others) == 0 {
				v.Suggestions = append(v.Suggestions, rdSuggestion{rdRangeOf(f.Source, fix.Edits[0].Range), fix.Edits[0].New})
			}
		}
		_ = r.enc.Encode(v)
	}
}

func rdRangeOf(src *source.File, r source.Range) rdRange {
	at := placeOf(src, r, source.UTF8)
	return rdRange{rdPosition{at.Start.Line, at.Start.Column}, rdPosition{at.End.Line, at.End.Column}}
}

func rdSeverity(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "ERROR"
	case lint.Warning:
		return "WARNING"
	case lint.Info, lint.Style, lint.Unset:
	}
	return "INFO"
}
