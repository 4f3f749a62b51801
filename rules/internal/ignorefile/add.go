package ignorefile

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
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
	if !inContext(ig) {
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

// inContext reports whether an ignore file lies in the context: one that is named after
// the Dockerfile lies beside it.
func inContext(ig *buildctx.Ignore) bool {
	return !path.IsAbs(ig.Path) && !strings.HasPrefix(ig.Path, "..") && !strings.Contains(ig.Path, `\`) && !filepath.IsAbs(ig.Path)
}

// Matches reports whether a line of an ignore file keeps a file away. That of its own
// name need not: brackets and the like have a meaning, and names may begin with an
// exclamation mark or hold a line end.
func Matches(line, file string) bool {
	ignored, _ := buildctx.ParseIgnore(source.NewFile("", line)).Match(file)
	return ignored
}
