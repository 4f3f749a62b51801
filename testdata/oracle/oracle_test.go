package oracle

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/linttest"
	"github.com/dlint/dlint/rules"
)

// TestSafe compiles the Dockerfile of every case before and after its safe fixes,
// for every stage. Each rule with safe fixes must have a case that compiles.
func TestSafe(t *testing.T) {
	t.Parallel()
	cases, err := linttest.Load("../rules/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	proved := map[string]bool{}
	for _, c := range cases {
		t.Run(strings.TrimPrefix(c.String(), "../rules/"), func(t *testing.T) {
			e, err := c.Engine(rules.All())
			if err != nil {
				t.Fatal(err)
			}
			d := c.Document()
			res, err := fix.Run(t.Context(), e, d, lint.Safe)
			if err != nil {
				t.Fatal(err)
			}
			err = Same(t.Context(), d, res)
			for _, a := range res.Applied {
				proved[a.Rule.ID] = proved[a.Rule.ID] || err == nil
			}
			if errors.Is(err, ErrBefore) {
				t.Skip(err)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	if len(proved) == 0 {
		t.Error("no case has a safe fix")
	}
	for id, ok := range proved {
		if !ok {
			t.Errorf("no case with a safe fix of %s compiles", id)
		}
	}
}

// TestIntended checks that no exception is left over.
func TestIntended(t *testing.T) {
	t.Parallel()
	for id := range Intended {
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
		{base, "# comment\nFROM alpine AS base\nRUN \\\n  true\nFROM base\nCOPY \"a\" /b\n", ""},
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
