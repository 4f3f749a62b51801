package context

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// LeakyDockerignore finds junk and secrets that an ignore file lets through.
var LeakyDockerignore = &lint.Rule{
	ID:      "leaky-dockerignore",
	Summary: "The .dockerignore lets through what does not belong into the image",
	Aliases: []string{"S6470", "DKL-LI-0003"},
	Doc: `
There is a .dockerignore, and still COPY takes files that are secret, large, made
again by the build, or different on every machine. Often a line is there that says
less than it seems to: node_modules matches at the root only (**/node_modules
everywhere), and .env neither .env.local nor api/.env.

The finding looks at what is in the context now. A file that an exception brings
back by name is left alone, as is .git, which has a rule of its own
(git-directory-copied). Folders that builds make are counted only when the
Dockerfile runs the tool that makes them.

Files that come with a folder and are larger than the option file says (in MB, 50 by
default) count as well: dumps, videos, archives. Copy them by name if they are meant.

The fix adds lines at the end of the file, where they have the last word.

# Fix safety

The fix is unsafe when another Dockerfile reads the same file, and when a command
names a file that would no longer be there.
`,
	Bad:      "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\n-- app.js --\nx\n-- api/.env --\nA=1\n-- .dockerignore --\n.env\n",
	Good:     "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\n-- app.js --\nx\n-- api/.env --\nA=1\n-- .dockerignore --\n.env\n\n# Secrets\n**/.env\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Options:  func() any { return &leakyOptions{File: 50} },
	Check: func(p *lint.Pass) {
		if p.Build.Context == nil || !listed(p) || !ignorefile.Trusted(p.Document) {
			return
		}
		for _, t := range ignorefile.Takings(p.Document) {
			if t.Dir && !t.Mount {
				leaks(p, t)
			}
		}
	},
}

func leaks(p *lint.Pass, t ignorefile.Taking) {
	found := ignorefile.Junk(p.Document, t.Selection.Files, nil)
	found = slices.DeleteFunc(found, func(f *ignorefile.Found) bool { return trivial(f) || wanted(p, f) })
	found = append(found, large(p, t)...)
	if len(found) == 0 {
		return
	}
	d := lint.Diagnostic{
		Range:   t.Range,
		Message: "This takes " + examples(found) + ", which does not belong into an image: list it in " + p.Build.Context.Ignore().Path,
		Related: related(found),
	}
	for _, f := range found {
		if pat := shallow(p, f); pat != nil {
			d.Related = append(d.Related, *pat)
		}
	}
	if fix, ok := ignorefile.Fix(p.Document, found); ok {
		if slices.ContainsFunc(found, func(f *ignorefile.Found) bool { return f.Group == ignorefile.Large }) {
			fix.Applicability = lint.Unsafe
		}
		d.Fixes = []lint.Fix{fix}
	}
	p.Report(d)
}

// wanted reports whether exceptions bring back by name all that was found.
func wanted(p *lint.Pass, f *ignorefile.Found) bool {
	ig := p.Build.Context.Ignore()
	for _, e := range f.Files {
		if _, by := ig.Match(e.Path); by == nil || !by.Negated || !strings.HasPrefix(e.Path+"/", by.Clean+"/") || !specific(f, by.Clean) {
			return false
		}
	}
	return true
}

// specific reports whether an exception is about what was found, and not about a
// folder around it.
func specific(f *ignorefile.Found, clean string) bool {
	base := clean[strings.LastIndexByte(clean, '/')+1:]
	want := strings.TrimPrefix(f.Pattern, "**/")
	return base == want || base == f.Files[0].Base()
}

// shallow returns the line that was meant to ignore what was found but does so
// at the root only, or nil.
func shallow(p *lint.Pass, f *ignorefile.Found) *lint.Related {
	want := strings.TrimPrefix(f.Pattern, "**/")
	if want == f.Pattern {
		return nil
	}
	for k := range p.Build.Context.Ignore().Patterns {
		pat := &p.Build.Context.Ignore().Patterns[k]
		if !pat.Negated && (pat.Clean == want || pat.Clean == strings.TrimSuffix(want, ".*")) {
			r := inIgnore(p, pat.Range, pat.Text+" matches only at the root and only that name: "+f.Pattern+" matches all")
			return &r
		}
	}
	return nil
}

// leakyOptions are the options of the rule.
type leakyOptions struct {
	File int64 `yaml:"file" doc:"Files from this size in MB on are reported; 0 for none"`
}

// large finds large files that only come along with a folder.
func large(p *lint.Pass, t ignorefile.Taking) []*ignorefile.Found {
	limit := p.Options.(*leakyOptions).File << 20
	var out []*ignorefile.Found
	for _, e := range t.Selection.Files {
		if limit > 0 && e.Size >= limit && !ignorefile.Mentions(p.Document, e.Base()) {
			out = append(out, &ignorefile.Found{
				IgnoreEntry: knowledge.IgnoreEntry{Pattern: e.Path, Why: size(e.Size)},
				Group:       ignorefile.Large, Files: []*buildctx.Entry{e}, Size: e.Size,
			})
		}
	}
	return out
}
