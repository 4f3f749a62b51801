package rules_test

import (
	"os"
	"strings"
	"testing"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/linttest"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
	"github.com/dlint/dlint/rules/gen/docs"
	"github.com/dlint/dlint/rules/gen/list"
)

const cases = "../testdata/rules/*/*.txtar"

func TestRules(t *testing.T) {
	t.Parallel()
	linttest.Run(t, rules.All(), cases)
}

// TestConformance checks that each rule is shown at work: by at least three
// findings with their exact ranges, and at least three Dockerfiles in which it
// finds nothing.
func TestConformance(t *testing.T) {
	t.Parallel()
	const least = 3
	all, err := linttest.Load(cases)
	if err != nil {
		t.Fatal(err)
	}
	found, silent := map[string]int{}, map[string]int{}
	for _, c := range all {
		found[c.Rule()] += c.Findings()
		if c.Findings() == 0 {
			silent[c.Rule()]++
		}
	}
	for _, r := range rules.All() {
		if found[r.ID] < least || silent[r.ID] < least {
			t.Errorf("%s has %d findings and %d silent cases; write at least %d of each", r.ID, found[r.ID], silent[r.ID], least)
		}
	}
}

// TestNames checks that no name means two rules.
func TestNames(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, r := range rules.All() {
		if ids[r.ID] {
			t.Errorf("there are two rules %s", r.ID)
		}
		ids[r.ID] = true
	}
	for _, r := range rules.All() {
		for _, a := range append(r.Aliases, r.Category) {
			if ids[a] || a == "all" {
				t.Errorf("%s: %q is the name of a rule as well", r.ID, a)
			}
		}
	}
}

// TestGenerated checks that the generated files are up to date.
func TestGenerated(t *testing.T) {
	t.Parallel()
	text, err := list.Source(".")
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]byte{"all.go": text, "README.md": docs.README(rules.All())} {
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ReplaceAll(string(got), "\r\n", "\n") != string(want) {
			t.Errorf("%s is out of date: run go run ./rules/gen", file)
		}
	}
}

// FuzzFix checks that the fixes of all rules together come to rest, break
// nothing, and leave nothing for a second run.
func FuzzFix(f *testing.F) {
	all, err := linttest.Load(cases)
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range all {
		f.Add(c.Text)
	}
	e, err := lint.New(rules.All(), lint.Config{Select: []string{"all"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		document := func(text string) *lint.Document {
			return lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{})
		}
		for _, least := range []lint.Applicability{lint.Safe, lint.Unsafe} {
			before := document(text)
			res, err := fix.Run(t.Context(), e, before, least)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range res.Panics {
				t.Fatalf("%v\n%s", p, p.Stack)
			}
			after := document(res.Text)
			if len(after.Tree().Errors) > len(before.Tree().Errors) {
				t.Fatalf("%q has errors: %v", res.Text, after.Tree().Errors)
			}
			again, err := fix.Run(t.Context(), e, after, least)
			if err != nil || again.Changed {
				t.Fatalf("%q becomes %q, %v", res.Text, again.Text, err)
			}
		}
	})
}
