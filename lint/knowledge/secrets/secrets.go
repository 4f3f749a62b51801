// Package secrets finds tokens of known formats in text: the rules of gitleaks
// and some more, as data, with an engine made for many small texts. Most texts
// hold no secret, so what counts is how fast that is found out: one pass over
// the bytes, and an expression is compiled and run only where it can match.
//
// A finding is where gitleaks has it, except that the window an expression sees
// is bounded where that is provably the same.
package secrets

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// Match is one secret in a text.
type Match struct {
	// RuleID names the format: "github-pat".
	RuleID string
	// Description is a sentence about the risk, for people.
	Description string
	// Start and End are byte offsets of the secret itself, half-open. Both are 0
	// for a rule about the path alone.
	Start, End int
	// MatchStart and MatchEnd are byte offsets of the whole match, which may hold
	// the name that gave the secret away.
	MatchStart, MatchEnd int
	// Entropy is Shannon's, in bits a character.
	Entropy float64
	// Generic says that only a name and a random look speak for a secret. Such
	// matches are often wrong.
	Generic bool
	// PathOnly says that the name of the file is the finding.
	PathOnly bool

	own bool
}

// Scanner holds the rules. It is safe for concurrent use; its expressions are
// compiled when first needed.
type Scanner struct {
	rules  []lazyRule
	global []*allowlist
	filter *prefilter
	byPath []int // rules about paths alone
}

// Default returns the scanner with all built-in rules. The first call builds
// it, in well under a millisecond.
var Default = sync.OnceValue(func() *Scanner {
	common, theirs := cutRules(gitleaksRules)
	_, ours := cutRules(ownRules)
	s := &Scanner{rules: make([]lazyRule, 0, len(theirs)+len(ours)), global: parseAllowlists(common)}
	for _, text := range theirs {
		s.add(text, false)
	}
	for _, text := range ours {
		s.add(text, true)
	}
	s.filter = newPrefilter(s.rules)
	return s
})

func (s *Scanner) add(text string, own bool) {
	if !strings.Contains(text, "\nmatch ") {
		s.byPath = append(s.byPath, len(s.rules))
	}
	s.rules = append(s.rules, lazyRule{text: text, own: own})
}

// Scan finds the secrets of text with the built-in rules; see [Scanner.Scan].
func Scan(text, path string) []Match { return Default().Scan(text, path) }

// maxText bounds what one call looks at, in bytes.
const maxText = 32 << 20

// Scan returns the secrets in text in the order of their places, not
// overlapping. The path, with slashes, is the name of the file or empty: some
// rules are for some files only. What comes after 32 MiB is not looked at.
func (s *Scanner) Scan(text, path string) []Match {
	if len(text) > maxText {
		text = text[:maxText]
	}
	c := search{scanner: s, text: text, path: path}
	if path != "" {
		if c.pathAllowed(s.global) {
			return nil
		}
		c.pathRules()
	}
	c.run()
	if len(c.found) == 0 {
		return nil
	}
	return c.result()
}

// maxRules bounds the number of rules, so that a search needs no allocation.
const maxRules = 384

// search is one run of a scanner over a text.
type search struct {
	scanner *Scanner
	text    string
	path    string
	// next is where the search of a rule goes on: after its last match, or -1
	// when the rule is done with this text.
	next [maxRules]int32
	// user and header are the next places of these options of curl; 0: unknown.
	user, header int
	// line is the last line that a match stood in: a line may hold thousands.
	line  line
	found []Match
}

func (c *search) run() {
	text, f := c.text, c.scanner.filter
	if len(text) < 3 {
		return
	}
	tri := uint(f.class[text[0]])<<5 | uint(f.class[text[1]])
	for i := 2; i < len(text); i++ {
		tri = (tri<<5 | uint(f.class[text[i]])) & (1<<15 - 1)
		if f.set[tri>>6]>>(tri&63)&1 != 0 {
			c.candidates(uint16(tri), i-2)
		}
	}
}

func (c *search) candidates(tri uint16, pos int) {
	f := c.scanner.filter
	b := bucketOf(tri)
	for i := f.bucket[b]; i < f.bucket[b+1]; i++ {
		e := f.entries[i]
		start := pos - int(e.offset)
		if e.tri == tri && start >= 0 && int(c.next[e.slot]) <= start && c.next[e.slot] >= 0 {
			c.candidate(e, start)
		}
	}
}

