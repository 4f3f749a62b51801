package report

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// attr returns ` name="value"`, escaped; characters that XML cannot hold are
// replaced.
func attr(name, value string) string {
	var b strings.Builder
	b.WriteString(" " + name + `="`)
	_ = xml.EscapeText(&b, []byte(value)) // a strings.Builder does not fail
	b.WriteByte('"')
	return b.String()
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// checkstyleEncoder writes what Checkstyle writes, version 4.3.
type checkstyleEncoder struct{ *output }

func newCheckstyle(out *output, _ Options) encoder { return checkstyleEncoder{out} }

func (c checkstyleEncoder) begin() { c.str(xmlHeader, `<checkstyle version="4.3">`, "\n") }

func (c checkstyleEncoder) end(*Summary) { c.str("</checkstyle>\n") }

func (c checkstyleEncoder) file(f *File) {
	c.str("  <file", attr("name", cleanPath(f.Path)))
	if len(f.Errors)+len(f.Diagnostics) == 0 {
		c.str("/>\n")
		return
	}
	c.str(">\n")
	for _, e := range f.Errors {
		c.str(`    <error line="1" severity="error"`, attr("message", e), ` source="dlint"/>`, "\n")
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		at := pointOf(f.Source, d.Range.Start, source.UTF32)
		c.str(`    <error line="`, strconv.Itoa(at.Line), `" column="`, strconv.Itoa(at.Column),
			`" severity="`, checkstyleLevel(d.Severity), `"`, attr("message", d.Message),
			attr("source", "dlint."+d.Name()), "/>\n")
	}
	c.str("  </file>\n")
}

func checkstyleLevel(s lint.Severity) string {
	if s == lint.Error || s == lint.Warning {
		return s.String()
	}
	return "info"
}

// jUnitEncoder writes a test suite for each file and a failed test case for each
// finding; a clean file is one test case that passes.
type jUnitEncoder struct{ *output }

func newJUnit(out *output, _ Options) encoder { return jUnitEncoder{out} }

func (j jUnitEncoder) begin() { j.str(xmlHeader, `<testsuites name="dlint">`, "\n") }

func (j jUnitEncoder) end(*Summary) { j.str("</testsuites>\n") }

func (j jUnitEncoder) file(f *File) {
	name := cleanPath(f.Path)
	bad := len(f.Diagnostics)
	j.str("  <testsuite", attr("name", name),
		attr("tests", strconv.Itoa(max(bad+len(f.Errors), 1))),
		attr("failures", strconv.Itoa(bad)),
		attr("errors", strconv.Itoa(len(f.Errors))), ` skipped="0" time="0">`, "\n")
	test := func(id, inner string) {
		j.str("    <testcase", attr("classname", name), attr("name", id), attr("file", name), ` time="0"`, inner, "\n")
	}
	for _, e := range f.Errors {
		test("dlint", "><error"+attr("message", e)+"/></testcase>")
	}
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		at := pointOf(f.Source, d.Range.Start, source.UTF32)
		where := strconv.Itoa(at.Line) + ":" + strconv.Itoa(at.Column)
		test(d.Name()+" "+where, "><failure"+attr("type", d.Severity.String())+attr("message", d.Message)+">"+
			xmlText(name+":"+where+": "+d.Severity.String()+": "+d.Message+"\n"+RuleURL(d.Rule.ID))+
			"</failure></testcase>")
	}
	if bad+len(f.Errors) == 0 {
		test("dlint", "/>")
	}
	j.str("  </testsuite>\n")
}
