package buildctx

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/moby/patternmatcher"

	"github.com/dlint/dlint/lint/source"
)

// This file answers what patternmatcher.MatchesUsingParentResults answers, only
// faster: patterns that cannot match a path are never looked at, and the usual
// ones need no regular expression. What is not surely understood is left to
// patternmatcher itself. A test holds both together.

// matcher is a list of patterns, of which the last that matches decides. It is
// safe for concurrent use.
type matcher struct {
	pats []*pat
	negs []int32 // indices of the exceptions

	// Each pattern is in one of these, by what a path must have to match it.
	exact map[string][]int32 // the whole path
	dir   map[string][]int32 // a folder above
	last  map[string][]int32 // the last element
	ext   map[string][]int32 // what follows the last dot
	other []int32

	longest int // of the keys of dir
}

// scratch is memory that the calls of one goroutine reuse.
type scratch struct{ found []int32 }

// normalize does to a pattern what patternmatcher.New does.
func normalize(p string) (text string, neg bool, err error) {
	p = strings.TrimSpace(p)
	if p == "" {
		return "", false, nil
	}
	p = path.Clean(p)
	if p[0] == '!' {
		if len(p) == 1 {
			return "", true, errors.New(`"!" stands alone`)
		}
		neg, p = true, p[1:]
	}
	// path.Match finds more faults than filepath.Match, which Docker asks.
	if _, err := filepath.Match(p, "."); err != nil {
		return p, neg, err
	}
	return p, neg, nil
}

// newMatcher returns the matcher of patterns as --exclude and --parents take
// them. Those that are wrong match nothing.
func newMatcher(patterns []string) *matcher {
	m := &matcher{}
	for _, s := range patterns {
		text, neg, err := normalize(s)
		if text == "" && err == nil {
			continue
		}
		p := &pat{}
		if err == nil {
			p = compile(text, neg)
		}
		m.add(p)
	}
	return m
}

// add appends a pattern; its index is its place.
func (m *matcher) add(p *pat) {
	i := int32(len(m.pats))
	m.pats = append(m.pats, p)
	if p.neg && p.kind != never {
		m.negs = append(m.negs, i)
	}
	put := func(to *map[string][]int32, key string) {
		if *to == nil {
			*to = map[string][]int32{}
		}
		(*to)[key] = append((*to)[key], i)
	}
	switch where, key := p.place(); where {
	case byPath:
		put(&m.exact, key)
	case byDir:
		put(&m.dir, key)
		m.longest = max(m.longest, len(key))
	case byLast:
		put(&m.last, key)
	case byExt:
		put(&m.ext, key)
	case byNothing:
		m.other = append(m.other, i)
	case nowhere:
	}
}

// candidates collects the patterns that may match the path itself, in order.
func (m *matcher) candidates(p string, sc *scratch) []int32 {
	c := sc.found[:0]
	sources := 0
	take := func(l []int32) {
		if len(l) > 0 {
			c = append(c, l...)
			sources++
		}
	}
	if m.exact != nil {
		take(m.exact[p])
	}
	if m.dir != nil {
		for i := elementEnd(p, 0); i < len(p) && i <= m.longest; i = elementEnd(p, i+1) {
			take(m.dir[p[:i]])
		}
	}
	if m.last != nil || m.ext != nil {
		name := base(p)
		take(m.last[name])
		if i := strings.LastIndexByte(name, '.'); i >= 0 && m.ext != nil {
			take(m.ext[name[i+1:]])
		}
	}
	take(m.other)
	sc.found = c
	if sources > 1 {
		slices.Sort(c)
	}
	return c
}

