package linttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// words reports each occurrence of a word, replacing it when there is another.
func words(id, word, other string, a lint.Applicability) *lint.Rule {
	return &lint.Rule{
		ID: id, Category: "toys", Summary: "Words", Doc: "Words.", Since: "0.1", Severity: lint.Warning, Fixable: other != "-",
		Bad: "FROM " + word, Good: "FROM " + strings.ReplaceAll(other, "-", "x"),
		Check: func(p *lint.Pass) {
			for at := 0; ; {
				k := strings.Index(p.Source.Text[at:], word)
				if k < 0 {
					return
				}
				r := source.Range{Start: at + k, End: at + k + len(word)}
				at = r.End
				d := lint.Diagnostic{Range: r, Message: "the word is wrong: write another one"}
				if other != "-" {
					d.Fixes = []lint.Fix{{Title: "Replace it", Applicability: a, Edits: []lint.Edit{lint.Replace(r, other)}}}
				}
				p.Report(d)
			}
		},
	}
}

func load(t *testing.T, name, text string) []*Case {
	t.Helper()
	cases, err := parse(name, txtar.Parse([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestCheck(t *testing.T) {
	t.Parallel()
	rules := []*lint.Rule{
		words("bad-word", "bad", "good", lint.Safe), words("ugly-word", "ugly", "pretty", lint.Unsafe),
		words("two-lines", "one \\\ntwo", "-", lint.Manual), words("line-end", "end\n", "-", lint.Manual),
		words("restless", "x", "xx", lint.Safe), words("breaking", "FROM", "FORM", lint.Safe),
		words("breaking-by-hand", "FROM", "FORM", lint.Manual), words("crlf-word", "bad\r\n", "-", lint.Safe),
	}
	panics := words("panics", "a", "-", lint.Safe)
	panics.Check = func(*lint.Pass) { panic("oh no") }
	lying := words("lying", "bad", "good", lint.Safe)
	lying.Fixable = false
	rules = append(rules, panics, lying)
	for name, tc := range map[string]struct {
		rule, archive string
		want          []string // parts of the problems, in order
	}{
		"right": {
			"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ the `w[or]+d` wrong\n-- Dockerfile.fixed --\nFROM good\n", nil,
		},
		"labels": {
			"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ warning bad-word: the word\n-- Dockerfile.fixed --\nFROM good\n", nil,
		},
		"prose with a colon": {
			"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ the word is wrong: write\n-- Dockerfile.fixed --\nFROM good\n", nil,
		},
		"wrong severity": {
			"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ error: the word\n",
			[]string{"no finding for line 2", "without annotation; if it is right, write\n\tFROM bad\n\t     ^^^ the word"},
		},
		"wrong end":   {"bad-word", "-- Dockerfile --\nFROM bad\n     ^^ the word\n", []string{"no finding", "without annotation"}},
		"wrong order": {"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ `wrong` the word\n", []string{"no finding", "without annotation"}},
		"one of two": {
			"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ word\nRUN bad\n", []string{"without annotation; if it is right, write\n\tRUN bad\n\t    ^^^ the"},
		},
		"tabs and wide characters": {
			"bad-word", "-- Dockerfile --\nFROM a\nRUN x \\\n\té😀\tbad \\\n\t  \t^^^ word\n# comment\n  && y\n-- Dockerfile.fixed --\nFROM a\nRUN x \\\n\té😀\tgood \\\n# comment\n  && y\n", nil,
		},
		"missing fix":   {"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ word\n", []string{"section Dockerfile.fixed is missing"}},
		"other fix":     {"bad-word", "-- Dockerfile --\nFROM bad\n     ^^^ word\n-- Dockerfile.fixed --\nFROM fine\n", []string{"-FROM fine\n+FROM good"}},
		"needless fix":  {"bad-word", "-- Dockerfile --\nFROM fine\n-- Dockerfile.fixed --\nFROM fine\n", []string{"fixing changes nothing"}},
		"unsafe fix":    {"ugly-word", "-- Dockerfile --\nFROM ugly\n     ^^^^ word\n-- Dockerfile.unsafe --\nFROM pretty\n", nil},
		"both fixes":    {"x", "select: bad-word, ugly-word\n-- Dockerfile --\nFROM bad\n     ^^^ word\nRUN ugly\n    ^^^^ word\n-- Dockerfile.fixed --\nFROM good\nRUN ugly\n-- Dockerfile.unsafe --\nFROM good\nRUN pretty\n", nil},
		"two lines":     {"two-lines", "-- Dockerfile --\nFROM a\nRUN one \\\n    ^^^^^... word\ntwo\n^^^ ...\n", nil},
		"never ended":   {"two-lines", "-- Dockerfile --\nFROM a\nRUN one \\\ntwo\n", []string{"write\n\tRUN one \\\n\t    ^^^^^... the word is wrong: write another one\n\ttwo\n\t^^^ ...\n"}},
		"line end":      {"line-end", "-- Dockerfile --\nFROM end\n     ^^^^ word\n", nil},
		"line end hint": {"line-end", "-- Dockerfile --\nFROM end\nRUN x\n", []string{"\tFROM end\n\t     ^^^^ the word"}},
		"CRLF and BOM":  {"bad-word", "crlf: true\nbom: true\n-- Dockerfile --\nFROM bad\n     ^^^ word\nRUN a\n-- Dockerfile.fixed --\nFROM good\nRUN a\n", nil},
		"CRLF line end": {"crlf-word", "crlf: true\n-- Dockerfile --\nFROM bad\n     ^^^^ word\n", nil},
		"no line end":   {"line-end", "no-newline: true\n-- Dockerfile --\nFROM end\n", nil},
		"restless":      {"restless", "-- Dockerfile --\nFROM x\n     ^ word\n", []string{"do not come to rest", "do not come to rest"}},
		"breaking":      {"breaking", "-- Dockerfile --\nFROM a\n^^^^ word\n", []string{"it breaks the Dockerfile"}},
		"manual":        {"breaking-by-hand", "-- Dockerfile --\nFROM a\n^^^^ word\n", []string{"it breaks the Dockerfile"}},
		"panics":        {"panics", "-- Dockerfile --\nFROM a\n", []string{"rule panics failed: oh no"}},
		"lying":         {"lying", "-- Dockerfile --\nFROM bad\n     ^^^ word\n", []string{"does not say Fixable"}},
		"unknown rule":  {"bad-wort", "-- Dockerfile --\nFROM bad\n", []string{"did you mean bad-word?"}},
		"no options":    {"bad-word", "options: {a: 1}\n-- Dockerfile --\nFROM bad\n", []string{"has no options"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cases := load(t, tc.rule+".txtar", tc.archive)
			if len(cases) != 1 {
				t.Fatalf("%d cases", len(cases))
			}
			got := cases[0].check(t.Context(), rules).problems
			if len(got) != len(tc.want) {
				t.Fatalf("got %q", got)
			}
			for k, w := range tc.want {
				if !strings.Contains(got[k], w) {
					t.Errorf("got %q, want %q", got[k], w)
				}
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	cases := load(t, "toy.txtar", `About toys.
target: build

-- Dockerfile --
FROM a
-- src/app.js --
app
-- windows/Dockerfile --
# escape=`+"`"+`
^^^^^^^^^ above
FROM b
-- windows/FLAGS --
crlf: true
build-arg: X=1
build-arg: Y=a=b
path: docker/Dockerfile
-- windows/src/app.js --
-- windows/.dockerignore --
src
-- windows/.dockerignore.fixed --
`)
	if len(cases) != 2 {
		t.Fatalf("%d cases", len(cases))
	}
	root, windows := cases[0], cases[1]
	if diff := cmp.Diff(map[string]string{"src/app.js": "app\n"}, root.Context); diff != "" || root.flags.target != "build" {
		t.Error(root.flags, diff)
	}
	if windows.String() != "toy.txtar:windows" || windows.Text != "# escape=`\r\nFROM b\r\n" || windows.flags.target != "build" {
		t.Errorf("got %v, %q", windows, windows.Text)
	}
	if diff := cmp.Diff(map[string]string{"X": "1", "Y": "a=b"}, windows.Document().Build.Args); diff != "" {
		t.Error(diff)
	}
	c := windows.Document().Build.Context
	if c.Dockerfile() != "docker/Dockerfile" || !c.Exists("docker/Dockerfile") || c.Included("src/app.js") || !c.Exists("src/app.js") {
		t.Errorf("the context is wrong: %v", c.Dockerfile())
	}
	if _, ok := windows.expected[".dockerignore.fixed"]; !ok {
		t.Errorf("sections %v", windows.expected)
	}
	if got := load(t, "toy.txtar", "stdin: true\n-- Dockerfile --\n")[0]; got.Document().Build.Context.Known() || got.Text != "" {
		t.Errorf("got %q with a context", got.Text)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"no sections":                                          "no section Dockerfile",
		"-- Dockerfile --\nFROM a\n^^^^ ...\n":                 "no range is open",
		"-- Dockerfile --\nFROM a\n^^^^... b\n":                "ends the range",
		"-- Dockerfile --\nFROM a\n^^^^^^^^ b\n":               "behind the end",
		"-- Dockerfile --\nFROM a\n^^^^\n":                     "no message",
		"-- Dockerfile --\nFROM a\n^^^^ a `b\n":                "no partner",
		"-- Dockerfile --\nFROM a\n^^^^ a `(`\n":               "missing closing",
		"-- Dockerfile --\nFROM a\n^^| b\n":                    "one caret",
		"-- Dockerfile --\nFROM a\n-- FLAGS --\nclrf: true\n":  "unknown flag",
		"-- Dockerfile --\nFROM a\n-- Dockerfile --\nFROM b\n": "two sections",
		"-- a/Dockerfile --\nFROM a\n-- b/x --\n":              "belongs to no case",
	} {
		if _, err := parse("x.txtar", txtar.Parse([]byte(text))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// TestSuggest puts suggestions into the case and reads them back.
func TestSuggest(t *testing.T) {
	t.Parallel()
	text := "\ufeffFROM é\n\tRUN a \\\n  b\n\nCMD x\n"
	f := source.NewFile("", text)
	rule := &lint.Rule{ID: "toy"}
	for start := len(source.BOM); start <= len(text); start++ {
		for end := start; end <= len(text); end++ {
			r := source.Range{Start: start, End: end}
			at := func(off int) source.Position { return f.Position(off, source.UTF32) }
			if start == len(text) || f.Offset(at(start), source.UTF32) != start || f.Offset(at(end), source.UTF32) != end {
				continue // inside a character, or behind the last line
			}
			if end == len(text) && at(start).Line != 4 {
				continue // there is no line to write its end under
			}
			if strings.Count(text[start:end], "\n") > 1 || text[end-1:end] == "\n" && start+1 < end {
				continue // covered by those that end elsewhere
			}
			d := &lint.Diagnostic{Rule: rule, Range: r, Message: "it's so"}
			lines := strings.SplitAfter(strings.TrimPrefix(text, source.BOM), "\n")
			hint := strings.Split(strings.TrimSuffix(suggest(f, d), "\n"), "\n")
			first, last := at(start).Line, at(end).Line
			if len(hint) == 4 {
				lines[last] += strings.TrimPrefix(hint[3], "\t") + "\n"
			}
			lines[first] += strings.TrimPrefix(hint[1], "\t") + "\n"
			c := &Case{flags: flags{bom: true}}
			if err := c.annotations(strings.Join(lines, "")); err != nil {
				t.Fatalf("%v %q: %v in\n%s", r, f.Slice(r), err, strings.Join(lines, ""))
			}
			if len(c.wants) != 1 || !c.wants[0].matches(d) || c.Text != text {
				t.Fatalf("%v %q became %+v in\n%s", r, f.Slice(r), c.wants, strings.Join(lines, ""))
			}
		}
	}
}

func TestCheckRule(t *testing.T) {
	t.Parallel()
	fine := func() *lint.Rule { return words("bad-word", "bad", "good", lint.Safe) }
	for name, tc := range map[string]struct {
		change func(*lint.Rule)
		want   string
	}{
		"fine":           {func(*lint.Rule) {}, ""},
		"archive":        {func(r *lint.Rule) { r.Bad = "-- Dockerfile --\nFROM bad\n-- x --\n" }, ""},
		"good is bad":    {func(r *lint.Rule) { r.Good = r.Bad }, "Good is found"},
		"bad is good":    {func(r *lint.Rule) { r.Bad = r.Good }, "found 0 times"},
		"bad is worse":   {func(r *lint.Rule) { r.Bad = "FROM bad\nRUN bad" }, "found 2 times"},
		"other fix":      {func(r *lint.Rule) { r.Good = "FROM fine" }, "does not make Good"},
		"syntax":         {func(r *lint.Rule) { r.Good = "FORM fine" }, "syntax error"},
		"ID":             {func(r *lint.Rule) { r.ID = "badWord" }, "kebab-case"},
		"no severity":    {func(r *lint.Rule) { r.Severity = lint.Unset }, "Severity"},
		"summary":        {func(r *lint.Rule) { r.Summary = "A sentence." }, "Summary"},
		"no doc":         {func(r *lint.Rule) { r.Doc = "" }, "no Doc"},
		"no since":       {func(r *lint.Rule) { r.Since = "" }, "no Since"},
		"alias repeated": {func(r *lint.Rule) { r.Aliases = []string{"A", "A"} }, "alias"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := fine()
			tc.change(r)
			got := strings.Join(checkRule(t.Context(), r, []*lint.Rule{r}), "\n")
			if (got == "") != (tc.want == "") || !strings.Contains(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	before := `Toys.

-- Dockerfile --
FROM bad
     ^^^ word
-- Dockerfile.unsafe --
old
-- z --
-- crlf/Dockerfile --
FROM ugly
     ^^^^ word
-- crlf/FLAGS --
crlf: true
-- wrong/Dockerfile --
FROM bad
-- wrong/Dockerfile.fixed --
stays
`
	want := strings.Replace(before, "-- Dockerfile.unsafe --\nold\n", "-- Dockerfile.fixed --\nFROM good\n", 1)
	want = strings.Replace(want, "-- crlf/FLAGS", "-- crlf/Dockerfile.unsafe --\nFROM pretty\n-- crlf/FLAGS", 1)
	file := filepath.Join(t.TempDir(), "x.txtar")
	if err := os.WriteFile(file, []byte("select: bad-word ugly-word\n"+before), 0o600); err != nil {
		t.Fatal(err)
	}
	cases, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	rules := []*lint.Rule{words("bad-word", "bad", "good", lint.Safe), words("ugly-word", "ugly", "pretty", lint.Unsafe)}
	var verdicts []*verdict
	for _, c := range cases {
		verdicts = append(verdicts, c.check(t.Context(), rules))
	}
	if err := rewrite(cases, verdicts); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("select: bad-word ugly-word\n"+want, string(got)); diff != "" {
		t.Error(diff)
	}
}
