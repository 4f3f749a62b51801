package report

import (
	"go/doc/comment"
	"strings"

	"github.com/dlint/dlint/lint"
)

// ruleIndex numbers the rules in the order in which they are met.
type ruleIndex struct {
	list []*lint.Rule
	by   map[string]int
}

func (x *ruleIndex) of(r *lint.Rule) int {
	if i, ok := x.by[r.ID]; ok {
		return i
	}
	if x.by == nil {
		x.by = map[string]int{}
	}
	x.by[r.ID] = len(x.list)
	x.list = append(x.list, r)
	return len(x.list) - 1
}

// named returns the rule with that ID, made when it is first met.
func (x *ruleIndex) named(id string, create func() *lint.Rule) *lint.Rule {
	if i, ok := x.by[id]; ok {
		return x.list[i]
	}
	return x.list[x.of(create())]
}

// plainDoc returns a rule's documentation as plain text.
func plainDoc(r *lint.Rule) string {
	var p comment.Parser
	pr := comment.Printer{TextWidth: 80}
	text := strings.TrimSpace(string(pr.Text(p.Parse(r.Doc))))
	if text == "" {
		return r.Summary
	}
	return text
}

// markdownDoc returns a rule's documentation as Markdown.
func markdownDoc(r *lint.Rule) string {
	var p comment.Parser
	var pr comment.Printer
	return strings.TrimSpace(string(pr.Markdown(p.Parse(r.Doc))))
}

func firstParagraph(text string) string {
	first, _, _ := strings.Cut(text, "\n\n")
	return strings.ReplaceAll(first, "\n", " ")
}
