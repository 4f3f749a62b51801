package stage

import (
	"slices"
	"strings"
)

// BuildKit's lexer makes a reader, four functions and a map for every word, and
// reads it character by character. Nearly all words of Dockerfiles have nothing
// but quotes, $name and ${name} in them; those are expanded here, by the same
// rules. A fuzz test holds the two equal.

// plainExpand expands a word of the plain kind; ok is false for any other.
func plainExpand(word string, escape byte, lookup func(string) *Var) (x Expansion, ok bool) {
	if !plainWord(word, escape) {
		return Expansion{}, false
	}
	e := plainExpander{getter: getter{lookup: lookup, known: true, room: maxExpansion}, word: word}
	if !e.run() {
		return Expansion{}, false
	}
	x = Expansion{Known: e.known, Used: e.used, Missing: e.missing}
	switch {
	case e.wrote:
		x.Value = string(e.out)
	default:
		x.Value = word[e.from:e.at]
	}
	slices.Sort(x.Missing)
	return x, true
}

// plainWord reports whether word is ASCII without the characters that take more
// to understand.
func plainWord(word string, escape byte) bool {
	for k := range len(word) {
		if c := word[k]; c == 0 || c == '<' || c == escape || c >= 0x80 {
			return false
		}
	}
	return true
}

type plainExpander struct {
	getter
	word    string
	missing []string
	out     []byte
	wrote   bool // the value is in out, not word[from:at]
	from    int
	at      int
}

// run reports whether all of the word is of the plain kind.
func (e *plainExpander) run() bool {
	quote := byte(0)
	k := 0
	if n := len(e.word); n > 1 && (e.word[0] == '"' || e.word[0] == '\'') {
		// All in one pair of quotes: the value is a part of the word.
		k, e.from, e.at, quote = 1, 1, 1, e.word[0]
	}
	for k < len(e.word) {
		switch c := e.word[k]; {
		case c == quote:
			quote = 0
			k++
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
			k++
		case c == '$' && quote != '\'':
			n := e.variable(k)
			if n == 0 {
				return false
			}
			k += n
		default:
			e.keep(k)
			k++
		}
	}
	return quote == 0
}

// keep takes word[k] over.
func (e *plainExpander) keep(k int) {
	if !e.wrote {
		if k == e.at {
			e.at++
			return
		}
		e.write()
	}
	e.out = append(e.out, e.word[k])
}

// write goes on in out.
func (e *plainExpander) write() {
	if !e.wrote {
		e.wrote = true
		e.out = append(make([]byte, 0, len(e.word)+32), e.word[e.from:e.at]...)
	}
}

// variable puts the value of the reference at word[k] in, and returns its length;
// zero when it is not of the plain kind.
func (e *plainExpander) variable(k int) int {
	rest := e.word[k+1:]
	braced := strings.HasPrefix(rest, "{")
	if braced {
		rest = rest[1:]
	}
	n := nameLen(rest)
	if n == 0 || braced && (n == len(rest) || rest[n] != '}') {
		return 0
	}
	name := rest[:n]
	value, found := e.Get(name)
	if !found && !slices.Contains(e.missing, name) && e.lookup(name) == nil {
		e.missing = append(e.missing, name)
	}
	e.write()
	e.out = append(e.out, value...)
	if braced {
		return n + 3
	}
	return n + 1
}

// nameLen returns the length of the name of a variable at the start of s.
func nameLen(s string) int {
	for k := range len(s) {
		c := s[k]
		switch {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9' && k > 0:
		default:
			return k
		}
	}
	return len(s)
}
