package context

import (
	"github.com/dlint/dlint/lint"
)

// DockerignoreInvalid finds lines for which Docker refuses the ignore file.
var DockerignoreInvalid = &lint.Rule{
	ID:      "dockerignore-invalid",
	Summary: "A line of the ignore file stops the build",
	Doc: `
Docker refuses a pattern with an open bracket, a lone exclamation mark, or a line that
is too long, and builds nothing. The finding stands at the first COPY of a folder or
the first FROM and names the line.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\n[a\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\nb\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		ig, at, ok := ignoreFile(p)
		if !ok {
			return
		}
		for _, e := range ig.Errors {
			p.Report(lint.Diagnostic{
				Range:   at,
				Message: "Docker refuses " + ig.Path + " and builds nothing: " + e.Error(),
				Related: []lint.Related{inIgnore(p, e.Range, e.Message)},
			})
		}
	},
}
