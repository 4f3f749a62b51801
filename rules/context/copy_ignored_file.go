package context

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
)

// CopyIgnoredFile finds sources of COPY and ADD that the ignore file keeps away.
var CopyIgnoredFile = &lint.Rule{
	ID:      "copy-ignored-file",
	Summary: "A file is copied that the ignore file keeps from the builder",
	Aliases: []string{"CopyIgnoredFile"},
	Doc: `
What .dockerignore lists never reaches the builder, so that COPY or ADD of it fails
with "not found".

BuildKit's own check compares the text of the source with the patterns and gives up
when the file holds any exception (a line that starts with an exclamation mark).
This rule does the same, and where the context is known it goes on: with exceptions
it works out whether anything of the source is left.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY app.log /\n-- .dockerignore --\n*.log\n-- app.log --\nx\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY app.txt /\n-- .dockerignore --\n*.log\n-- app.txt --\nx\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if p.Build.Context == nil || !listed(p) {
			return
		}
		for ins := range p.Instructions("COPY", "ADD") {
			if c := p.Layers().Step(ins).Copy; c != nil && c.FromContext() {
				ignoredSources(p, c)
			}
		}
	},
}

func ignoredSources(p *lint.Pass, c *layers.Copy) {
	ig := p.Build.Context.Ignore()
	k := -1
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Heredoc != nil || s.URL {
			continue
		}
		k++
		if !s.Known {
			continue
		}
		by := ig.CopyIgnored(s.Value)
		if m := &c.Selection().Sources[k]; by == nil && !s.Wide() && m.State == buildctx.SourceIgnored {
			by = m.By
			if by == nil {
				by = &ig.Patterns[0]
			}
		}
		if by == nil {
			continue
		}
		p.Report(lint.Diagnostic{
			Range:   s.Word.Range,
			Message: "Nothing of " + s.Value + " reaches the builder, because " + ig.Path + " lists " + by.Text + ": add an exception, or do not copy it",
			Related: []lint.Related{inIgnore(p, by.Range, "ignored by this line")},
		})
	}
}
