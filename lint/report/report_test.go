package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/lint/source"
)

var (
	secretRule = &lint.Rule{
		ID: "secret-in-env", Category: "secrets", Summary: "Secret in the image", Severity: lint.Error,
		Aliases: []string{"DL3064"}, Doc: "Whoever has the image has the secret.\n\nUse a mount:\n\n\tRUN --mount=type=secret,id=x true",
	}
	rootRule = &lint.Rule{ID: "last-user-root", Category: "security", Summary: "Runs as root", Severity: lint.Warning}
	caseRule = &lint.Rule{ID: "keyword-case", Category: "syntax", Summary: "Mixed case", Severity: lint.Style, Doc: "Taste."}
)

// password is put together so that no scanner takes it for a real one.
var password = "hunter" + "-number-two"

func at(src *source.File, text string) source.Range {
	i := strings.Index(src.Text, text)
	if i < 0 {
		panic("no " + text)
	}
	return source.Range{Start: i, End: i + len(text)}
}

// sample is a report with a bit of everything.
func sample() Report {
	src := source.NewFile("./app/Docker file", "FROM alpine AS a\nENV\tDB_PASSWORD="+password+" B=1\nrun a \\\n  b\nUSER root\n")
	ignore := source.NewFile(".dockerignore", "# no\nnode_modules\n")
	diags := []lint.Diagnostic{
		{
			Rule: secretRule, Severity: lint.Error, Range: at(src, password),
			Message: "The value of DB_PASSWORD stays in the image: use a secret mount, 100%",
			Related: []lint.Related{{Range: at(src, "FROM alpine"), Message: "in this stage"}},
			Fixes: []lint.Fix{{Title: "Remove it", Applicability: lint.Unsafe, Edits: []lint.Edit{
				lint.Delete(at(src, "DB_PASSWORD="+password+" ")),
			}}},
		},
		{
			Rule: caseRule, Severity: lint.Style, Range: at(src, "run a \\\n  b"), Message: `Write <run> & "RUN" alike`,
			Fixes: []lint.Fix{{Title: "Write RUN", Applicability: lint.Safe, Edits: []lint.Edit{lint.Replace(at(src, "run"), "RUN")}}},
		},
		{
			Rule: rootRule, Severity: lint.Warning, Range: at(src, "root"), Message: "The container runs as root",
			Related: []lint.Related{{Path: ".dockerignore", Range: at(ignore, "node_modules"), Message: "not here"}},
			Fixes: []lint.Fix{{Title: "Write files", Others: []lint.FileEdit{
				{Path: "new file", Create: true, Edits: []lint.Edit{lint.Insert(0, "a\n")}},
				{Path: ".dockerignore", Edits: []lint.Edit{lint.Insert(5, "b\n")}},
			}}},
		},
	}
	return Report{Version: "1.2.3", Files: []File{
		{Path: "./app/Docker file", Root: "app", Source: src, Diagnostics: diags, Others: func(p string) *source.File {
			if p == ".dockerignore" {
				return ignore
			}
			return nil
		}},
		{Path: "clean/Dockerfile", Source: source.NewFile("clean/Dockerfile", "FROM a\n")},
		{Path: "gone", Errors: []string{"no such file: a,b:\n100%"}},
	}}
}

