package context

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// GitDirectoryCopied finds .git folders that get into the image.
var GitDirectoryCopied = &lint.Rule{
	ID:      "git-directory-copied",
	Summary: "The .git folder is copied into the image",
	Doc: `
.git holds the whole history, removed secrets included, and the addresses of the
remotes, sometimes with a token. It changes with every commit, fetch and even git
status, so that the COPY and everything behind it runs again.

Where there is no .dockerignore at all, missing-dockerignore says so instead.

The fix adds .git to the ignore file.

# Fix safety

The fix is unsafe where the build may read .git: a command calls git, go build
stamps the version, or a build file names a tool that does. It is unsafe, too,
where another Dockerfile reads the same ignore file.
`,
	Bad:      "-- Dockerfile --\nFROM debian:12\nCOPY . /app\n-- .git/HEAD --\nref\n-- a --\nx\n-- .dockerignore --\n*.md\n",
	Good:     "-- Dockerfile --\nFROM debian:12\nCOPY . /app\n-- .git/HEAD --\nref\n-- a --\nx\n-- .dockerignore --\n*.md\n\n# Version control and settings of tools\n.git\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if p.Build.Context == nil || !listed(p) {
			return
		}
		for _, t := range ignorefile.Takings(p.Document) {
			if len(t.Selection.Opaque) == 0 || t.Mount {
				continue
			}
			p.Report(gitCopied(p, t))
		}
	},
}

func gitCopied(p *lint.Pass, t ignorefile.Taking) lint.Diagnostic {
	e := t.Selection.Opaque[0]
	d := lint.Diagnostic{
		Range:   t.Range,
		Message: "This takes " + e.Path + ", the whole history, which changes with every commit: list it in " + p.Build.Context.Ignore().Path,
	}
	needs := ignorefile.NeedsGit(p.Document)
	if needs != "" {
		d.Message = "This takes " + e.Path + ", the whole history, which changes with every commit: list it in " +
			p.Build.Context.Ignore().Path + " if " + needs + " can do without"
	}
	pattern := ".git"
	if e.Path != ".git" {
		pattern = "**/.git"
	}
	found := &ignorefile.Found{IgnoreEntry: knowledge.IgnoreEntry{Pattern: pattern}, Group: ignorefile.Git}
	if fix, ok := ignorefile.Fix(p.Document, []*ignorefile.Found{found}); ok {
		if needs != "" || ignorefile.Mentions(p.Document, ".git") {
			fix.Applicability = lint.Unsafe
		}
		d.Fixes = []lint.Fix{fix}
	}
	return d
}
