package dockerfile

import (
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint/source"
)

func TestVariable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"FROM $A":                       6,
		"FROM ${A}":                     7,
		"FROM ${A:-x}":                  7,
		"FROM $AB$A":                    9,
		"FROM $A_B":                     -1,
		`FROM \$A`:                      -1,
		"FROM x":                        -1,
		"# escape=`\nFROM `$A\\$A":      21,
		"FROM x\nRUN a \\\n# $A\n b $A": 24,
	} {
		f := Parse(source.NewFile("Dockerfile", text))
		at := strings.LastIndex(text, "FROM")
		if i := strings.Index(text, "RUN"); i > 0 {
			at = i
		}
		r, ok := f.Variable(source.Range{Start: at, End: len(text)}, "A")
		if got := r.Start; ok != (want >= 0) || ok && (got != want || f.Source.Slice(r) != "A") {
			t.Errorf("%q: %v, %v; want %d", text, r, ok, want)
		}
	}
}

// TestVariableAtStart begins where the escape character stands.
func TestVariableAtStart(t *testing.T) {
	t.Parallel()
	f := Parse(source.NewFile("Dockerfile", `FROM \$A`))
	if r, ok := f.Variable(source.Range{Start: 5, End: 8}, "A"); ok {
		t.Errorf("an escaped dollar is a variable at %v", r)
	}
}

// TestPrevComment compares the comments that a node has with BuildKit's.
func TestIsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"A": true, "_": true, "a1_B": true, "Zz": true, "": false, "1A": false, "A-B": false, "A{": false, "É": false, "A.": false, "@": false, "[": false, "`": false,
	} {
		if got := IsName(name); got != want {
			t.Errorf("%q is a name: %v, want %v", name, got, want)
		}
	}
}

func TestPrevComment(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"# a\nFROM x\n", "# a\n#\n# b\nFROM x\n", "# a\n\n# b\nFROM x\n#\nRUN y\n", "FROM x\n# a\n# b\nRUN y \\\n# c\n z\n# d\nUSER a\n", "#\n#\nFROM x\n",
	} {
		want, err := parser.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for k, ins := range Parse(source.NewFile("Dockerfile", text)).Instructions {
			if got := ins.Node.PrevComment; !slices.Equal(got, want.AST.Children[k].PrevComment) {
				t.Errorf("%q: instruction %d has %q, want %q", text, k, got, want.AST.Children[k].PrevComment)
			}
		}
	}
}
