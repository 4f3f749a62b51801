package stage

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// FuzzPlainExpand holds the expansion of plain words to BuildKit's lexer.
func FuzzPlainExpand(f *testing.F) {
	for _, s := range []string{
		"", "a", "$A", "${A}", "x$A-y", `"$A $B"`, `'$A'`, `"a'b"`, `'a"b'`, `"a"b'c'`, `""`, `''`, `"`, "$", "${", "${A", "${A:-b}",
		"$1", "$$A", "${A}${A}", "$N", "${N}x", `"$N"$N`, "a b", `"a`, `a"b"`, "$EMPTY", "$LONG$LONG", `"a" "b"`, "$A$", "${}", `'a'$U`,
	} {
		f.Add(s)
	}
	vars := map[string]*Var{
		"A": {Name: "A", Value: "va l", Set: true, Known: true}, "B": {Name: "B", Value: "$A", Set: true, Known: true},
		"EMPTY": {Name: "EMPTY", Set: true, Known: true}, "N": {Name: "N"}, "U": {Name: "U", Set: true},
		"LONG": {Name: "LONG", Value: string(make([]byte, maxExpansion-10)), Set: true, Known: true},
	}
	lookup := func(name string) *Var { return vars[name] }
	f.Fuzz(func(t *testing.T, word string) {
		got, ok := plainExpand(word, '\\', lookup)
		if !ok {
			return
		}
		want := run(shell.NewLex('\\'), word, lookup)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q (-BuildKit, +dlint):\n%s", word, diff)
		}
	})
}
