package oracle

import (
	"slices"
	"strings"
	"testing"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/linttest"
	"github.com/dlint/dlint/rules"
)

// intended are the rules whose safe fixes change the image on purpose, with the
// fields that differ and why that is safe. The history always differs, since it
// repeats the text of the Dockerfile, and is not compared.
var intended = map[string][]string{
	// MAINTAINER sets the field Author, which nothing reads; the fix says the
	// same in a label.
	"maintainer-deprecated": {"author", "config.labels"},
}

// TestSafe compiles the Dockerfile of every case before and after its safe fixes,
// for every stage.
func TestSafe(t *testing.T) {
	t.Parallel()
	cases, err := linttest.Load("../rules/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("there are no cases")
	}
	for _, c := range cases {
		t.Run(strings.TrimPrefix(c.String(), "../rules/"), func(t *testing.T) {
			t.Parallel()
			same(t, c)
		})
	}
}

func same(t *testing.T, c *linttest.Case) {
	t.Helper()
	e, err := c.Engine(rules.All())
	if err != nil {
		t.Fatal(err)
	}
	d := c.Document()
	res, err := fix.Run(t.Context(), e, d, lint.Safe)
	if err != nil {
		t.Fatal(err)
	}
	if !res.Changed {
		return
	}
	var allowed []string
	for _, a := range res.Applied {
		allowed = append(allowed, intended[a.Rule.ID]...)
	}
	targets := []string{d.Build.Target}
	if targets[0] == "" {
		for _, s := range d.Stages().Stages {
			if s.Name != "" {
				targets = append(targets, s.Name)
			}
		}
	}
	for _, target := range targets {
		o := Options{Args: d.Build.Args, Target: target, Platform: d.Build.Platform}
		before, err := Compile(t.Context(), d.Source.Text, o)
		if err != nil {
			t.Skipf("BuildKit does not build it before: %v", err)
		}
		after, err := Compile(t.Context(), res.Text, o)
		if err != nil {
			t.Fatalf("BuildKit does not build it any more: %v\n%s", err, res.Text)
		}
		for _, field := range before.Diff(after) {
			if !slices.Contains(allowed, field) {
				t.Errorf("target %q: %s differs: the fix is not safe\n%s", target, field, fix.Diff("Dockerfile", d.Source.Text, res.Text, false))
			}
		}
	}
}

// TestIntended checks that no exception is left over.
func TestIntended(t *testing.T) {
	t.Parallel()
	for id := range intended {
		if !slices.ContainsFunc(rules.All(), func(r *lint.Rule) bool { return r.ID == id && r.Fixable }) {
			t.Errorf("there is no rule %s with a fix", id)
		}
	}
}

// TestDiff makes sure that the oracle sees differences.
func TestDiff(t *testing.T) {
	t.Parallel()
	const base = "FROM alpine AS base\nRUN true\nFROM base\nCOPY a /b\n"
	for _, tc := range []struct{ x, y, want string }{
		{base, base, ""},
		{base, "# comment\nFROM alpine AS base\nRUN \\\n  true\nFROM base\nCOPY \"a\" /b\n", "ops"}, // quotes are kept in COPY
		{base, "# comment\n\nfrom alpine as base\nRUN   true\nFROM base\nCOPY [\"a\", \"/b\"]\n", ""},
		{base, base + "RUN x\n", "ops"},
		{base, strings.Replace(base, "true", "false", 1), "ops"},
		{base, strings.Replace(base, "alpine", "debian", 1), "ops"},
		{base, base + "USER x\n", "config.user"},
		{base, base + "ENV A=1\n", "config.env"},
		{base, base + "LABEL a=1\n", "config.labels"},
		{base, base + "MAINTAINER x\n", "author"},
		{base + "CMD x", base + "CMD [\"x\"]\n", "config.cmd"},
		{base, "FROM scratch AS unused\nRUN x\n" + base, ""},
		{"FROM a\nENV A=1 B=2\n", "FROM a\nENV A=1\nENV B=2\n", ""},
		{"FROM a\nENV A=1\nRUN x\n", "FROM a\nRUN A=1 x\nENV A=1\n", "ops"},
	} {
		x, err := Compile(t.Context(), tc.x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		y, err := Compile(t.Context(), tc.y, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(x.Diff(y), " "); got != tc.want {
			t.Errorf("%q and %q: %q differ, want %q", tc.x, tc.y, got, tc.want)
		}
	}
}
