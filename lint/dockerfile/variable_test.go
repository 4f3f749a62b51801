package dockerfile

import (
	"strings"
	"testing"

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
