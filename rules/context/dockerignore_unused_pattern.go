package context

import (
	"github.com/dlint/dlint/lint"
)

// DockerignoreUnusedPattern finds patterns that match nothing in the context.
var DockerignoreUnusedPattern = &lint.Rule{
	ID:      "dockerignore-unused-pattern",
	Summary: "A line of the ignore file matches nothing",
	Doc: `
A pattern that matches nothing in the context may be misspelt. More often it is there
for files that come and go.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\nnope\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\nb\n-- b --\nx\n",
	Severity: lint.Info,
	Off:      "most such lines are there for files that come and go",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		ig, at, ok := ignoreFile(p)
		if !ok {
			return
		}
		for _, u := range p.Build.Context.Usage() {
			if !u.Known || u.Matches || u.Pattern.Err != nil {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   at,
				Message: "The line " + u.Pattern.Text + " of " + ig.Path + " matches nothing: check how it is spelt",
				Related: []lint.Related{inIgnore(p, u.Pattern.Range, "matches nothing")},
			})
		}
	},
}
