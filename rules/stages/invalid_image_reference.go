package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// InvalidImageReference finds names that no image can have.
var InvalidImageReference = &lint.Rule{
	ID:      "invalid-image-reference",
	Summary: "The name of an image must be well formed",
	Doc: `
BuildKit refuses a name that no image can have: with capitals, a stray sign, an empty
tag, a digest of the wrong length. A name that arguments without a default decide is
not looked at; one that defaults make belongs to the rule invalid-default-arg-in-from.

# Fix safety

The fix writes the name of the image in lower case. It is unsafe because the build
failed before.
`,
	Bad:      "FROM Alpine:3.22\nRUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Error,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachImage(p, func(i image) {
			if i.err == nil || i.use.Kind == stage.FromStage && (len(i.use.In.Base.Expansion.Used) > 0 || stageInAnyCase(p, i)) {
				return
			}
			d := lint.Diagnostic{Range: i.word.Range, Message: "no image can be called this: " + i.err.Error()}
			name, rest := i.word.Value, ""
			if n := strings.LastIndexAny(name, ":@"); n > strings.LastIndexByte(name, '/') {
				name, rest = name[:n], name[n:]
			}
			if lower := strings.ToLower(name); lower != name && i.word.Range.Len() == len(i.word.Value) && !strings.ContainsAny(rest, "@") {
				d.Fixes = []lint.Fix{{
					Title:         "Write the name in lower case",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Replace(i.word.Range, lower+rest)},
				}}
			}
			p.Report(d)
		})
	},
}

// stageInAnyCase reports whether a stage above has the name but for its case.
func stageInAnyCase(p *lint.Pass, i image) bool {
	for _, s := range p.Stages().Stages[:i.use.In.Index] {
		if s.Name != "" && s.Name == strings.ToLower(i.name) {
			return true
		}
	}
	return false
}