// candidate runs a rule if what can be seen cheaply speaks for it.
func (c *search) candidate(e entry, pos int) {
	r := c.scanner.rules[e.slot].get()
	if len(r.heads) > 0 {
		if r.heads[e.item].at(c.text, pos) && (!c.worthwhile(r, pos) || !c.tryHead(r, int(e.slot), pos)) && r.reaches() {
			c.skipLine(int(e.slot), pos)
		}
		return
	}
	key := r.keys[e.item]
	if !equalFold(c.text, pos, key) {
		return
	}
	if !r.assign {
		if c.worthwhile(r, pos) {
			c.tryWhole(r, int(e.slot))
		}
		return
	}
	if r.assignAt(c.text, pos+len(key)) {
		c.tryAssign(r, int(e.slot), pos)
	}
}

// reaches reports whether a match goes on to something further in the text, whatever
// stands between: where one place of a line finds nothing, no later one does.
func (r *rule) reaches() bool { return r.id == "curl-auth-user" || r.id == "curl-auth-header" }

// skipLine lets a rule go on behind the line of pos.
func (c *search) skipLine(slot, pos int) {
	if c.next[slot] < 0 {
		return
	}
	n := strings.IndexByte(c.text[pos:], '\n')
	if n < 0 {
		n = len(c.text) - pos
	}
	c.next[slot] = int32(pos + n)
}

// tryHead runs a rule whose matches all begin with one of its heads, and reports
// whether there is one at pos.
func (c *search) tryHead(r *rule, slot, pos int) bool {
	if !c.ruleApplies(r, slot) {
		return false
	}
	rest := c.text[pos:]
	if m := r.max; m > 0 && m+1 < len(rest) {
		rest = rest[:m+1]
	}
	re := r.match.get()
	loc := re.FindStringIndex(rest)
	if loc != nil && loc[1] == len(rest) && pos+loc[1] < len(c.text) {
		// The end of the window is not the end of the text.
		loc = re.FindStringIndex(c.text[pos:])
	}
	if loc != nil {
		c.next[slot] = int32(pos + max(loc[1], 1))
		c.add(r, pos, pos+loc[1])
	}
	return loc != nil
}

// How far before its keyword a match of an assign rule may begin, and what is
// looked at behind it before the window goes on to the next blank.
const (
	assignBefore = 32
	assignBehind = 320
	assignWord   = 4096
)

// tryAssign runs a rule for NAME = VALUE around the keyword.
func (c *search) tryAssign(r *rule, slot, pos int) {
	if !c.ruleApplies(r, slot) {
		return
	}
	low := max(pos-assignBefore, int(c.next[slot]), 0)
	begin, re := low, &r.match
	if r.here.src != "" {
		low, begin, re = int(c.next[slot]), pos, &r.here
	}
	high := min(pos+assignBehind+r.max, len(c.text))
	for end := min(high+assignWord, len(c.text)); high < end && !isBlank(c.text[high]); {
		high++
	}
	high = min(high+1, len(c.text))
	for begin < high {
		loc := re.get().FindStringIndex(c.text[begin:high])
		if loc == nil {
			return
		}
		if begin+loc[1] == high && high < len(c.text) {
			// The end of the window is not the end of the text.
			high = min(high+2*(high-begin), len(c.text))
			continue
		}
		c.add(r, c.nameStart(low, begin+loc[0]), begin+loc[1])
		begin += max(loc[1], 1)
		low = begin
		c.next[slot] = int32(begin)
		if begin > pos {
			return
		}
	}
}

