package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint"
)

// sarifShape is what the schema of SARIF 2.1.0 says of the objects that dlint
// writes: which properties there are, which must be, and of which kind. A name
// ending in "*" must be there. Kinds: "string", "uri", "int>=N", "bool", "list
// KIND" (at least one unless "list0"), "map KIND", "any", the name of another
// shape, or the values allowed, with "|" between.
var sarifShape = map[string]map[string]string{
	"log": {"$schema": "uri", "version*": "2.1.0|", "runs*": "list run"},
	"run": {
		"tool*": "tool", "results": "list0 result", "columnKind": "utf16CodeUnits|unicodeCodePoints",
		"invocations": "list0 invocation",
	},
	"tool":   {"driver*": "driver"},
	"driver": {"name*": "string", "version": "string", "informationUri": "uri", "rules": "list0 rule"},
	"rule": {
		"id*": "string", "shortDescription": "multiformat", "fullDescription": "multiformat", "help": "multiformat",
		"helpUri": "uri", "defaultConfiguration": "configuration", "properties": "any",
	},
	"multiformat":   {"text*": "string", "markdown": "string"},
	"configuration": {"level": "none|note|warning|error"},
	"result": {
		"ruleId": "string", "ruleIndex": "int>=0", "level": "none|note|warning|error", "message*": "message",
		"locations": "list0 location", "relatedLocations": "list0 location",
		"partialFingerprints": "map string", "fixes": "list0 fix",
	},
	"message":      {"text*": "string"},
	"location":     {"id": "int>=0", "physicalLocation": "physical", "message": "message"},
	"physical":     {"artifactLocation*": "artifact", "region": "region"},
	"artifact":     {"uri": "uri"},
	"region":       {"startLine": "int>=1", "startColumn": "int>=1", "endLine": "int>=1", "endColumn": "int>=1", "byteOffset": "int>=0", "byteLength": "int>=0"},
	"fix":          {"description": "message", "artifactChanges*": "list change", "properties": "any"},
	"change":       {"artifactLocation*": "artifact", "replacements*": "list replacement"},
	"replacement":  {"deletedRegion*": "region", "insertedContent": "content"},
	"content":      {"text": "string"},
	"invocation":   {"executionSuccessful*": "bool", "toolExecutionNotifications": "list0 notification"},
	"notification": {"level": "none|note|warning|error", "message*": "message", "locations": "list0 location"},
}

// conform returns what is wrong with v.
func conform(kind, where string, v any) []string {
	var bad []string
	fail := func(format string, args ...any) { bad = append(bad, where+": "+fmt.Sprintf(format, args...)) }
	text, isText := v.(string)
	number, isNumber := v.(float64)
	switch {
	case kind == "any":
	case kind == "string":
		if !isText || text == "" {
			fail("%v is no text", v)
		}
	case kind == "uri":
		if u, err := url.Parse(text); !isText || err != nil || strings.ContainsAny(text, " \\%<>\"{}|^`") && u.String() != text {
			fail("%v is no URI", v)
		}
	case kind == "bool":
		if _, ok := v.(bool); !ok {
			fail("%v is no bool", v)
		}
	case strings.HasPrefix(kind, "int>="):
		if !isNumber || number < float64(kind[5]-'0') || number != float64(int(number)) {
			fail("%v is not %s", v, kind)
		}
	case strings.HasPrefix(kind, "list"):
		list, ok := v.([]any)
		count, item, _ := strings.Cut(kind, " ")
		if !ok || len(list) == 0 && count == "list" {
			fail("%v is no list", v)
		}
		for i, x := range list {
			bad = append(bad, conform(item, fmt.Sprintf("%s[%d]", where, i), x)...)
		}
	case strings.HasPrefix(kind, "map "):
		m, ok := v.(map[string]any)
		if !ok {
			fail("%v is no object", v)
		}
		for k, x := range m {
			bad = append(bad, conform(kind[4:], where+"."+k, x)...)
		}
	case strings.Contains(kind, "|"):
		if !isText || !slices.Contains(strings.Split(kind, "|"), text) || text == "" {
			fail("%v is not one of %s", v, kind)
		}
	default:
		bad = append(bad, conformObject(kind, where, v)...)
	}
	return bad
}

func conformObject(kind, where string, v any) []string {
	shape, ok := sarifShape[kind]
	m, isMap := v.(map[string]any)
	if !ok || !isMap {
		return []string{where + ": is no " + kind}
	}
	var bad []string
	for key, k := range shape {
		name, must := strings.CutSuffix(key, "*")
		x, ok := m[name]
		if ok {
			bad = append(bad, conform(k, where+"."+name, x)...)
		} else if must {
			bad = append(bad, where+": no "+name)
		}
	}
	for key := range m {
		if shape[key] == "" && shape[key+"*"] == "" {
			bad = append(bad, where+": unknown "+key)
		}
	}
	return bad
}

