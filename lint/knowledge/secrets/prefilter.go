package secrets

import (
	"math"
	"math/bits"
	"strings"
)

// The prefilter looks at every three bytes of the text, reduced to 32 classes,
// and asks a bit set whether any rule may begin there. That is one load and a
// few register operations a byte, without dependence on the last answer, and
// the set is built in some ten microseconds, where an automaton over the same
// words needs both a longer build and a dependent load a byte.

// entry is one way to leave the fast loop: a rule, and its head or, without
// heads, its keyword. The three bytes stand at the offset in these.
type entry struct {
	tri, slot, item, offset uint16
}

const buckets = 1024

type prefilter struct {
	class   [256]uint8
	set     [1 << 15 / 64]uint64
	bucket  [buckets + 1]uint16
	entries []entry
}

// classOf reduces a byte: letters without case, digits as one, and some groups
// of punctuation.
func classOf(c byte) uint8 {
	switch {
	case 'a' <= c|0x20 && c|0x20 <= 'z':
		return c | 0x20 - 'a' + 1
	case '0' <= c && c <= '9':
		return 27
	case c == '_':
		return 28
	case c == '-':
		return 29
	case c == '.':
		return 30
	case c == '"' || c == '$' || c == '~' || c == '<' || c == ':' || c == '=':
		return 31
	}
	return 0
}

func bucketOf(tri uint16) uint32 { return uint32(tri) * 2654435761 >> 22 }

// newPrefilter returns the filter for rules, given as their texts.
func newPrefilter(rules []lazyRule) *prefilter {
	f := new(prefilter)
	for c := range f.class {
		f.class[c] = classOf(byte(c))
	}
	all := make([]entry, 0, 2048)
	for slot := range rules {
		all = f.addRule(all, entry{slot: uint16(slot)}, rules[slot].text)
	}
	f.index(all)
	return f
}

// addRule files the heads of a rule or, where there are none, its keywords.
func (f *prefilter) addRule(all []entry, e entry, text string) []entry {
	heads := strings.Contains(text, "\nhead ")
	for name, value := range fields(text) {
		switch {
		case name == "allow":
			return all
		case heads && name == "head":
			all = f.add(all, e, f.headClasses(pattern(value)))
			e.item++
		case !heads && name == "key":
			all = f.add(all, e, f.keyClasses(value))
			e.item++
		}
	}
	return all
}

// index sorts the entries into their buckets, by counting.
func (f *prefilter) index(all []entry) {
	for _, e := range all {
		f.set[e.tri>>6] |= 1 << (e.tri & 63)
		f.bucket[bucketOf(e.tri)+1]++
	}
	for b := range buckets {
		f.bucket[b+1] += f.bucket[b]
	}
	f.entries = make([]entry, len(all))
	var used [buckets]uint16
	for _, e := range all {
		b := bucketOf(e.tri)
		f.entries[f.bucket[b]+used[b]] = e
		used[b]++
	}
}

// span is how many bytes of a head or keyword are looked at for the three that
// are rarest in Dockerfiles.
const span = 12

// weights say how common the classes are, in no unit.
var weights = [32]uint64{
	80, 50, 14, 25, 25, 60, 14, 14, 14, 40, 3, 8, 25, 18, 40, 40, 25, 2, 40, 40, 50, 20, 8, 8, 7, 10, 3,
	30, 10, 20, 20, 20,
}

// add files a head or keyword, given as a set of classes for each byte, under
// every triple of classes that its rarest three bytes can have.
func (f *prefilter) add(all []entry, e entry, classes []uint32) []entry {
	if len(classes) == 2 {
		classes = append(classes, math.MaxUint32)
	}
	best := uint64(math.MaxUint64)
	for i := range len(classes) - 2 {
		if w := weight(classes[i]) * weight(classes[i+1]) * weight(classes[i+2]); w < best {
			best, e.offset = w, uint16(i)
		}
	}
	for a := classes[e.offset]; a != 0; a &= a - 1 {
		for b := classes[e.offset+1]; b != 0; b &= b - 1 {
			for c := classes[e.offset+2]; c != 0; c &= c - 1 {
				e.tri = uint16(bits.TrailingZeros32(a)<<10 | bits.TrailingZeros32(b)<<5 | bits.TrailingZeros32(c))
				all = append(all, e)
			}
		}
	}
	return all
}

func weight(classes uint32) (sum uint64) {
	for ; classes != 0; classes &= classes - 1 {
		sum += weights[bits.TrailingZeros32(classes)]
	}
	return sum
}

func (f *prefilter) keyClasses(key string) []uint32 {
	classes := make([]uint32, 0, span)
	for i := range min(len(key), span) {
		classes = append(classes, 1<<f.class[key[i]])
	}
	return classes
}

func (f *prefilter) headClasses(head pattern) []uint32 {
	classes := make([]uint32, 0, span)
	rest := strings.TrimPrefix(string(head), "b ")
	for len(classes) < span && rest != "" {
		var count int
		var ranges string
		count, ranges, rest = nextRun(rest)
		for mask := f.classes(ranges); count > 0 && len(classes) < span; count-- {
			classes = append(classes, mask)
		}
	}
	return classes
}

// classes is the set of the classes of the bytes in some ranges.
func (f *prefilter) classes(ranges string) (mask uint32) {
	for ; len(ranges) >= 4; ranges = ranges[4:] {
		for c := int(hexByte(ranges)); c <= int(hexByte(ranges[2:])); c++ {
			mask |= 1 << f.class[c]
		}
	}
	return mask
}

// equalFold reports whether text has key at pos, ASCII case aside. The key is
// in lower case.
func equalFold(text string, pos int, key string) bool {
	if pos+len(key) > len(text) {
		return false
	}
	for i := range len(key) {
		c := text[pos+i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != key[i] {
			return false
		}
	}
	return true
}