// nameStart goes back from the place of a name over what [assignPrefix] matches.
func (c *search) nameStart(low, pos int) int {
	for end := max(low, pos-50); pos > end; pos-- {
		if b := c.text[pos-1]; !isWord(b) && b != '.' && b != '-' {
			break
		}
	}
	return pos
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// tryWhole runs a rule over the whole text, once.
func (c *search) tryWhole(r *rule, slot int) {
	c.next[slot] = -1
	if !c.ruleApplies(r, slot) {
		return
	}
	for _, loc := range r.match.get().FindAllStringIndex(c.text, -1) {
		c.add(r, loc[0], loc[1])
	}
}

// ruleApplies says whether the path permits the rule, and switches the rule off
// for this text when not.
func (c *search) ruleApplies(r *rule, slot int) bool {
	if r.path.src != "" && (c.path == "" || !r.path.get().MatchString(c.path)) || c.pathAllowed(r.allow) {
		c.next[slot] = -1
		return false
	}
	return true
}

func (c *search) pathRules() {
	for _, i := range c.scanner.byPath {
		r := c.scanner.rules[i].get()
		if r.path.get().MatchString(c.path) && !c.pathAllowed(r.allow) {
			c.found = append(c.found, Match{RuleID: r.id, Description: r.text, PathOnly: true, own: r.own})
		}
	}
}

// assignAt says whether behind the keyword that ends at pos an operator and a
// value can follow.
func (r *rule) assignAt(text string, pos int) bool {
	const name = 20 + 3 + 16 // what may stand between keyword and operator
	end := min(pos+name+1, len(text))
	for pos < end && isNameByte(text[pos]) {
		pos++
	}
	if pos >= end || strings.IndexByte("=>:|?,", text[pos]) < 0 {
		return false
	}
	if len(r.tails) == 0 {
		return true
	}
	if r.generic && !valueFollows(text, pos+1) {
		return false
	}
	for s := pos + 1; s <= pos+operator; s++ {
		for i := range r.tails {
			if r.tails[i].at(text, s) {
				return true
			}
		}
	}
	return false
}

// operator is the longest operator, with quotes and blanks.
const operator = 4 + 5

// valueFollows says whether ten bytes in a row are such as the values of the
// generic rule have. It is what the tails say, and faster.
func valueFollows(text string, pos int) bool {
	run := 0
	for i := pos; i < len(text) && i < pos+operator+run; i++ {
		c := text[i]
		if isWord(c) || c == '=' || '+' <= c && c <= '/' && c != ',' {
			if run++; run == 10 {
				return true
			}
			continue
		}
		run = 0
	}
	return false
}

func isNameByte(c byte) bool {
	return isWord(c) || c == ' ' || c == '.' || c == '-' || c == '\'' || c == '"' || '\t' <= c && c <= '\r'
}

// worthwhile is a cheap necessary condition for the rules whose expressions are
// slow and whose keyword is common.
func (c *search) worthwhile(r *rule, pos int) bool {
	switch r.id {
	case "curl-auth-user":
		return c.optionNear(&c.user, pos, "-u", "--user", isUserValue)
	case "curl-auth-header":
		return c.optionNear(&c.header, pos, "-H", "--header", isAuthHeader)
	case "lob-api-key": // live_ or test_, then hexadecimal
		return isHex(c.text, pos+5)
	case "lob-pub-api-key":
		return isHex(c.text, pos+9)
	}
	return true
}

// optionNear says whether the option follows within six lines, with a value as
// wanted. Where the next one stands is kept, so that the text is searched once.
func (c *search) optionNear(known *int, pos int, short, long string, value func(string) bool) bool {
	if *known <= pos {
		*known = pos + nextOption(c.text[pos:], short, long, value)
	}
	if *known >= len(c.text) {
		return false
	}
	const ends = 12 // six ends of lines, of two bytes
	at := pos
	for range ends + 1 {
		n := strings.IndexByte(c.text[at:*known], '\n')
		if n < 0 {
			return true
		}
		at += n + 1
	}
	return false
}

// nextOption is the place of the next option with a value as wanted, or the
// length of the text.
func nextOption(text, short, long string, value func(string) bool) int {
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '-')
		if n < 0 {
			return len(text)
		}
		i += n
		if i > 0 && isBlank(text[i-1]) {
			rest, ok := strings.CutPrefix(text[i:], long)
			if !ok {
				rest, ok = strings.CutPrefix(text[i:], short)
			}
			if ok && value(rest) {
				return i
			}
		}
		i++
	}
}

