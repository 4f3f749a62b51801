package report

import (
	"encoding/json"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// sarifEncoder writes SARIF 2.1.0. Results are written as they come; the rules
// they name follow behind them.
type sarifEncoder struct {
	*output
	enc     *json.Encoder
	version string
	next    bool
	rules   ruleIndex
	notes   []sarifNotification
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID         string          `json:"id"`
	Short      sarifMessage    `json:"shortDescription"`
	Full       *sarifMessage   `json:"fullDescription,omitempty"`
	Help       *sarifMessage   `json:"help,omitempty"`
	HelpURI    string          `json:"helpUri"`
	Default    sarifConfig     `json:"defaultConfiguration"`
	Properties sarifProperties `json:"properties"`
}

type sarifConfig struct {
	Level string `json:"level"`
}

type sarifProperties struct {
	Tags     []string `json:"tags"`
	Security string   `json:"security-severity,omitempty"`
}

type sarifMessage struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifMessage      `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Related      []sarifLocation   `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Fixes        []sarifFix        `json:"fixes,omitempty"`
}

type sarifLocation struct {
	ID       *int          `json:"id,omitempty"`
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifMessage `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
	ByteOffset  int `json:"byteOffset"`
	ByteLength  int `json:"byteLength"`
}

type sarifFix struct {
	Description sarifMessage     `json:"description"`
	Changes     []sarifChange    `json:"artifactChanges"`
	Properties  sarifFixProperty `json:"properties"`
}

type sarifFixProperty struct {
	Applicability string `json:"applicability"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion   `json:"deletedRegion"`
	Inserted *sarifContent `json:"insertedContent,omitempty"`
}

type sarifContent struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

func newSARIF(out *output, opts Options) encoder {
	return &sarifEncoder{output: out, enc: plainJSON(out), version: opts.Version}
}

func (s *sarifEncoder) begin() {
	s.str(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"results":[`, "\n")
}

func (s *sarifEncoder) end(*Summary) {
	driver := sarifDriver{Name: "dlint", Version: s.version, InformationURI: Homepage, Rules: []sarifRule{}}
	for _, r := range s.rules.list {
		driver.Rules = append(driver.Rules, sarifRuleOf(r))
	}
	s.str(`],"columnKind":"unicodeCodePoints","invocations":`)
	_ = s.enc.Encode([]sarifInvocation{{len(s.notes) == 0, s.notes}})
	s.str(`,"tool":`)
	_ = s.enc.Encode(map[string]any{"driver": driver})
	s.str("}]}\n")
}

func (s *sarifEncoder) file(f *File) {
	at := sarifArtifact{artifactURI(f.Path)}
	for _, e := range f.Errors {
		s.notes = append(s.notes, sarifNotification{
			"error", sarifMessage{Text: e}, []sarifLocation{{Physical: sarifPhysical{Artifact: at}}},
		})
	}
	prints := newPrinter(f)
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		if s.next {
			s.str(",")
		}
		s.next = true
		region := sarifRegionOf(f.Source, d.Range)
		_ = s.enc.Encode(&sarifResult{
			RuleID: d.Rule.ID, RuleIndex: s.rules.of(d.Rule), Level: sarifLevel(d.Severity),
			Message:      sarifMessage{Text: d.Message},
			Locations:    []sarifLocation{{Physical: sarifPhysical{at, &region}}},
			Related:      sarifRelated(f, d),
			Fingerprints: map[string]string{"dlint/v1": prints.next(d)},
			Fixes:        sarifFixes(f, d),
		})
	}
}

func sarifRelated(f *File, d *lint.Diagnostic) []sarifLocation {
	var list []sarifLocation
	for i := range d.Related {
		r := &d.Related[i]
		name, src := f.Path, f.Source
		if r.Path != "" {
			name, src = f.shown(r.Path), f.other(r.Path)
		}
		region := sarifRegionOf(src, r.Range)
		list = append(list, sarifLocation{
			&i, sarifPhysical{sarifArtifact{artifactURI(name)}, &region}, &sarifMessage{Text: r.Message},
		})
	}
	return list
}

func sarifFixes(f *File, d *lint.Diagnostic) []sarifFix {
	var list []sarifFix
	for i := range d.Fixes {
		fix := &d.Fixes[i]
		v := sarifFix{
			Description: sarifMessage{Text: fix.Title},
			Properties:  sarifFixProperty{fix.Applicability.String()},
		}
		for _, c := range changes(f, fix) {
			if len(c.edits) == 0 {
				continue
			}
			change := sarifChange{Artifact: sarifArtifact{artifactURI(c.path)}}
			for _, e := range c.edits {
				r := sarifReplacement{Deleted: sarifRegionOf(c.src, e.Range)}
				if e.New != "" {
					r.Inserted = &sarifContent{e.New}
				}
				change.Replacements = append(change.Replacements, r)
			}
			v.Changes = append(v.Changes, change)
		}
		if len(v.Changes) > 0 { // a fix without a change is not valid
			list = append(list, v)
		}
	}
	return list
}

func sarifRegionOf(src *source.File, r source.Range) sarifRegion {
	at := placeOf(src, r, source.UTF32)
	return sarifRegion{
		at.Start.Line, at.Start.Column, at.End.Line, at.End.Column,
		at.Start.Offset, at.End.Offset - at.Start.Offset,
	}
}

func sarifLevel(s lint.Severity) string {
	if s == lint.Error || s == lint.Warning {
		return s.String()
	}
	return "note"
}

func sarifRuleOf(r *lint.Rule) sarifRule {
	v := sarifRule{
		ID: r.ID, Short: sarifMessage{Text: r.Summary}, HelpURI: RuleURL(r.ID),
		Default:    sarifConfig{sarifLevel(r.Severity)},
		Properties: sarifProperties{Tags: append([]string{r.Category}, r.Aliases...)},
	}
	if text := plainDoc(r); text != "" {
		v.Full = &sarifMessage{Text: firstParagraph(text)}
		v.Help = &sarifMessage{Text: text, Markdown: markdownDoc(r)}
	}
	if r.Category == secretCategory || r.Category == "security" {
		v.Properties.Tags = append(v.Properties.Tags, "security")
		v.Properties.Security = map[lint.Severity]string{
			lint.Error: "8.0", lint.Warning: "5.0", lint.Info: "3.0", lint.Style: "1.0",
		}[r.Severity]
	}
	return v
}

// artifactURI returns the URI reference of a path: relative paths stay so.
func artifactURI(name string) string {
	if name == "" || name == "-" {
		return "stdin"
	}
	return pathURI(filepath.ToSlash(name), runtime.GOOS == "windows")
}

// pathURI returns the URI reference of a slash-separated path, which Windows may
// begin with a drive or a machine.
func pathURI(name string, windows bool) string {
	drive := windows && len(name) > 2 && name[1] == ':' && name[2] == '/'
	machine := windows && strings.HasPrefix(name, "//")
	name = escapePath(path.Clean(name))
	switch {
	case drive:
		return "file:///" + strings.Replace(name, "%3A", ":", 1)
	case machine:
		return "file:/" + name
	case strings.HasPrefix(name, "/"):
		return "file://" + name
	}
	return name
}

// escapePath percent-encodes everything but the unreserved characters and
// slashes.
func escapePath(s string) string {
	const plain = "-._~/"
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
