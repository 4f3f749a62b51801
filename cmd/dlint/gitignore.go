package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/dlint/dlint/lint/worktree"
)

// The patterns of .gitignore are matched here rather than with a library: those
// that were tried take "[!a]", "[[:alpha:]]", "**" or "!*/" for something else
// than git does. The test compares with git where it is installed.

// ignorePattern is one line of a .gitignore.
type ignorePattern struct {
	glob     string // without the leading and trailing slash
	negated  bool   // "!": not ignored after all
	dirOnly  bool   // only folders match
	anchored bool   // compared with the whole path, not with the last element
}

// ignoreFile is a .gitignore, or what lies in .git/info/exclude.
type ignoreFile struct {
	dir      string // patterns are relative to it
	patterns []ignorePattern
}

// readIgnore returns the patterns of a file, nil when there are none.
func readIgnore(dir, name string) *ignoreFile {
	text, err := readFile(name)
	if err != nil {
		return nil
	}
	f := &ignoreFile{dir: dir}
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if p, ok := parseIgnore(strings.TrimRight(line, "\r\n")); ok {
			f.patterns = append(f.patterns, p)
		}
	}
	if len(f.patterns) == 0 {
		return nil
	}
	return f
}

func parseIgnore(line string) (p ignorePattern, ok bool) {
	if line == "" || line[0] == '#' {
		return p, false
	}
	if line[0] == '!' {
		p.negated = true
		line = line[1:]
	}
	line = trimBlanks(line)
	if rest, found := strings.CutSuffix(line, "/"); found {
		p.dirOnly = true
		line = rest
	}
	p.anchored = strings.Contains(line, "/")
	p.glob = strings.TrimPrefix(line, "/")
	return p, p.glob != ""
}

