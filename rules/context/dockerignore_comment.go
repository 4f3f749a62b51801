package context

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// DockerignoreComment finds patterns with a comment behind them.
var DockerignoreComment = &lint.Rule{
	ID:      "dockerignore-comment",
	Summary: "A line of the ignore file has a comment behind it",
	Doc: `
In an ignore file a comment has a line of its own. Behind a pattern it is part of the
pattern, which then matches nothing.

The fix puts the comment on a line above.

# Fix safety

The fix is unsafe, because the pattern now matches.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\nb # build\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\n# build\nb\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		ig, at, ok := ignoreFile(p)
		if !ok {
			return
		}
		for k := range ig.Patterns {
			pat := &ig.Patterns[k]
			head, comment, found := strings.Cut(pat.Text, " #")
			if !found || strings.TrimSpace(head) == "" || p.Build.Context.Exists(pat.Clean) {
				continue
			}
			head = strings.TrimSpace(head)
			d := lint.Diagnostic{
				Range:   at,
				Message: "The line " + head + " of " + ig.Path + " matches nothing, because the comment behind it is part of it: put the comment on its own line",
				Related: []lint.Related{inIgnore(p, pat.Range, "there are no comments behind a pattern")},
			}
			if name, _, ok := ignorefile.File(p.Document); ok {
				d.Fixes = []lint.Fix{{
					Title:         "Put the comment on its own line",
					Applicability: lint.Unsafe,
					Others:        []lint.FileEdit{{Path: name, Edits: []lint.Edit{lint.Replace(pat.Range, "#"+comment+"\n"+head)}}},
				}}
			}
			p.Report(d)
		}
	},
}
