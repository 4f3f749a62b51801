package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// TodoComment finds notes of work that is not done.
var TodoComment = &lint.Rule{
	ID:      "todo-comment",
	Summary: "A comment says that something is left to do",
	Aliases: []string{"S1135"},
	Doc: `
Comments with TODO or FIXME are notes of work that is not done. The rule lists them.
`,
	Bad:      "FROM alpine\n# TODO: pin\nRUN apk add curl\n",
	Good:     "FROM alpine\nRUN apk add curl=8.14.1-r2\n",
	Severity: lint.Style,
	Off:      "it lists notes, and finds nothing wrong",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for k := range p.Tree().Comments {
			c := &p.Tree().Comments[k]
			for _, tag := range [...]string{"TODO", "FIXME"} {
				at := wholeWord(p.Source.Slice(c.Range), tag)
				if at < 0 {
					continue
				}
				r := source.Range{Start: c.Range.Start + at, End: c.Range.Start + at + len(tag)}
				p.Report(lint.Diagnostic{Range: r, Message: "Something is left to do here"})
				break
			}
		}
	},
}

// wholeWord returns where tag stands in text as a word of its own, or -1.
func wholeWord(text, tag string) int {
	letter := func(k int) bool {
		return k >= 0 && k < len(text) && (text[k]|0x20 >= 'a' && text[k]|0x20 <= 'z' || text[k] == '_')
	}
	for from := 0; ; {
		at := strings.Index(text[from:], tag)
		if at < 0 {
			return -1
		}
		at += from
		if !letter(at-1) && !letter(at+len(tag)) {
			return at
		}
		from = at + len(tag)
	}
}
