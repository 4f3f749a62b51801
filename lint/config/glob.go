package config

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A glob is a pattern for slash-separated paths, cut into segments. "**" stands
// for any number of them. A pattern matches a path and everything below it; one
// without a slash matches at any depth.
type glob []string

// compileGlob reads a pattern.
func compileGlob(pattern string) (glob, error) {
	switch {
	case strings.Trim(pattern, "/. ") == "":
		return nil, fmt.Errorf("the pattern %q means nothing: write a path such as \"test/**\"", pattern)
	case strings.HasPrefix(pattern, "!"):
		return nil, errors.New("patterns cannot be negated: list what is meant")
	case strings.ContainsAny(pattern, "{}"):
		return nil, errors.New("patterns have no braces: write one pattern for each alternative")
	case strings.Contains(pattern, `\`) && filepath.Separator == '\\':
		return nil, errors.New("patterns use slashes, also on Windows")
	}
	p := strings.TrimPrefix(pattern, "./")
	if !strings.Contains(strings.TrimRight(p, "/"), "/") {
		p = "**/" + p
	}
	parts := strings.Split(strings.Trim(p, "/"), "/")
	for _, part := range parts {
		if _, err := path.Match(part, ""); err != nil {
			return nil, fmt.Errorf("the pattern %q is broken: a bracket is not closed", pattern)
		}
	}
	same := func(a, b string) bool { return a == "**" && b == "**" }
	return slices.CompactFunc(parts, same), nil
}

// match reports whether g matches the path or one of the folders above it. Only
// the last "**" is ever tried again, so the time is bounded by the product of
// the lengths.
func (g glob) match(segs []string) bool {
	star, mark := -1, 0
	for i, j := 0, 0; i < len(g); {
		if g[i] == "**" {
			star, mark = i, j
			i++
			continue
		}
		if j == len(segs) {
			return false
		}
		if ok, _ := path.Match(g[i], segs[j]); ok {
			i++
			j++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		i, j = star+1, mark
	}
	return true
}

// scoped are patterns with the folder they are relative to.
type scoped struct {
	base  string
	globs []glob
}

// match reports whether a pattern matches the absolute path. A path that does
// not lie below the patterns' folder is taken relative to the run's.
func (s *scoped) match(l *Loader, abs string) bool {
	if len(s.globs) == 0 {
		return false
	}
	windows := runtime.GOOS == "windows"
	rel, ok := below(s.base, abs, windows)
	if !ok {
		rel, _ = below(l.dir, abs, windows)
	}
	segs := strings.Split(strings.Trim(filepath.ToSlash(rel), "/"), "/")
	return slices.ContainsFunc(s.globs, func(g glob) bool { return g.match(segs) })
}

// below returns path relative to dir; path as it is when it lies elsewhere. On
// Windows the case does not count: editors write c:, shells C:.
func below(dir, path string, windows bool) (string, bool) {
	separator := "/"
	if windows {
		separator = `\`
	}
	if len(path) < len(dir) {
		return path, false
	}
	head, rest := path[:len(dir)], path[len(dir):]
	if same := head == dir || windows && strings.EqualFold(head, dir); !same {
		return path, false
	}
	if rest == "" || strings.HasPrefix(rest, separator) || strings.HasSuffix(dir, separator) {
		return rest, true
	}
	return path, false
}
