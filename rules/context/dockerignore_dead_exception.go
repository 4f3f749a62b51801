package context

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
)

// DockerignoreDeadException finds exceptions that a later line undoes.
var DockerignoreDeadException = &lint.Rule{
	ID:      "dockerignore-dead-exception",
	Summary: "An exception of the ignore file is overridden by a later line",
	Doc: `
The last line that matches decides. An exception ("!keep") that stands above a pattern
that matches the same file does nothing.

Only exceptions without wildcards are looked at.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\n!b.md\n*.md\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY a /\n-- a --\nx\n-- .dockerignore --\n*.md\n!b.md\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		ig, at, ok := ignoreFile(p)
		if !ok {
			return
		}
		for k := range ig.Patterns {
			pat := &ig.Patterns[k]
			if !pat.Negated || pat.Err != nil || strings.ContainsAny(pat.Clean, "*?[") {
				continue
			}
			ignored, by := ig.Match(pat.Clean)
			if !ignored || by == nil || by.Index < k || wasIgnored(ig, pat) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   at,
				Message: "The exception " + pat.Text + " of " + ig.Path + " does nothing, because " + by.Text + " below it has the last word: put it behind that line",
				Related: []lint.Related{inIgnore(p, pat.Range, "this exception"), inIgnore(p, by.Range, "overridden here")},
			})
		}
	},
}

// wasIgnored reports whether a line above ignores the path of the exception as
// well, and a line below only repeats it for something else: then the exception
// had its use for other files.
func wasIgnored(ig *buildctx.Ignore, pat *buildctx.Pattern) bool {
	for k := range pat.Index {
		if o := &ig.Patterns[k]; o.Negated && o.Clean == pat.Clean {
			return true
		}
	}
	return false
}
