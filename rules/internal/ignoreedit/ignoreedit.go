// Package ignoreedit writes the edits of fixes that add lines to the ignore file
// of a build context.
package ignoreedit

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
)

// Add returns the change that makes the ignore file that counts for the
// Dockerfile hold the lines, at its end, where nothing overrules them. Without an
// ignore file it makes one. It reports false when there is no context, when the
// file lies outside of it, or when all lines are there.
func Add(c *buildctx.Context, lines ...string) (lint.FileEdit, bool) {
	if !c.Known() || len(lines) == 0 {
		return lint.FileEdit{}, false
	}
	ig := c.Ignore()
	if ig == nil {
		return lint.FileEdit{
			Path: buildctx.IgnoreName, Create: true,
			Edits: []lint.Edit{lint.Insert(0, strings.Join(lines, "\n")+"\n")},
		}, true
	}
	if path.IsAbs(ig.Path) || strings.HasPrefix(ig.Path, "..") || strings.Contains(ig.Path, `\`) {
		return lint.FileEdit{}, false
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(l string) bool {
		return len(ig.Patterns) > 0 && ig.Patterns[len(ig.Patterns)-1].Text == l
	})
	if len(lines) == 0 {
		return lint.FileEdit{}, false
	}
	text := strings.Join(lines, "\n") + "\n"
	if t := ig.File.Text; t != "" && !strings.HasSuffix(t, "\n") {
		text = "\n" + text
	}
	return lint.FileEdit{Path: ig.Path, Edits: []lint.Edit{lint.Insert(len(ig.File.Text), text)}}, true
}

// Shared reports whether another Dockerfile of the context uses the same ignore
// file, as far as names of files tell.
func Shared(c *buildctx.Context) bool {
	if ig := c.Ignore(); ig != nil && ig.Specific {
		return false
	}
	own := c.Dockerfile()
	others := c.FindBase(func(base string) bool {
		base = strings.ToLower(base)
		return (strings.HasPrefix(base, "dockerfile") || strings.HasSuffix(base, ".dockerfile") || base == "containerfile") &&
			!strings.HasSuffix(base, buildctx.IgnoreSuffix)
	}, buildctx.FindOptions{Ignored: true, Max: 8})
	if own == "" {
		own = "Dockerfile"
	}
	return slices.ContainsFunc(others, func(e *buildctx.Entry) bool { return e.IsRegular() && e.Path != own })
}
