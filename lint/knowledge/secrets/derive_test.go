package secrets

import (
	"flag"
	"fmt"
	"math/bits"
	"os"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the derived lines of the data files")

// TestDerivedData proves the shortcuts of the engine: it derives them from the
// expressions and compares.
func TestDerivedData(t *testing.T) {
	t.Parallel()
	for file, data := range map[string]string{"gitleaks.txt": gitleaksRules, "own.txt": ownRules} {
		var want strings.Builder
		for block := range splitRules(data) {
			want.WriteString(deriveBlock(t, block))
		}
		if *update {
			if err := os.WriteFile(file, []byte(want.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(want.String(), data); diff != "" {
			t.Errorf("%s is stale (go test ./lint/knowledge/secrets -run DerivedData -update): %s", file, diff)
		}
	}
}

func splitRules(data string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for {
			i := strings.Index(data[start+1:], "\nrule ")
			if i < 0 {
				yield(data[start:])
				return
			}
			if !yield(data[start : start+i+2]) {
				return
			}
			start += i + 2
		}
	}
}

func deriveBlock(t *testing.T, block string) string {
	t.Helper()
	var out strings.Builder
	var keys []string
	for line := range strings.Lines(block) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch name {
		case "head", "tail", "assign", "max":
			continue
		case "key":
			keys = append(keys, value)
		}
		out.WriteString(line)
		if name == "match" {
			out.WriteString(derive(t, value, keys))
		}
	}
	return out.String()
}

const (
	assignName   = `(?i)[\w.-]{0,50}?(?:`
	assignMiddle = `)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`
)

func derive(t *testing.T, expr string, keys []string) string {
	t.Helper()
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	var out strings.Builder
	longest := maxLen(re)
	if ident, value, ok := strings.Cut(strings.TrimPrefix(expr, assignName), assignMiddle); ok && strings.HasPrefix(expr, assignName) {
		if !identHasKey(t, ident, keys) {
			return ""
		}
		out.WriteString("assign\n")
		if longest > 0 {
			fmt.Fprintf(&out, "max %d\n", longest)
		}
		value = "(?i)" + value
		tree, err := syntax.Parse(value, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		seqs := expand(tree)
		if len(seqs) > 0 && !slices.ContainsFunc(seqs, func(s seq) bool { return len(s.sets) == 0 }) {
			writePatterns(&out, "tail", seqs)
			checkGeneric(t, seqs)
		}
		return out.String()
	}
	seqs := expand(re)
	if len(seqs) == 0 || len(seqs) > 16 || !slices.ContainsFunc(keys, func(k string) bool { return k != "" }) {
		return ""
	}
	for _, s := range seqs {
		if len(s.sets) < 3 || !slices.ContainsFunc(keys, func(k string) bool { return startsWith(s, k) }) {
			return ""
		}
	}
	if longest > 0 {
		fmt.Fprintf(&out, "max %d\n", longest)
	}
	writePatterns(&out, "head", seqs)
	return out.String()
}

// checkGeneric proves valueFollows: the only rule with tails that are all of ten
// value bytes and more is the generic one.
func checkGeneric(t *testing.T, seqs []seq) {
	t.Helper()
	if len(seqs) != 2 || len(seqs[0].sets) < 10 || len(seqs[1].sets) < 10 {
		return
	}
	for _, s := range seqs {
		for c := range 256 {
			if s.sets[0].has(byte(c)) && !valueFollows(strings.Repeat(string(rune(c)), 10), 0) {
				t.Errorf("a value may begin with %q", rune(c))
			}
		}
	}
}

// identHasKey says whether each name that the expression accepts contains a
// keyword, with no more than 16 bytes behind it, in at most 32.
func identHasKey(t *testing.T, ident string, keys []string) bool {
	t.Helper()
	re, err := syntax.Parse("(?i:"+ident+")", syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	if n := maxLen(re); n < 0 || n > 4*32 {
		return false
	}
	seqs := expand(re)
	for _, s := range seqs {
		if !slices.ContainsFunc(keys, func(k string) bool {
			for i := range s.sets {
				if startsWith(seq{sets: s.sets[i:]}, k) && !s.open && len(s.sets) <= 32 && len(s.sets)-i-len(k) <= 16 {
					return true
				}
			}
			return false
		}) {
			return false
		}
	}
	return len(seqs) > 0
}

func startsWith(s seq, key string) bool {
	if len(s.sets) < len(key) {
		return false
	}
	for i := range len(key) {
		for c := range 256 {
			if s.sets[i].has(byte(c)) && strings.ToLower(string(rune(c))) != key[i:i+1] {
				return false
			}
		}
	}
	return true
}

func writePatterns(out *strings.Builder, name string, seqs []seq) {
	seen := map[string]bool{}
	for _, s := range seqs {
		var line strings.Builder
		line.WriteString(name)
		if s.boundary && isWordSet(s.sets[0]) {
			line.WriteString(" b")
		}
		for i := 0; i < len(s.sets); {
			n := 1
			for i+n < len(s.sets) && s.sets[i+n] == s.sets[i] {
				n++
			}
			fmt.Fprintf(&line, " %d:%s", n, ranges(s.sets[i]))
			i += n
		}
		if !seen[line.String()] {
			seen[line.String()] = true
			fmt.Fprintln(out, line.String())
		}
	}
}

func isWordSet(s byteSet) bool {
	for c := range 256 {
		if s.has(byte(c)) && !isWord(byte(c)) {
			return false
		}
	}
	return true
}

func ranges(s byteSet) string {
	var out strings.Builder
	for c := 0; c < 256; c++ {
		if !s.has(byte(c)) {
			continue
		}
		low := c
		for c+1 < 256 && s.has(byte(c+1)) {
			c++
		}
		fmt.Fprintf(&out, "%02x%02x", low, c)
	}
	return out.String()
}

// seq is what a match may begin with; open means that more may follow that is
// not said.
type seq struct {
	boundary bool
	sets     []byteSet
	open     bool
}

const maxSeqs, maxSets = 64, 40

// alternatives splits a small class, so that keywords are seen in it.
func alternatives(s byteSet) []seq {
	if s.size() > 4 {
		return []seq{{sets: []byteSet{s}}}
	}
	var all []seq
	for c := range 256 {
		if s.has(byte(c)) {
			var single byteSet
			single.add(byte(c), byte(c))
			all = append(all, seq{sets: []byteSet{single}})
		}
	}
	return all
}

func expand(re *syntax.Regexp) []seq {
	switch re.Op {
	case syntax.OpLiteral:
		var s seq
		for _, r := range re.Rune {
			var set byteSet
			if r > 127 {
				s.open = true
				break
			}
			set.add(byte(r), byte(r))
			if re.Flags&syntax.FoldCase != 0 && 'a' <= r|0x20 && r|0x20 <= 'z' {
				set.add(byte(r|0x20), byte(r|0x20))
				set.add(byte(r&^0x20), byte(r&^0x20))
			}
			s.sets = append(s.sets, set)
		}
		return []seq{s}
	case syntax.OpCharClass:
		var set byteSet
		for i := 0; i < len(re.Rune); i += 2 {
			low, high := re.Rune[i], re.Rune[i+1]
			if low == high && (low == 0x17f || low == 0x212a) {
				continue // the long s and the Kelvin sign, by folding
			}
			if high > 127 {
				return []seq{{open: true}}
			}
			set.add(byte(low), byte(high))
		}
		return alternatives(set)
	case syntax.OpCapture:
		return expand(re.Sub[0])
	case syntax.OpRepeat, syntax.OpPlus, syntax.OpStar, syntax.OpQuest:
		return expandRepeat(re)
	case syntax.OpConcat:
		all := []seq{{}}
		for _, sub := range re.Sub {
			all = join(all, expand(sub))
		}
		return all
	case syntax.OpAlternate:
		var all []seq
		for _, sub := range re.Sub {
			all = append(all, expand(sub)...)
		}
		return all
	case syntax.OpWordBoundary:
		return []seq{{boundary: true}}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpNoWordBoundary:
		return []seq{{}}
	}
	return []seq{{open: true}}
}

func expandRepeat(re *syntax.Regexp) []seq {
	low, high := re.Min, re.Max
	switch re.Op {
	case syntax.OpPlus:
		low, high = 1, -1
	case syntax.OpStar:
		low, high = 0, -1
	case syntax.OpQuest:
		low, high = 0, 1
	}
	all := []seq{{}}
	sub := expand(re.Sub[0])
	for range min(low, maxSets) {
		all = join(all, sub)
	}
	if low == high {
		return all
	}
	if low == 0 && high == 1 {
		return append([]seq{{}}, sub...)
	}
	return join(all, []seq{{open: true}})
}

func join(left, right []seq) []seq {
	var all []seq
	for _, l := range left {
		if l.open || len(l.sets) >= maxSets {
			l.open = true
			all = append(all, l)
			continue
		}
		if len(left)*len(right) > maxSeqs {
			l.open = true
			all = append(all, l)
			continue
		}
		for _, r := range right {
			s := seq{boundary: l.boundary || len(l.sets) == 0 && r.boundary, open: r.open}
			s.sets = append(slices.Clone(l.sets), r.sets...)
			if len(s.sets) > maxSets {
				s.sets, s.open = s.sets[:maxSets], true
			}
			all = append(all, s)
		}
	}
	return all
}

// maxLen is the most bytes that a match can have, or -1.
func maxLen(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return 4 * len(re.Rune)
	case syntax.OpCharClass:
		if re.Rune[len(re.Rune)-1] <= 127 {
			return 1
		}
		return 4
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 4
	case syntax.OpStar, syntax.OpPlus:
		return -1
	case syntax.OpRepeat:
		n := maxLen(re.Sub[0])
		if re.Max < 0 || n < 0 {
			return -1
		}
		return n * re.Max
	case syntax.OpQuest, syntax.OpCapture:
		return maxLen(re.Sub[0])
	case syntax.OpConcat, syntax.OpAlternate:
		total := 0
		for _, sub := range re.Sub {
			n := maxLen(sub)
			if n < 0 {
				return -1
			}
			if re.Op == syntax.OpConcat {
				total += n
			} else {
				total = max(total, n)
			}
		}
		return total
	}
	return 0
}

// byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) add(lo, hi byte) {
	for c := int(lo); c <= int(hi); c++ {
		s[c>>6] |= 1 << (c & 63)
	}
}

func (s *byteSet) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

func (s *byteSet) size() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}
