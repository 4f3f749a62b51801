package context

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// DockerfileCopied finds Dockerfiles that are copied into their own image.
var DockerfileCopied = &lint.Rule{
	ID:      "dockerfile-copied",
	Summary: "The Dockerfile is copied into its own image",
	Doc: `
When COPY takes the Dockerfile with the rest, every edit of it, be it to a CMD,
changes what is copied, and all steps behind run again. Listed in the ignore file
it still reaches the builder, which needs it, but cannot be copied.

The rule looks only where there is an ignore file with a line in it; otherwise see
missing-dockerignore.

# Fix safety

The fix is unsafe when another Dockerfile reads the same ignore file, and when a
command names the Dockerfile.
`,
	Bad:      "-- Dockerfile --\nFROM debian:12\nCOPY . /app\n-- Dockerfile.dev --\nFROM x\n-- a --\nx\n-- .dockerignore --\n*.md\n",
	Good:     "-- Dockerfile --\nFROM debian:12\nCOPY . /app\n-- Dockerfile.dev --\nFROM x\n-- a --\nx\n-- .dockerignore --\n*.md\n\n# The build itself\nDockerfile*\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if p.Build.Context == nil || !listed(p) {
			return
		}
		for _, t := range ignorefile.Takings(p.Document) {
			if !t.Whole || t.Mount {
				continue
			}
			k := slices.IndexFunc(t.Selection.Files, func(e *buildctx.Entry) bool { return e.Path == p.Build.Context.Dockerfile() })
			if k < 0 {
				k = slices.IndexFunc(t.Selection.Files, func(e *buildctx.Entry) bool { return ignorefile.IsDockerfile(e.Path) })
			}
			if k < 0 {
				continue
			}
			p.Report(dockerfileCopied(p, t, t.Selection.Files[k]))
		}
	},
}

func dockerfileCopied(p *lint.Pass, t ignorefile.Taking, e *buildctx.Entry) lint.Diagnostic {
	d := lint.Diagnostic{
		Range:   t.Range,
		Message: "This takes " + e.Path + " as well, so that every edit of it runs all later steps again: list it in " + p.Build.Context.Ignore().Path,
	}
	f := &ignorefile.Found{IgnoreEntry: knowledge.IgnoreEntry{Pattern: e.Path}, Group: ignorefile.Build, Files: []*buildctx.Entry{e}}
	if ignorefile.IsDockerfile(e.Path) {
		f.Pattern = "Dockerfile*"
		if e.Base()[0] == 'C' {
			f.Pattern = "Containerfile*"
		}
	}
	fix, ok := ignorefile.Fix(p.Document, []*ignorefile.Found{f})
	if !ok { // the pattern would hide another Dockerfile that is copied by name
		f.Pattern = e.Path
		fix, ok = ignorefile.Fix(p.Document, []*ignorefile.Found{f})
	}
	if ok {
		d.Fixes = []lint.Fix{fix}
	}
	return d
}