func TestSARIFConforms(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Report{"sample": sample(), "empty": {}} {
		var v any
		if err := json.Unmarshal([]byte(render(t, "sarif", r, Options{})), &v); err != nil {
			t.Fatal(err)
		}
		for _, bad := range conform("log", "$", v) {
			t.Errorf("%s: %s", name, bad)
		}
	}
}

// TestConformCan makes sure that the check above finds what it is for.
func TestConformCan(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"version":"2.1.0"}`,
		`{"version":"2.0.0","runs":[{"tool":{"driver":{"name":"a"}}}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"more":1}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"results":[{"message":{"text":"a"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a b"}}}]}]}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"results":[{"message":{"text":"a"},"fixes":[{"artifactChanges":[]}]}]}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"results":null}]}`,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if len(conform("log", "$", v)) == 0 {
			t.Errorf("accepted: %s", text)
		}
	}
}

func TestSARIF(t *testing.T) {
	t.Parallel()
	type run struct {
		Results []sarifResult
		Tool    struct{ Driver sarifDriver }
		Invoked []sarifInvocation `json:"invocations"`
	}
	var log struct{ Runs []run }
	if err := json.Unmarshal([]byte(render(t, "sarif", sample(), Options{})), &log); err != nil {
		t.Fatal(err)
	}
	got := log.Runs[0]
	if len(got.Results) != 3 || len(got.Tool.Driver.Rules) != 3 {
		t.Fatalf("%d results, %d rules", len(got.Results), len(got.Tool.Driver.Rules))
	}
	for _, r := range got.Results {
		if got.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s has the index of another rule", r.RuleID)
		}
		if len(r.Fingerprints) == 0 {
			t.Errorf("%s has no fingerprint", r.RuleID)
		}
	}
	if uri := got.Results[0].Locations[0].Physical.Artifact.URI; uri != "app/Docker%20file" {
		t.Errorf("URI %s", uri)
	}
	if r := got.Results[0].Locations[0].Physical.Region; r.StartLine != 2 || r.StartColumn != 17 || r.EndColumn != 34 {
		t.Errorf("region %+v", r)
	}
	if got.Tool.Driver.Version != "1.2.3" || got.Invoked[0].Successful || len(got.Invoked[0].Notifications) != 1 {
		t.Errorf("driver %+v, invocations %+v", got.Tool.Driver, got.Invoked)
	}
	if help := got.Tool.Driver.Rules[0].Help; help == nil || !strings.Contains(help.Markdown, "\tRUN --mount") || strings.Contains(help.Text, "#") {
		t.Errorf("help %+v", help)
	}
	if n := len(got.Results[2].Fixes[0].Changes); n != 2 {
		t.Errorf("%d changed files, want 2", n)
	}
	if level := got.Results[1].Level; level != "note" {
		t.Errorf("level of %v: %s", lint.Style, level)
	}
}

func TestArtifactURI(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Dockerfile":        "Dockerfile",
		"./a/../b/c":        "b/c",
		"../x":              "../x",
		"/abs/a b":          "file:///abs/a%20b",
		"a:b#c?d%e":         "a%3Ab%23c%3Fd%25e",
		"é\xff":             "%C3%A9%FF",
		"-":                 "stdin",
		"09AZaz@[`{/:":      "09AZaz%40%5B%60%7B/%3A",
		"Dockerfile.[prod]": "Dockerfile.%5Bprod%5D",
	} {
		if got := artifactURI(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}

// TestPathURI makes URIs as on Windows, on every system.
func TestPathURI(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"C:/a b/Dockerfile": "file:///C:/a%20b/Dockerfile",
		"c:/a/../b":         "file:///c:/b",
		"//server/share/x":  "file://server/share/x",
		"../x":              "../x",
		"a:b":               "a%3Ab",
		"/x":                "file:///x",
	} {
		if got := pathURI(name, true); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
	if got := pathURI("C:/x", false); got != "C%3A/x" {
		t.Errorf("a folder named C: became %s", got)
	}
}

func TestWordEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"ab c": 2, `a\ b c`: 4, `"a b" c`: 5, `'a"b c' d`: 7, `a\`: 2, `"a\" b" c`: 7, "": 0, `"a b`: 4,
	} {
		if got := wordEnd(text, 0); got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
	}
}
