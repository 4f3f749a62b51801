package context

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// listed reports whether there is an ignore file with a pattern in it.
func listed(p *lint.Pass) bool {
	ig := p.Build.Context.Ignore()
	return ig != nil && len(ig.Patterns) > 0
}

// ignoreFile returns the ignore file, and the place to show findings about it at; false
// when there is none.
func ignoreFile(p *lint.Pass) (*buildctx.Ignore, source.Range, bool) {
	if p.Build.Context == nil || p.Build.Context.Ignore() == nil {
		return nil, source.Range{}, false
	}
	at, ok := first(p)
	return p.Build.Context.Ignore(), at, ok
}

// first returns the place that a finding about the ignore file is best shown at:
// the first that takes a folder, or else the first FROM.
func first(p *lint.Pass) (source.Range, bool) {
	for _, t := range ignorefile.Takings(p.Document) {
		if t.Dir && !t.Mount {
			return t.Range, true
		}
	}
	if s := p.Stages().Stages; len(s) > 0 {
		return s[0].From.Keyword.Range, true
	}
	return source.Range{}, false
}

// trivial reports whether a find alone does no harm worth a finding: a handful of
// small files.
func trivial(f *ignorefile.Found) bool {
	switch f.Pattern {
	case ".git", ".idea", ".vscode", ".vs", ".hg", ".svn", ".terraform", ".vagrant", "tmp",
		"**/*.log", "**/*.swp", "**/*~", "**/.DS_Store", "**/Thumbs.db":
		return false
	}
	return f.Group == ignorefile.Git || f.Group == ignorefile.Build
}

// examples lists what was found in words: the biggest first, three at most.
func examples(found []*ignorefile.Found) string {
	list := slices.Clone(found)
	slices.SortStableFunc(list, func(a, b *ignorefile.Found) int {
		if (a.Group == ignorefile.Secret) != (b.Group == ignorefile.Secret) {
			if a.Group == ignorefile.Secret {
				return -1
			}
			return 1
		}
		return int(b.Size>>20) - int(a.Size>>20)
	})
	var names []string
	for _, f := range list {
		if n := place(f); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if n := len(names); n > 3 {
		return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", n-3)
	}
	return strings.Join(names, ", ")
}

// place names what a pattern found: the folder that it matches, or the file.
func place(f *ignorefile.Found) string {
	name := f.Files[0].Path
	ig := buildctx.ParseIgnore(source.NewFile("", f.Pattern))
	for k := range len(name) {
		if name[k] == '/' {
			if ignored, _ := ig.Match(name[:k]); ignored {
				return name[:k]
			}
		}
	}
	return name
}

func related(found []*ignorefile.Found) []lint.Related {
	var out []lint.Related
	for _, f := range found {
		what := "file"
		if len(f.Files) > 1 {
			what = fmt.Sprintf("%d files, %s", len(f.Files), size(f.Size))
		}
		out = append(out, lint.Related{Path: f.Files[0].Path, Message: fmt.Sprintf("%s (%s): it holds %s", f.Pattern, what, f.Why)})
		if len(out) == 10 {
			break
		}
	}
	return out
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d kB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// inIgnore is a related place in the ignore file.
func inIgnore(p *lint.Pass, r source.Range, message string) lint.Related {
	return lint.Related{Path: p.Build.Context.Ignore().Path, Range: r, Message: message}
}
