package secrets

import (
	_ "embed"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// gitleaksRules is the rule data of gitleaks, whose licence is in
// LICENSE.gitleaks. The lines "head", "tail", "assign" and "max" are derived
// from the expressions by TestDerivedData, which also checks them.
//
//go:embed gitleaks.txt
var gitleaksRules string

// ownRules holds the formats that gitleaks has no rule for.
//
//go:embed own.txt
var ownRules string

// rule is one secret format. Its expressions are compiled when first needed.
type rule struct {
	id, text string
	match    lazyRegexp // empty for a rule about paths only
	here     lazyRegexp // match, at the start of a text; the generic rule is tried at each keyword
	path     lazyRegexp
	keys     []string
	entropy  float64
	group    int
	max      int // bytes of the longest match; 0: unbounded
	heads    []pattern
	tails    []pattern
	assign   bool
	generic  bool
	own      bool
	allow    []*allowlist
}

// allowlist says which matches are no secrets after all.
type allowlist struct {
	and    bool
	target string // "match", "line", or "" for the secret itself
	in     []*lazyRegexp
	res    []*lazyRegexp
	stop   string // words separated by blanks
}

// lazyRegexp is an expression that is compiled by its first use.
type lazyRegexp struct {
	src      string
	anchored bool // to the start of the text
	once     sync.Once
	re       *regexp.Regexp
}

func (l *lazyRegexp) get() *regexp.Regexp {
	l.once.Do(func() {
		src := l.src
		if l.anchored {
			src = `\A(?:` + src + `)`
		}
		l.re = regexp.MustCompile(src)
	})
	return l.re
}

// pattern is what the text must look like where a match starts: necessary for
// the expression to match there, and much cheaper to test. It is kept in the
// notation of the lines "head" and "tail", since most are never needed: an
// optional "b" for a match that starts with \b and a word byte, then
// count:ranges, the ranges as pairs of hexadecimal bytes.
type pattern string

// at reports whether the text at pos fits.
func (p pattern) at(text string, pos int) bool {
	rest, boundary := strings.CutPrefix(string(p), "b ")
	if boundary && pos > 0 && isWord(text[pos-1]) {
		return false
	}
	for rest != "" {
		var count int
		var ranges string
		count, ranges, rest = nextRun(rest)
		if pos+count > len(text) {
			return false
		}
		for range count {
			if !inRanges(ranges, text[pos]) {
				return false
			}
			pos++
		}
	}
	return true
}

// nextRun splits the first run off a pattern: its length, its ranges, and what
// comes after it.
func nextRun(p string) (count int, ranges, rest string) {
	i := 0
	for ; p[i] != ':'; i++ {
		count = count*10 + int(p[i]-'0')
	}
	ranges, rest, _ = strings.Cut(p[i+1:], " ")
	return count, ranges, rest
}

func inRanges(ranges string, c byte) bool {
	for ; len(ranges) >= 4; ranges = ranges[4:] {
		if hexByte(ranges) <= c && c <= hexByte(ranges[2:]) {
			return true
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func hexByte(s string) byte { return hexDigit(s[0])<<4 | hexDigit(s[1]) }

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c - 'a' + 10
}

// lazyRule is a rule whose text is read when it first matters: most never do.
type lazyRule struct {
	text string
	own  bool
	once sync.Once
	rule *rule
}

func (l *lazyRule) get() *rule {
	l.once.Do(func() { l.rule = parseRule(l.text, l.own) })
	return l.rule
}

// cutRules cuts the data format into the texts of rules. A line is a name, a
// blank and a value. "rule" starts a rule, "allow" an allow list of the rule
// above it; the allow lists before the first rule are for all.
func cutRules(data string) (global string, rules []string) {
	global, rest, more := strings.Cut(data, ruleLine)
	for more {
		var text string
		text, rest, more = strings.Cut(rest, ruleLine)
		rules = append(rules, text)
	}
	return global, rules
}

// ruleLine stands before the name of each rule.
const ruleLine = "\nrule "

// fields yields the names and values of the lines.
func fields(text string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			if name != "" && name != "#" && !yield(name, value) {
				return
			}
		}
	}
}

// parseRule reads the text of a rule, which begins with its name.
func parseRule(text string, own bool) *rule {
	id, rest, _ := strings.Cut(text, "\n")
	r := &rule{id: id, own: own, generic: strings.HasPrefix(id, "generic")}
	for name, value := range fields(rest) {
		if name == "allow" {
			break
		}
		r.set(name, value)
	}
	r.allow = parseAllowlists(rest)
	return r
}

// parseAllowlists reads the allow lists in the text of a rule, or before the
// first rule.
func parseAllowlists(text string) (lists []*allowlist) {
	for name, value := range fields(text) {
		switch {
		case name == "allow":
			lists = append(lists, new(allowlist))
		case len(lists) > 0:
			lists[len(lists)-1].set(name, value)
		}
	}
	return lists
}

// assignPrefix begins the expressions of assign rules. It is by far their
// slowest part, and nameStart does the same.
const assignPrefix = `[\w.-]{0,50}?`

func (r *rule) set(name, value string) {
	switch name {
	case "text":
		r.text = value
	case "key":
		r.keys = append(r.keys, value)
	case "entropy":
		r.entropy, _ = strconv.ParseFloat(value, 64)
	case "group":
		r.group = atoi(value)
	case "path":
		r.path.src = value
	case "match":
		r.match.src = value
	case "max":
		r.max = atoi(value)
	case "assign":
		r.assign = true
		r.match.src = strings.Replace(r.match.src, assignPrefix, "", 1)
		if r.generic {
			r.here.src, r.here.anchored = r.match.src, true
		}
	case "head":
		r.heads = append(r.heads, pattern(value))
		// Only the place of the head is tried, so the search must not go on.
		r.match.anchored = true
	case "tail":
		r.tails = append(r.tails, pattern(value))
	}
}

func (a *allowlist) set(name, value string) {
	switch name {
	case "and":
		a.and = true
	case "target":
		a.target = value
	case "in":
		a.in = append(a.in, &lazyRegexp{src: value})
	case "re":
		a.res = append(a.res, &lazyRegexp{src: value})
	case "stop":
		a.stop = value
	}
}
