package context

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
)

// DockerignoreNotUsed finds lines of .dockerignore that another ignore file makes void.
var DockerignoreNotUsed = &lint.Rule{
	ID:      "dockerignore-not-used",
	Summary: "The ignore file of the Dockerfile takes the place of .dockerignore",
	Doc: `
Where there is a file named after the Dockerfile, such as Dockerfile.dev.dockerignore,
Docker reads it alone: lines of the .dockerignore at the root do not count on top.
`,
	Bad:      "-- Dockerfile --\nFROM scratch\nCOPY . /\n-- a --\nx\n-- Dockerfile.dockerignore --\nb\n-- .dockerignore --\n**/.env\n",
	Good:     "-- Dockerfile --\nFROM scratch\nCOPY . /\n-- a --\nx\n-- Dockerfile.dockerignore --\n**/.env\n-- .dockerignore --\n**/.env\n",
	Severity: lint.Info,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		ig, at, ok := ignoreFile(p)
		if !ok {
			return
		}
		data, err := p.Build.Context.ReadFile(buildctx.IgnoreName, 0)
		if !ig.Specific || err != nil {
			return
		}
		root := buildctx.ParseIgnore(source.NewFile(buildctx.IgnoreName, string(data)))
		for k := range root.Patterns {
			pat := &root.Patterns[k]
			if pat.Negated || pat.Err != nil || slices.ContainsFunc(ig.Patterns, func(o buildctx.Pattern) bool { return o.Clean == pat.Clean }) {
				continue
			}
			if ignored, _ := ig.Match(strings.ReplaceAll(pat.Clean, "*", "x")); ignored {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   at,
				Message: "Docker reads " + ig.Path + " alone, and the line " + pat.Text + " of .dockerignore is not in it: add it there if it is meant for this build, too",
				Related: []lint.Related{{Path: buildctx.IgnoreName, Range: pat.Range, Message: "not read for this Dockerfile"}},
			})
			return // one is enough to tell
		}
	},
}