// isHex says whether eight lower or upper case hexadecimal digits follow.
func isHex(text string, pos int) bool {
	if pos+8 > len(text) {
		return false
	}
	for _, c := range []byte(text[pos : pos+8]) {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func skipAssign(s string) string {
	if s != "" && s[0] == '=' {
		return s[1:]
	}
	return strings.TrimLeft(s, " \t")
}

func isUserValue(s string) bool {
	s = skipAssign(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c == ':' || c == '"' || c == '\'':
			return true
		case !isWord(c) && c != '$' && c != '@' && c != '.' && c != '-':
			return false
		}
	}
	return false
}

func isAuthHeader(s string) bool {
	s = skipAssign(s)
	if len(s) < 3 || s[0] != '"' && s[0] != '\'' {
		return false
	}
	for _, start := range [...]string{"au", "ap", "x-", "ke", "to"} {
		if equalFold(s, 1, start) {
			return true
		}
	}
	return false
}

// add takes over a match unless entropy or an allow list speak against it.
func (c *search) add(r *rule, start, end int) {
	whole := strings.Trim(c.text[start:end], "\n")
	// As gitleaks: the newlines at the front count for the place, not the text.
	end = start + len(whole)
	m := Match{RuleID: r.id, Description: r.text, MatchStart: start, MatchEnd: end, Generic: r.generic, own: r.own}
	secret, offset := r.secret(whole)
	if strings.HasPrefix(c.text[start:], "\n") {
		offset += strings.Index(c.text[start:], whole)
	}
	m.Start, m.End = start+offset, start+offset+len(secret)
	m.Entropy = entropy(secret)
	if r.entropy != 0 && m.Entropy <= r.entropy {
		return
	}
	lines := c.lines(start, end)
	if lines.allows || c.allowed(c.scanner.global, secret, whole, lines.text) || c.allowed(r.allow, secret, whole, lines.text) {
		return
	}
	c.found = append(c.found, m)
}

// secret picks the group that is the secret, with its offset in the match.
func (r *rule) secret(whole string) (string, int) {
	loc := r.match.get().FindStringSubmatchIndex(whole)
	if len(loc) <= 2 {
		return whole, 0
	}
	if g := r.group; g > 0 && 2*g+1 < len(loc) && loc[2*g] >= 0 {
		return whole[loc[2*g]:loc[2*g+1]], loc[2*g]
	}
	for i := 2; i < len(loc); i += 2 {
		if loc[i] >= 0 && loc[i+1] > loc[i] {
			return whole[loc[i]:loc[i+1]], loc[i]
		}
	}
	return whole, 0
}

// line is a line of the text, or several.
type line struct {
	text   string
	start  int
	allows bool // its secrets, by a comment
}

// lines returns the lines that a match stands in.
func (c *search) lines(start, end int) line {
	if l := c.line; l.start <= start && end <= l.start+len(l.text) && l.text != "" {
		return l
	}
	low := strings.LastIndexByte(c.text[:start], '\n') + 1
	high := len(c.text)
	if i := strings.IndexByte(c.text[end:], '\n'); i >= 0 {
		high = end + i
	}
	l := line{text: c.text[low:high], start: low}
	l.allows = strings.Contains(l.text, "gitleaks:allow")
	if strings.IndexByte(c.text[start:end], '\n') < 0 {
		c.line = l
	}
	return l
}

// pathAllowed says whether an allow list excuses the whole file.
func (c *search) pathAllowed(lists []*allowlist) bool {
	if c.path == "" {
		return false
	}
	for _, a := range lists {
		if a.and && (len(a.res) > 0 || a.stop != "") {
			continue
		}
		if anyMatch(a.in, c.path) {
			return true
		}
	}
	return false
}

// allowed says whether an allow list excuses a match.
func (c *search) allowed(lists []*allowlist, secret, whole, line string) bool {
	for _, a := range lists {
		target := secret
		switch a.target {
		case "match":
			target = whole
		case "line":
			target = line
		}
		if !a.and {
			if target != "" && anyMatch(a.res, target) || a.stops(secret) {
				return true
			}
			continue
		}
		if (len(a.in) == 0 || c.path != "" && anyMatch(a.in, c.path)) &&
			(len(a.res) == 0 || anyMatch(a.res, target)) &&
			(a.stop == "" || a.stops(secret)) {
			return true
		}
	}
	return false
}

func (a *allowlist) stops(secret string) bool {
	if a.stop == "" {
		return false
	}
	secret = strings.ToLower(secret)
	for word := range strings.SplitSeq(a.stop, " ") {
		if strings.Contains(secret, word) {
			return true
		}
	}
	return false
}

func anyMatch(list []*lazyRegexp, s string) bool {
	return slices.ContainsFunc(list, func(l *lazyRegexp) bool {
		return l.get().MatchString(s)
	})
}

// entropy is Shannon's in bits a character, as gitleaks counts it: characters
// over bytes.
func entropy(s string) float64 {
	if s == "" {
		return 0
	}
	var ascii [128]int
	var other map[rune]int
	for _, r := range s {
		if r < 128 {
			ascii[r]++
			continue
		}
		if other == nil {
			other = make(map[rune]int)
		}
		other[r]++
	}
	sum := 0.0
	part := func(n int) {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	for _, n := range ascii {
		part(n)
	}
	for _, n := range other {
		part(n)
	}
	return sum
}

// result sorts the matches and drops those that lie in a better one.
func (c *search) result() []Match {
	order := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(c.found, func(a, b Match) int {
		return cmp.Or(order(a.Generic)-order(b.Generic), order(a.own)-order(b.own), (b.End-b.Start)-(a.End-a.Start),
			a.Start-b.Start, cmp.Compare(a.RuleID, b.RuleID))
	})
	var paths, kept []Match // kept stays in the order of the places, which do not overlap
	for _, m := range c.found {
		if m.PathOnly {
			paths = append(paths, m)
			continue
		}
		i, _ := slices.BinarySearchFunc(kept, m.Start, func(k Match, start int) int { return k.End - start - 1 })
		if i == len(kept) || kept[i].Start >= m.End {
			kept = slices.Insert(kept, i, m)
		}
	}
	kept = append(paths, kept...)
	slices.SortStableFunc(kept, func(a, b Match) int {
		return cmp.Or(a.Start-b.Start, cmp.Compare(a.RuleID, b.RuleID))
	})
	return kept
}