// eval decides about a path whose folder has the state parent (nil at the top).
// by is the pattern that decided, -1 when none did. With want, state is that of
// the path as a folder: the patterns that count as matched for all it holds.
//
// As in patternmatcher, a pattern that could not change the verdict is not
// tried and not part of the state, even if it would match. Docker's own walk
// shows the same effect.
func (m *matcher) eval(p string, parent []int32, sc *scratch, want bool) (ignored bool, by int32, state []int32) {
	by = -1
	c := m.candidates(p, sc)
	for len(parent) > 0 || len(c) > 0 {
		var i int32
		inherited := len(c) == 0 || len(parent) > 0 && parent[0] <= c[0]
		if inherited {
			i = parent[0]
			parent = parent[1:]
			if len(c) > 0 && c[0] == i {
				c = c[1:]
			}
		} else {
			i = c[0]
			c = c[1:]
		}
		pt := m.pats[i]
		if !inherited && (pt.neg != ignored || !pt.match(p)) {
			continue
		}
		if want {
			state = append(state, i)
		}
		if ignored == pt.neg {
			ignored, by = !pt.neg, i
		}
	}
	return ignored, by, state
}

// reincludes reports whether an exception behind the pattern by, which made dir
// ignored, may match something inside dir.
func (m *matcher) reincludes(dir string, by int32) bool {
	at, _ := slices.BinarySearch(m.negs, by)
	for _, i := range m.negs[at:] {
		if m.pats[i].mayMatchUnder(dir) {
			return true
		}
	}
	return false
}

// walker matches paths in walk order, remembering the states of the folders
// above.
type walker struct {
	m     *matcher
	stack []frame
	sc    scratch
}

type frame struct {
	dir     string
	state   []int32
	ignored bool
	by      int32
}

// parent returns the state of the folder that holds p.
func (w *walker) parent(p string) []int32 {
	n := len(w.stack)
	for n > 0 && !inside(p, w.stack[n-1].dir) {
		n--
	}
	w.stack = w.stack[:n]
	from := 0
	var state []int32
	if n > 0 {
		from, state = len(w.stack[n-1].dir)+1, w.stack[n-1].state
	}
	for {
		i := strings.IndexByte(p[from:], '/')
		if i < 0 {
			return state
		}
		f := frame{dir: p[:from+i]}
		f.ignored, f.by, f.state = w.m.eval(f.dir, state, &w.sc, true)
		w.stack = append(w.stack, f)
		state = f.state
		from += i + 1
	}
}

func (w *walker) match(p string) (ignored bool, by int32) {
	state := w.parent(p)
	ignored, by, _ = w.m.eval(p, state, &w.sc, false)
	return ignored, by
}

func inside(p, dir string) bool {
	return len(p) > len(dir) && p[len(dir)] == '/' && p[:len(dir)] == dir
}

// slowMatcher hands one pattern to patternmatcher.
type slowMatcher struct {
	pm   *patternmatcher.PatternMatcher
	info patternmatcher.MatchInfo // "the parent did not match"
}

func newSlowMatcher(text string) (*slowMatcher, error) {
	// An invalid byte becomes U+FFFD in patternmatcher, too, but not before a
	// complaint on standard error. A first character that it would take for an
	// operator is put into a class.
	runes := []rune(text)
	text = string(runes)
	if r := runes[0]; r == '!' || unicode.IsSpace(r) {
		text = "[" + string(r) + "]" + string(runes[1:])
	}
	s := &slowMatcher{}
	other, err := patternmatcher.New([]string{"a"})
	if err != nil {
		return nil, err
	}
	if _, s.info, err = other.MatchesUsingParentResults("b", s.info); err != nil {
		return nil, err
	}
	if s.pm, err = patternmatcher.New([]string{text}); err != nil {
		return nil, err
	}
	// The first call compiles; only later ones are safe for concurrent use.
	_, _, err = s.pm.MatchesUsingParentResults("a", s.info)
	return s, err
}

func (s *slowMatcher) match(p string) bool {
	ok, _, err := s.pm.MatchesUsingParentResults(p, s.info)
	return ok && err == nil
}

// validText reports whether patternmatcher compares the characters of s as they
// are: it replaces invalid bytes and drops a byte order mark in front.
func validText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, utf8.RuneError) && !strings.HasPrefix(s, source.BOM)
}
