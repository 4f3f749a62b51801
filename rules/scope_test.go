package rules_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/linttest"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// edited makes a random edit: an instruction is gone, comes twice, goes elsewhere
// or comes from another file; a word is gone, comes twice or is another; a letter
// is typed; a comment stands above.
func edited(rnd *rand.Rand, text, other string) string {
	tree := dockerfile.Parse(source.NewFile("", text))
	if len(tree.Instructions) == 0 {
		return other
	}
	lines := func(f *dockerfile.File) source.Range { return f.Instructions[rnd.IntN(len(f.Instructions))].Lines }
	r := lines(tree)
	own := text[r.Start:r.End]
	if !strings.HasSuffix(own, "\n") {
		own += "\n"
	}
	switch rnd.IntN(10) {
	case 0:
		return text[:r.Start] + text[r.End:]
	case 1:
		return text[:r.Start] + own + text[r.Start:]
	case 2:
		to := lines(tree).Start
		if to > r.Start {
			return text[:r.Start] + text[r.End:max(to, r.End)] + own + text[max(to, r.End):]
		}
		return text[:to] + own + text[to:r.Start] + text[r.End:]
	case 3, 4:
		f := dockerfile.Parse(source.NewFile("", other))
		if len(f.Instructions) == 0 {
			return text
		}
		o := lines(f)
		return text[:r.Start] + strings.TrimSuffix(other[o.Start:o.End], "\n") + "\n" + text[r.Start:]
	case 5:
		return text[:r.Start] + []string{"# c\n", "\n", "# dlint ignore=all\n", "# hadolint ignore=DL3008\n"}[rnd.IntN(4)] + text[r.Start:]
	case 6, 7:
		words := strings.Fields(own)
		if len(words) == 0 {
			return text
		}
		w := words[rnd.IntN(len(words))]
		at := r.Start + strings.Index(own, w)
		return text[:at] + []string{"", w + " " + w, "x", "$X", words[rnd.IntN(len(words))]}[rnd.IntN(5)] + text[at+len(w):]
	}
	at := r.Start + rnd.IntN(r.Len()+1)
	return text[:at] + []string{"x", " ", "\\\n", "\n", "-", "\"", "$A", "/", "=", "&& "}[rnd.IntN(10)] + text[at:]
}

// names lists findings by their rules.
func names(list []lint.Diagnostic) map[string][]lint.Diagnostic {
	by := map[string][]lint.Diagnostic{}
	for _, d := range list {
		id := d.Rule.ID
		d.Rule = nil
		by[id] = append(by[id], d)
	}
	return by
}

// walk edits a text time and again, lints each version with what the one before
// has left, and calls wrong for each rule whose findings are not those of a fresh
// run.
func walk(t *testing.T, rnd *rand.Rand, e *lint.Engine, text string, build lint.Build, pool []string, edits int, wrong func(id, before, after, diff string)) {
	t.Helper()
	var memo *lint.Memo
	before := text
	for range edits {
		src := source.NewFile("Dockerfile", text)
		got, next, err := e.Relint(t.Context(), lint.NewDocumentAfter(memo, src, build), memo)
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		want, err := e.Lint(t.Context(), lint.NewDocument(src, build))
		if err != nil {
			t.Fatal(err)
		}
		g, w := names(got), names(want)
		for _, r := range e.Rules() {
			if diff := cmp.Diff(w[r.ID], g[r.ID]); diff != "" {
				wrong(r.ID, before, text, diff)
			}
		}
		memo, before = next, text
		text = edited(rnd, text, pool[rnd.IntN(len(pool))])
	}
}

// TestScopes checks that no rule claims a scope that is too small: the findings of
// an edited file are those of a new one.
func TestScopes(t *testing.T) {
	t.Parallel()
	list, err := linttest.Load(cases)
	if err != nil {
		t.Fatal(err)
	}
	pool := make([]string, len(list))
	for k, c := range list {
		pool[k] = c.Text
	}
	edits, _ := strconv.Atoi(os.Getenv("DLINT_EDITS"))
	if edits == 0 {
		edits = 2
	}
	all := rules.All()
	e, err := lint.New(all, lint.Config{Select: []string{"all"}, Preview: true})
	if err != nil {
		t.Fatal(err)
	}
	seed, _ := strconv.ParseUint(os.Getenv("DLINT_SEED"), 10, 64)
	failed := map[string]int{}
	rnd := rand.New(rand.NewPCG(seed, 1))
	for _, c := range list {
		walk(t, rnd, e, c.Text, c.Document().Build, pool, edits, func(id, before, after, diff string) {
			if failed[id]++; failed[id] == 1 {
				t.Errorf("%s: after an edit of\n%s\nto\n%s\nthe findings differ (-want +got):\n%s", id, before, after, diff)
			}
		})
	}
	var ids []string
	for id, n := range failed {
		ids = append(ids, fmt.Sprintf("%s %d", id, n))
	}
	slices.Sort(ids)
	if len(ids) > 0 {
		t.Logf("rules whose scope is too small: %s", strings.Join(ids, ", "))
	}
}