// trimBlanks removes blanks at the end, unless a backslash keeps them.
func trimBlanks(s string) string {
	for strings.HasSuffix(s, " ") {
		cut := s[:len(s)-1]
		if (len(cut)-len(strings.TrimRight(cut, `\`)))%2 == 1 {
			break
		}
		s = cut
	}
	return s
}

// match tells whether the file has a say on the path and what it says.
func (f *ignoreFile) match(path string, dir bool) (ignored, known bool) {
	rel, err := filepath.Rel(f.dir, path)
	if err != nil {
		return false, false
	}
	rel = filepath.ToSlash(rel)
	base := rel[strings.LastIndexByte(rel, '/')+1:]
	for i := len(f.patterns) - 1; i >= 0; i-- {
		p := &f.patterns[i]
		if p.dirOnly && !dir {
			continue
		}
		text := base
		if p.anchored {
			text = rel
		}
		if wildmatch(p.glob, text) {
			return !p.negated, true
		}
	}
	return false, false
}

// ignoreList holds the ignore files that count in a folder, the nearest last.
type ignoreList []*ignoreFile

// ignored reports whether git ignores the path, its folders not being ignored.
func (l ignoreList) ignored(path string, dir bool) bool {
	for i := len(l) - 1; i >= 0; i-- {
		if ignored, known := l[i].match(path, dir); known {
			return ignored
		}
	}
	return false
}

// enter returns the list for a folder below.
func (l ignoreList) enter(dir string) ignoreList {
	name := filepath.Join(dir, ".gitignore")
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return l // git follows no link here
	}
	if f := readIgnore(dir, name); f != nil {
		return append(l[:len(l):len(l)], f)
	}
	return l
}

// ignoresAbove returns the ignore files that count for dir, an absolute path, and
// whether it lies in a git work tree at all.
func ignoresAbove(dir string) (list ignoreList, inside bool) {
	var dirs []string
	for d := dir; ; d = filepath.Dir(d) {
		dirs = append(dirs, d)
		if worktree.IsTop(d) {
			break
		}
		if filepath.Dir(d) == d {
			return nil, false
		}
	}
	root := dirs[len(dirs)-1]
	if f := readIgnore(root, filepath.Join(root, ".git", "info", "exclude")); f != nil {
		list = append(list, f)
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		list = list.enter(dirs[i])
	}
	return list, true
}

// maxSteps bounds the work on one pattern with many stars.
const maxSteps = 100_000

// wildmatch compares as git does, byte by byte: "*" and "?" stop at a slash,
// "**" as a whole element matches any number of elements. What stands in front of
// the first wildcard is compared apart, so that "**" behind it begins an element.
func wildmatch(pattern, text string) bool {
	if n := strings.IndexAny(pattern, `*?[\`); n > 0 {
		if !strings.HasPrefix(text, pattern[:n]) {
			return false
		}
		pattern, text = pattern[n:], text[n:]
	}
	steps := 0
	return match(pattern, text, true, &steps)
}

// match compares from a place in both on; first says that in the pattern an element
// begins there.
func match(pattern, text string, first bool, steps *int) bool {
	for {
		if *steps++; *steps > maxSteps {
			return false
		}
		if pattern == "" {
			return text == ""
		}
		if pattern[0] == '*' {
			return matchStar(pattern, text, first, steps)
		}
		if text == "" {
			return false
		}
		c := text[0]
		first = c == '/' // when it matches, it is the pattern's as well
		var ok bool
		switch pattern[0] {
		case '?':
			pattern, ok = pattern[1:], c != '/'
		case '[':
			pattern, ok = matchClass(pattern, c)
			ok = ok && c != '/'
		default:
			if pattern[0] == '\\' && len(pattern) > 1 {
				pattern = pattern[1:]
			}
			pattern, ok = pattern[1:], pattern[0] == c
		}
		if !ok {
			return false
		}
		text = text[1:]
	}
}

// matchStar matches a pattern that starts with "*".
func matchStar(pattern, text string, first bool, steps *int) bool {
	rest := strings.TrimLeft(pattern, "*")
	double := first && len(pattern)-len(rest) >= 2
	if double && strings.HasPrefix(rest, "/") {
		if match(rest[1:], text, true, steps) {
			return true
		}
		for i := range len(text) {
			if text[i] == '/' && match(rest[1:], text[i+1:], true, steps) {
				return true
			}
		}
		return false
	}
	deep := double && rest == ""
	for i := 0; ; i++ {
		if match(rest, text[i:], false, steps) {
			return true
		}
		if i == len(text) || text[i] == '/' && !deep {
			return false
		}
	}
}

// matchClass matches one byte with a class such as [!a-z[:digit:]] and returns
// the pattern behind it. A class without an end matches nothing.
func matchClass(pattern string, c byte) (rest string, ok bool) {
	s := pattern[1:]
	negated := strings.HasPrefix(s, "!") || strings.HasPrefix(s, "^")
	if negated {
		s = s[1:]
	}
	for first := true; ; first = false {
		if s == "" {
			return "", false
		}
		if s[0] == ']' && !first {
			return s[1:], ok != negated
		}
		if after, found := strings.CutPrefix(s, "[:"); found {
			if name, behind, found := strings.Cut(after, ":]"); found {
				ok = ok || inNamedClass(name, c)
				s = behind
				continue
			}
		}
		var lo, hi byte
		lo, s = classByte(s)
		ok = ok || c == lo
		if len(s) > 1 && s[0] == '-' && s[1] != ']' {
			hi, s = classByte(s[1:])
			ok = ok || lo <= c && c <= hi
		}
	}
}

// classByte reads one byte of a class.
func classByte(s string) (byte, string) {
	if s[0] == '\\' && len(s) > 1 {
		s = s[1:]
	}
	return s[0], s[1:]
}

func inNamedClass(name string, c byte) bool {
	lower, upper := 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z'
	digit := '0' <= c && c <= '9'
	graph := '!' <= c && c <= '~'
	switch name {
	case "alpha":
		return lower || upper
	case "digit":
		return digit
	case "alnum":
		return lower || upper || digit
	case "upper":
		return upper
	case "lower":
		return lower
	case "space":
		return c == ' ' || '\t' <= c && c <= '\r'
	case "blank":
		return c == ' ' || c == '\t'
	case "punct":
		return graph && !lower && !upper && !digit
	case "xdigit":
		return digit || 'a' <= c|0x20 && c|0x20 <= 'f'
	case "cntrl":
		return c < ' ' || c == 0x7F
	case "print":
		return graph || c == ' '
	case "graph":
		return graph
	}
	return false
}
