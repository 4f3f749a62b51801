package buildctx

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// patKind is how a pattern is compared.
type patKind uint8

const (
	never    patKind = iota // wrong, or holds a NUL: matches nothing
	literal                 // no wildcard
	all                     // "**"
	starts                  // "abc**", "abc/**": what the path starts with
	ends                    // "**abc": what the path ends with
	endsDir                 // "**/abc": likewise, on an element's border
	elements                // wildcards inside elements, "**" as a whole element
	foreign                 // anything else
)

// pat is one compiled pattern.
type pat struct {
	kind  patKind
	neg   bool
	text  string // cleaned, without '!'
	fixed string // the literal part of starts, ends, endsDir
	elems []element

	once sync.Once
	slow *slowMatcher
	err  error
}

// maxForeign bounds what is made into a regular expression, which takes time
// that grows with the square of the length. No path is that long.
const maxForeign = 4096

const wildcards = `*?[]\`

// compile never fails; what patternmatcher refuses later on is in valid.
func compile(text string, neg bool) *pat {
	p := &pat{text: text, neg: neg}
	head, tail := strings.TrimPrefix(text, "**"), strings.TrimSuffix(text, "**")
	switch {
	case strings.IndexByte(text, 0) >= 0:
		p.kind = never // as in a file written in UTF-16
	case !strings.ContainsAny(text, wildcards):
		p.kind = literal
	case text == "**":
		p.kind = all
	case len(tail) < len(text) && !strings.ContainsAny(tail, wildcards):
		p.kind, p.fixed = starts, tail
	case len(head) < len(text) && !strings.ContainsAny(head, wildcards):
		p.kind, p.fixed = ends, head
		if head[0] == '/' {
			p.kind, p.fixed = endsDir, head[1:]
		}
	default:
		p.kind = foreign
		if elems, ok := splitElements(text); ok {
			p.kind, p.elems = elements, elems
		} else if len(text) > maxForeign {
			p.kind = never
		}
	}
	return p
}

// valid returns the error with which patternmatcher refuses the pattern when it
// first meets a path.
func (p *pat) valid() error {
	if p.kind != foreign {
		return nil
	}
	p.useSlow()
	return p.err
}

func (p *pat) useSlow() *slowMatcher {
	p.once.Do(func() { p.slow, p.err = newSlowMatcher(p.text) })
	return p.slow
}

// match reports whether the pattern matches the path itself; its folders are
// not tried.
func (p *pat) match(name string) bool {
	switch p.kind {
	case literal:
		return name == p.text
	case all:
		return true
	case starts:
		return strings.HasPrefix(name, p.fixed)
	case ends:
		return strings.HasSuffix(name, p.fixed)
	case endsDir:
		rest, ok := strings.CutSuffix(name, p.fixed)
		return ok && (rest == "" || rest[len(rest)-1] == '/')
	case elements:
		// In a regular expression "**" stops at a line feed.
		if strings.IndexByte(name, '\n') < 0 {
			return matchElements(p.elems, name)
		}
	case never:
		return false
	case foreign:
	}
	s := p.useSlow()
	return p.err == nil && s.match(name)
}

// mayMatchUnder reports whether the pattern may match a path inside dir. It may
// err on the side of true.
func (p *pat) mayMatchUnder(dir string) bool {
	switch p.kind {
	case never:
		return false
	case literal:
		return inside(p.text, dir)
	case starts:
		return inside(p.fixed, dir) || strings.HasPrefix(dir+"/", p.fixed)
	case elements:
		return elementsUnder(p.elems, dir)
	case foreign:
		if where, key := p.place(); where == byDir {
			return dir == key || inside(dir, key) || inside(key, dir)
		}
	case all, ends, endsDir:
	}
	return true
}

// placeKind is the property of a path by which patterns are sorted.
type placeKind uint8

const (
	nowhere placeKind = iota
	byPath
	byDir
	byLast
	byExt
	byNothing
)

// place returns what any path that the pattern matches must have.
func (p *pat) place() (placeKind, string) {
	switch p.kind {
	case never:
		return nowhere, ""
	case literal:
		return byPath, p.text
	case starts:
		if dir := literalDir(p.fixed); dir != "." {
			return byDir, dir
		}
	case endsDir:
		return byLast, base(p.fixed)
	case elements:
		if dir := literalDir(p.text); dir != "." {
			return byDir, dir
		}
		e := &p.elems[len(p.elems)-1]
		if e.kind == word {
			return byLast, e.text
		}
		if i := strings.LastIndexByte(e.tail, '.'); i >= 0 {
			return byExt, e.tail[i+1:]
		}
	case foreign:
		if dir := literalDir(p.text); dir != "." && validText(p.text) && !strings.ContainsAny(p.text, "^{|}") {
			return byDir, dir
		}
	case all, ends:
	}
	return byNothing, ""
}

// element is what stands between two slashes of a pattern.
type element struct {
	kind elementKind
	text string
	// head and tail are the literal text before the first and behind the last
	// wildcard.
	head, tail string
}

type elementKind uint8

const (
	word    elementKind = iota // no wildcard
	anyWord                    // "*"
	oneStar                    // a single "*" among literal text
	glob                       // several, or "?"
	deep                       // "**": any number of elements
)

// splitElements refuses what has a meaning that differs between a shell pattern
// and the regular expression that patternmatcher makes of it.
func splitElements(text string) ([]element, bool) {
	if strings.ContainsAny(text, `[]\^{|}`) || !validText(text) {
		return nil, false
	}
	var out []element
	for e := range strings.SplitSeq(text, "/") {
		switch {
		case e == "**":
			out = append(out, element{kind: deep})
		case e == "" || strings.Contains(e, "**"):
			return nil, false
		default:
			out = append(out, newElement(e))
		}
	}
	return out, true
}

func newElement(s string) element {
	i, j := strings.IndexAny(s, "*?"), strings.LastIndexAny(s, "*?")
	if i < 0 {
		return element{kind: word, text: s}
	}
	e := element{kind: glob, text: s, head: s[:i], tail: s[j+1:]}
	switch {
	case s == "*":
		e.kind = anyWord
	case i == j && s[i] == '*':
		e.kind = oneStar
	}
	return e
}

func (e *element) match(s string) bool {
	switch e.kind {
	case word:
		return s == e.text
	case oneStar:
		return len(s) >= len(e.head)+len(e.tail) && strings.HasPrefix(s, e.head) && strings.HasSuffix(s, e.tail)
	case glob:
		return matchGlob(e.text, s)
	case anyWord, deep:
	}
	return true
}

// matchGlob compares with '*' (any characters) and '?' (one character).
func matchGlob(pattern, s string) bool {
	i, k := 0, 0
	star, mark := -1, 0
	for k < len(s) {
		_, size := utf8.DecodeRuneInString(s[k:])
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, mark = i, k
			i++
			continue
		case i < len(pattern) && pattern[i] == '?':
			i++
			k += size
			continue
		case i < len(pattern) && pattern[i] == s[k]:
			i++
			k++
			continue
		case star < 0:
			return false
		}
		_, size = utf8.DecodeRuneInString(s[mark:])
		mark += size
		i, k = star+1, mark
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// matchElements is matchGlob one level up: the characters are elements and "**"
// is the star.
func matchElements(elems []element, p string) bool {
	i, pos := 0, 0
	star, mark := -1, 0
	for pos <= len(p) {
		if i < len(elems) && elems[i].kind == deep {
			if i == len(elems)-1 {
				return true
			}
			star, mark = i, pos
			i++
			continue
		}
		end := elementEnd(p, pos)
		if i < len(elems) && elems[i].match(p[pos:end]) {
			i++
			pos = end + 1
			continue
		}
		if star < 0 {
			return false
		}
		mark = elementEnd(p, mark) + 1
		i, pos = star+1, mark
	}
	return i == len(elems)
}

func elementEnd(p string, from int) int {
	if n := strings.IndexByte(p[from:], '/'); n >= 0 {
		return from + n
	}
	return len(p)
}

func elementsUnder(elems []element, dir string) bool {
	for pos := 0; pos <= len(dir); {
		if len(elems) == 0 {
			return false
		}
		if elems[0].kind == deep {
			return true
		}
		end := elementEnd(dir, pos)
		if !elems[0].match(dir[pos:end]) {
			return false
		}
		elems = elems[1:]
		pos = end + 1
	}
	return len(elems) > 0
}