func render(t *testing.T, format string, r Report, opts Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	t.Parallel()
	want := `./app/Docker file:2:17: error: The value of DB_PASSWORD stays in the image: use a secret mount, 100% [secret-in-env]
  2 | ENV DB_PASSWORD=hunt…(17) B=1
    |                 ^^^^^^^^^
    = note: ./app/Docker file:1:1: in this stage
  1 | FROM alpine AS a
    | -----------
    = fix (unsafe): Remove it

./app/Docker file:3:1: style: Write <run> & "RUN" alike [keyword-case]
  3 | run a \
    | ^^^^^^^...
    = fix: Write RUN

./app/Docker file:5:6: warning: The container runs as root [last-user-root]
  5 | USER root
    |      ^^^^
    = note: app/.dockerignore:2:1: not here
  2 | node_modules
    | ------------
    = fix (manual): Write files

gone: error: no such file: a,b:␊100%

1 error, 1 warning, 1 style finding in 3 files; 1 could not be checked in full; 1 can be fixed with --fix; 1 with --fix --unsafe-fixes
`
	if diff := cmp.Diff(want, render(t, Text, sample(), Options{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTextColor(t *testing.T) {
	t.Parallel()
	plain, colored := render(t, Text, sample(), Options{}), render(t, Text, sample(), Options{Color: true})
	if strings.Contains(plain, "\x1b") {
		t.Error("escapes without colour")
	}
	for _, c := range []string{bold, red, yellow, blue, green} {
		if !strings.Contains(colored, "\x1b["+c+"m") {
			t.Errorf("colour %s is not used", c)
		}
		colored = strings.ReplaceAll(colored, "\x1b["+c+"m", "")
	}
	if got := strings.ReplaceAll(colored, "\x1b[0m", ""); got != plain {
		t.Errorf("colours change the text:\n%s", cmp.Diff(plain, got))
	}
}

func TestTextSummary(t *testing.T) {
	t.Parallel()
	clean := Report{Files: []File{{Path: "a"}}, Fixed: 2}
	if got, want := render(t, Text, clean, Options{}), "no findings in 1 file; 2 fixed\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := render(t, Text, clean, Options{Quiet: true}); got != "" {
		t.Errorf("quiet report of a clean file: %q", got)
	}
	got := render(t, Text, sample(), Options{Quiet: true})
	if strings.Contains(got, "--fix") || !strings.Contains(got, "secret-in-env") {
		t.Errorf("quiet report:\n%s", got)
	}
}

// TestExcerpt shows the line, and below it the marks.
func TestExcerpt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300) + "HERE" + strings.Repeat("y", 300)
	tests := []struct {
		name, text, mark string
		hidden           []string
		want             string
	}{
		{"tabs", "RUN\ta\tb", "b", nil, "RUN a   b\n        ^"},
		{"tab inside", "a\tb", "a\tb", nil, "a   b\n^^^^^"},
		{"wide", "LABEL a=日本 b=x", "x", nil, "LABEL a=日本 b=x\n               ^"},
		{"wide marked", "日本", "本", nil, "日本\n  ^^"},
		{"combining", "e\u0301x", "x", nil, "e\u0301x\n ^"},
		{"emoji", "🐳 x", "x", nil, "🐳 x\n   ^"},
		{"escape", "a\x1b[31mb", "b", nil, "a␛[31mb\n      ^"},
		{"carriage return inside", "a\rb", "b", nil, "a␍b\n  ^"},
		{"CRLF", "FROM a\r\nX", "a", nil, "FROM a\n     ^"},
		{"bell and delete", "\a\x7fb", "b", nil, "␇␡b\n  ^"},
		{"C1 control", "a\u009bb", "b", nil, `a\x9bb` + "\n     ^"},
		{"invalid UTF-8", "a\xffb", "b", nil, `a\xffb` + "\n     ^"},
		{"bidi override", "a\u202eb", "b", nil, `a\u202eb` + "\n       ^"},
		{"tag character", "a\U000e0041b", "b", nil, `a\U000e0041b` + "\n           ^"},
		{"BOM", "\ufeffFROM a", "a", nil, "FROM a\n     ^"},
		{"empty range", "FROM a", "", nil, "FROM a\n^"},
		{"several lines", "a b\nc d", "b\nc", nil, "a b\n  ^..."},
		{"line end only", "ab\nc", "\n", nil, "ab\n  ^"},
		{"secret", "A=abcdefghijkl b", "abcdefghijkl", []string{"abcdefghijkl"}, "A=abc…(12) b\n  ^^^^^^^^"},
		{"short secret", "A=abc b", "abc", []string{"abc"}, "A=…(3) b\n  ^^^^"},
		{"behind a secret", "A=abcdefghijkl z", "z", []string{"abcdefghijkl"}, "A=abc…(12) z\n           ^"},
		{"around a secret", "A=abcdefghijkl b", "A=abcdefghijkl", []string{"abcdefghijkl"}, "A=abc…(12) b\n^^^^^^^^^^"},
		{"inside a secret", "A=abcdefghijkl b", "ghi", []string{"abcdefghijkl"}, "A=abc…(12) b\n  ^^^^^^^^"},
		{"two secrets", "A=abcd B=efgh", "B", []string{"abcd", "efgh"}, "A=a…(4) B=e…(4)\n        ^"},
		{"secret with escapes", "A=\x1b234567", "A", []string{"\x1b234567"}, "A=␛…(7)\n^"},
		{"long", long, "HERE", nil, "…" + strings.Repeat("x", 40) + "HERE" + strings.Repeat("y", 116) + "…\n" + strings.Repeat(" ", 41) + "^^^^"},
		{"long, at the start", long, "x", nil, strings.Repeat("x", 160) + "…\n^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src := source.NewFile("f", tt.text)
			var hidden []source.Range
			for _, h := range tt.hidden {
				hidden = append(hidden, at(src, h))
			}
			e := cut(src, at(src, tt.mark), hidden, 0)
			got := e.text + "\n" + strings.Repeat(" ", e.from) + strings.Repeat("^", e.to-e.from)
			if e.more {
				got += "..."
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestExcerptOutside(t *testing.T) {
	t.Parallel()
	src := source.NewFile("f", "a\nb")
	for _, r := range []source.Range{{Start: -3, End: 99}, {Start: 99, End: 100}, {Start: 3, End: 1}, {Start: 2, End: 2}} {
		if e := cut(src, r, nil, 0); e.to <= e.from {
			t.Errorf("%v: %+v", r, e)
		}
	}
	if e := cut(source.NewFile("f", ""), source.Range{}, nil, 0); e.number != 1 || e.to != 1 {
		t.Errorf("empty file: %+v", e)
	}
}

func TestSecretRange(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, mark, hidden string }{
		{"ENV PW=abc D=1", "abc", "abc"},
		{"ENV PW=abc D=1", "PW=abc", "PW=abc"},
		{"ENV PW=abc D=1", "PW", "abc"},
		{`ENV PW="a b" D=1`, "PW", `"a b"`},
		{`ENV PW=a\ b D=1`, "PW", `a\ b`},
		{"ENV PW a b c", "PW", "a b c"},
		{"ENV A=secret B=1", "secret", "secret"},
		{"ARG PW", "PW", "PW"},
		{"RUN x --token=abc=", "abc", "abc="},
		{"COPY id_rsa /root/", "id_rsa", "id_rsa"},
	}
	for _, tt := range tests {
		t.Run(tt.text+" "+tt.mark, func(t *testing.T) {
			t.Parallel()
			src := source.NewFile("f", tt.text)
			d := &lint.Diagnostic{Rule: secretRule, Range: at(src, tt.mark)}
			got := Secrets(src, d)
			if len(got) != 1 || src.Slice(got[0]) != tt.hidden {
				t.Fatalf("got %v, want %q", got, tt.hidden)
			}
			d.Rule = rootRule
			if Secrets(src, d) != nil {
				t.Error("another rule marks a secret")
			}
		})
	}
}

// TestNoSecretLeaks looks at every format for people: the secret may be in the
// edits of json and sarif, nowhere else.
func TestNoSecretLeaks(t *testing.T) {
	t.Parallel()
	r := sample()
	// A finding of another rule on the same line must not show it either.
	f := &r.Files[0]
	f.Diagnostics = append(f.Diagnostics, lint.Diagnostic{Rule: rootRule, Severity: lint.Info, Range: at(f.Source, "B=1"), Message: "m"})
	for _, format := range Formats() {
		if out := render(t, format, r, Options{}); strings.Contains(out, password) || strings.Contains(out, password[:5]) {
			t.Errorf("%s shows the secret:\n%s", format, out)
		}
	}
	f.Hidden = Secrets(f.Source, &f.Diagnostics[0])
	f.Diagnostics = f.Diagnostics[1:]
	if out := render(t, Text, r, Options{}); strings.Contains(out, password[:5]) {
		t.Errorf("a hidden place is shown:\n%s", out)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	want := `{"version":1,"files":[
{"path":"./app/Docker file","diagnostics":[` +
		`{"rule":"secret-in-env","category":"secrets","aliases":["DL3064"],"severity":"error","message":"The value of DB_PASSWORD stays in the image: use a secret mount, 100%",` +
		`"range":{"start":{"line":2,"column":17,"offset":33},"end":{"line":2,"column":34,"offset":50}},"url":"https://github.com/dlint/dlint/blob/main/rules/README.md#secret-in-env",` +
		`"related":[{"path":"./app/Docker file","range":{"start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":12,"offset":11}},"message":"in this stage"}],` +
		`"fixes":[{"title":"Remove it","applicability":"unsafe","edits":[{"path":"./app/Docker file","range":{"start":{"line":2,"column":5,"offset":21},"end":{"line":2,"column":35,"offset":51}},"text":""}]}]},` +
		`{"rule":"keyword-case","category":"syntax","aliases":[],"severity":"style","message":"Write <run> & \"RUN\" alike",` +
		`"range":{"start":{"line":3,"column":1,"offset":55},"end":{"line":4,"column":4,"offset":66}},"url":"https://github.com/dlint/dlint/blob/main/rules/README.md#keyword-case",` +
		`"related":[],"fixes":[{"title":"Write RUN","applicability":"safe","edits":[{"path":"./app/Docker file","range":{"start":{"line":3,"column":1,"offset":55},"end":{"line":3,"column":4,"offset":58}},"text":"RUN"}]}]},` +
		`{"rule":"last-user-root","category":"security","aliases":[],"severity":"warning","message":"The container runs as root",` +
		`"range":{"start":{"line":5,"column":6,"offset":72},"end":{"line":5,"column":10,"offset":76}},"url":"https://github.com/dlint/dlint/blob/main/rules/README.md#last-user-root",` +
		`"related":[{"path":"app/.dockerignore","range":{"start":{"line":2,"column":1,"offset":5},"end":{"line":2,"column":13,"offset":17}},"message":"not here"}],` +
		`"fixes":[{"title":"Write files","applicability":"manual","edits":[` +
		`{"path":"app/new file","range":{"start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":1,"offset":0}},"text":"a\n"},` +
		`{"path":"app/.dockerignore","range":{"start":{"line":2,"column":1,"offset":5},"end":{"line":2,"column":1,"offset":5}},"text":"b\n"}]}]}],"errors":[]}
,{"path":"clean/Dockerfile","diagnostics":[],"errors":[]}
,{"path":"gone","diagnostics":[],"errors":["no such file: a,b:\n100%"]}
],"summary":{"files":3,"error":1,"warning":1,"info":0,"style":1,"fixable":1}
}
`
	got := render(t, "json", sample(), Options{})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !json.Valid([]byte(got)) {
		t.Error("not valid JSON")
	}
	empty := render(t, "json", Report{}, Options{})
	if !json.Valid([]byte(empty)) || strings.Contains(empty, "null") {
		t.Errorf("empty report: %s", empty)
	}
}

func TestJSONColumns(t *testing.T) {
	t.Parallel()
	src := source.NewFile("f", "\ufeffé🐳x")
	out := render(t, "json", Report{Files: []File{{Path: "f", Source: src, Diagnostics: []lint.Diagnostic{
		{Rule: rootRule, Severity: lint.Info, Range: at(src, "x")},
	}}}}, Options{})
	if want := `"start":{"line":1,"column":3,"offset":9}`; !strings.Contains(out, want) {
		t.Errorf("want %s in %s", want, out)
	}
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	want := `::error file=app/Docker file,line=2,col=17,endColumn=33,title=dlint%3A secret-in-env::The value of DB_PASSWORD stays in the image: use a secret mount, 100%25 [secret-in-env]
::notice file=app/Docker file,line=3,endLine=4,title=dlint%3A keyword-case::Write <run> & "RUN" alike [keyword-case]
::warning file=app/Docker file,line=5,col=6,endColumn=9,title=dlint%3A last-user-root::The container runs as root [last-user-root]
::error file=gone,title=dlint::no such file: a,b:%0A100%25
`
	if diff := cmp.Diff(want, render(t, "github", sample(), Options{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got, want := gitHubProperty("a:b,c%d\r\n"), "a%3Ab%2Cc%25d%0D%0A"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGNU(t *testing.T) {
	t.Parallel()
	want := `./app/Docker file:2:17: error: The value of DB_PASSWORD stays in the image: use a secret mount, 100% [secret-in-env]
./app/Docker file:3:1: style: Write <run> & "RUN" alike [keyword-case]
./app/Docker file:5:6: warning: The container runs as root [last-user-root]
gone: error: no such file: a,b:␊100%
`
	if diff := cmp.Diff(want, render(t, "gnu", sample(), Options{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestGitLab(t *testing.T) {
	t.Parallel()
	var issues []gitLabIssue
	strict(t, render(t, "gitlab", sample(), Options{}), &issues)
	if len(issues) != 4 {
		t.Fatalf("%d issues", len(issues))
	}
	seen := map[string]bool{}
	for _, v := range issues {
		if seen[v.Fingerprint] || len(v.Fingerprint) < 16 {
			t.Errorf("fingerprint %q", v.Fingerprint)
		}
		seen[v.Fingerprint] = true
		if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, v.Severity) {
			t.Errorf("severity %q", v.Severity)
		}
		if v.Description == "" || v.CheckName == "" || v.Location.Path == "" || v.Location.Lines.Begin < 1 {
			t.Errorf("incomplete: %+v", v)
		}
	}
	if got := issues[1].Location; got != (gitLabLocation{"app/Docker file", gitLabLines{3, 4}}) {
		t.Errorf("location %+v", got)
	}
	strict(t, render(t, "gitlab", Report{}, Options{}), &issues)
	if len(issues) != 0 {
		t.Error("an empty report has issues")
	}
}

func strict(t *testing.T, text string, v any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("more than one value: %v", err)
	}
}

func TestFingerprints(t *testing.T) {
	t.Parallel()
	prints := func(text string, marks ...string) []string {
		src := source.NewFile("f", text)
		f := &File{Path: "./f", Source: src}
		p := newPrinter(f)
		var list []string
		for _, m := range marks {
			i := strings.LastIndex(text, m)
			list = append(list, p.next(&lint.Diagnostic{Rule: secretRule, Range: source.Range{Start: i, End: i + len(m)}}))
		}
		return list
	}
	base := prints("FROM a\nENV A=abc", "abc")
	same := []struct{ name, text string }{
		{"moved", "FROM a\n\n\nENV A=abc"},
		{"other blanks", "FROM a\n  ENV\tA=abc  "},
		{"another secret of that length", "FROM a\nENV A=abc"},
	}
	for _, tt := range same {
		if got := prints(tt.text, "abc"); !slices.Equal(got, base) {
			t.Errorf("%s: %v, not %v", tt.name, got, base)
		}
	}
	if got := prints("FROM a\nENV A=xyz", "xyz"); !slices.Equal(got, base) {
		t.Error("the fingerprint tells one secret from another")
	}
	if got := prints("FROM a\nENV B=abc", "abc"); slices.Equal(got, base) {
		t.Error("another line has the same fingerprint")
	}
	if got := prints("FROM a\nENV A=abc", "abc", "abc"); got[0] != base[0] || got[1] == got[0] {
		t.Errorf("two findings on a line: %v", got)
	}
}

func TestCheckstyle(t *testing.T) {
	t.Parallel()
	want := xmlHeader + `<checkstyle version="4.3">
  <file name="app/Docker file">
    <error line="2" column="17" severity="error" message="The value of DB_PASSWORD stays in the image: use a secret mount, 100%" source="dlint.secret-in-env"/>
    <error line="3" column="1" severity="info" message="Write &lt;run&gt; &amp; &#34;RUN&#34; alike" source="dlint.keyword-case"/>
    <error line="5" column="6" severity="warning" message="The container runs as root" source="dlint.last-user-root"/>
  </file>
  <file name="clean/Dockerfile"/>
  <file name="gone">
    <error line="1" severity="error" message="no such file: a,b:&#xA;100%" source="dlint"/>
  </file>
</checkstyle>
`
	if diff := cmp.Diff(want, render(t, "checkstyle", sample(), Options{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	var suites struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Errors   int    `xml:"errors,attr"`
			Cases    []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	r := sample()
	r.Files[0].Diagnostics[0].Message = "bad \x00\x1b bytes \xff"
	if err := xml.Unmarshal([]byte(render(t, "junit", r, Options{})), &suites); err != nil {
		t.Fatal(err)
	}
	want := [][4]int{{3, 3, 0, 3}, {1, 0, 0, 1}, {1, 0, 1, 1}}
	for i, s := range suites.Suites {
		failures, errs := 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errs++
			}
		}
		if failures != s.Failures || errs != s.Errors {
			t.Errorf("%s: counts do not hold", s.Name)
		}
		if got := [4]int{s.Tests, s.Failures, s.Errors, len(s.Cases)}; got != want[i] {
			t.Errorf("%s: got %v, want %v", s.Name, got, want[i])
		}
	}
}

func TestSonarQube(t *testing.T) {
	t.Parallel()
	var v struct {
		Rules  []sonarRule  `json:"rules"`
		Issues []sonarIssue `json:"issues"`
	}
	r := sample()
	src := r.Files[0].Source
	r.Files[0].Diagnostics = append(r.Files[0].Diagnostics, lint.Diagnostic{
		Rule: caseRule, Severity: lint.Style, Range: source.Range{Start: len(src.Text), End: len(src.Text)}, Message: "m",
	})
	strict(t, render(t, "sonarqube", r, Options{}), &v)
	known := map[string]bool{}
	for _, r := range v.Rules {
		if known[r.ID] || r.Name == "" || r.Description == "" || r.EngineID != "dlint" || len(r.Impacts) == 0 {
			t.Errorf("rule %+v", r)
		}
		known[r.ID] = true
	}
	if len(v.Issues) != 5 {
		t.Fatalf("%d issues", len(v.Issues))
	}
	for _, i := range v.Issues {
		if !known[i.RuleID] || i.Primary.Path == "" || i.Primary.Message == "" {
			t.Errorf("issue %+v", i)
		}
		if g := i.Primary.Range; g != nil && g.StartColumn != nil && g.StartLine == g.EndLine && *g.StartColumn >= *g.EndColumn {
			t.Errorf("empty range %+v", g)
		}
	}
	if got := *v.Issues[0].Primary.Range.StartColumn; got != 16 {
		t.Errorf("column %d, want 16: from zero", got)
	}
	if v.Issues[3].Primary.Range.StartColumn != nil {
		t.Error("an empty range has columns")
	}
}

func TestRDJSONL(t *testing.T) {
	t.Parallel()
	var list []rdDiagnostic
	sc := bufio.NewScanner(strings.NewReader(render(t, "rdjsonl", sample(), Options{})))
	for sc.Scan() {
		var v rdDiagnostic
		strict(t, sc.Text(), &v)
		list = append(list, v)
	}
	if len(list) != 4 {
		t.Fatalf("%d lines", len(list))
	}
	if got := len(list[0].Suggestions) + len(list[1].Suggestions); got != 2 {
		t.Errorf("%d suggestions, want 2", got)
	}
	if len(list[2].Suggestions) != 0 {
		t.Error("a fix of other files became a suggestion")
	}
}

func TestFormatNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"text", "json", "sarif", "github", "gitlab", "checkstyle", "junit", "gnu", "sonarqube", "rdjsonl"} {
		if err := CheckFormat(name); err != nil {
			t.Error(err)
		}
	}
	for name, want := range map[string]string{"jsn": "did you mean json?", "qqqqqqqq": "use one of"} {
		if err := CheckFormat(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Write(io.Discard, "no", Report{}, Options{}); err == nil {
		t.Error("an unknown format is written")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	r := sample()
	for range 10 {
		r.Files = append(r.Files, slices.Repeat(r.Files[:1], 200)...)
	}
	for _, format := range Formats() {
		if err := Write(broken{}, format, r, Options{}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// TestStreaming makes sure that no format holds files back until the end.
func TestStreaming(t *testing.T) {
	t.Parallel()
	r := sample()
	for _, format := range Formats() {
		var b bytes.Buffer
		w, err := NewWriter(&b, format, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if err := w.File(&r.Files[0]); err != nil {
				t.Fatal(err)
			}
		}
		before := b.Len()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if before < b.Len()*9/10 {
			t.Errorf("%s: %d of %d bytes written before the end", format, before, b.Len())
		}
	}
}

func BenchmarkFormats(b *testing.B) {
	r := sample()
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(io.Discard, format, r, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add("FROM a\nENV A=b", 7, 12, 10, 13)
	f.Add("\ufeff\t日\x1b\xff\r\n", 0, 5, 3, 4)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		src := source.NewFile("f", text)
		r := Report{Files: []File{{Path: "f", Source: src, Diagnostics: []lint.Diagnostic{
			{Rule: rootRule, Severity: lint.Info, Range: source.Range{Start: a, End: b}, Message: text},
			{Rule: secretRule, Severity: lint.Info, Range: source.Range{Start: c, End: d}, Message: "m"},
		}}}}
		var out bytes.Buffer
		if err := Write(&out, Text, r, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, c := range out.String() {
			if c != '\n' && (c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u202e') {
				t.Fatalf("%q in the output %q", c, out.String())
			}
		}
	})
}

// Many secrets take no longer than their number.
func TestTextIsLinear(t *testing.T) {
	t.Parallel()
	line := "ENV A_TOKEN=" + password + "\n"
	linear.Check(t, 25_000, func(n int) {
		src := source.NewFile("Dockerfile", strings.Repeat(line, n))
		found := make([]lint.Diagnostic, n)
		for k := range found {
			start := k*len(line) + len("ENV A_TOKEN=")
			found[k] = lint.Diagnostic{Rule: secretRule, Severity: lint.Error, Range: source.Range{Start: start, End: start + len(password)}, Message: "It stays"}
		}
		if err := Write(io.Discard, Text, Report{Files: []File{{Path: "Dockerfile", Source: src, Diagnostics: found}}}, Options{}); err != nil {
			t.Error(err)
		}
	})
}
