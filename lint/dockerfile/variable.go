package dockerfile

import (
	"iter"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Variable returns the range of the name in the first use of the variable, $NAME
// or ${NAME...}, that stands in r; false when there is none. One behind an escape
// character is none. Comment lines inside r are passed over, quotes are not looked
// at.
func (f *File) Variable(r source.Range, name string) (source.Range, bool) {
	for start := range f.uses(r) {
		rest, ok := strings.CutPrefix(f.Source.Text[start:r.End], name)
		if ok && (rest == "" || !IsNameByte(rest[0])) {
			return source.Range{Start: start, End: start + len(name)}, true
		}
	}
	return source.Range{}, false
}

// Variables returns the uses that Variable finds in r, in order: where the name
// starts, and the name.
func (f *File) Variables(r source.Range) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for start := range f.uses(r) {
			end := start
			for end < r.End && IsNameByte(f.Source.Text[end]) {
				end++
			}
			if !yield(start, f.Source.Text[start:end]) {
				return
			}
		}
	}
}

// uses returns the places behind $ and ${ in r where a name may start.
func (f *File) uses(r source.Range) iter.Seq[int] {
	return func(yield func(int) bool) {
		text := f.Source.Text[:r.End]
		for at := r.Start; at < r.End; {
			n := strings.IndexByte(text[at:], '$')
			if n < 0 {
				return
			}
			at += n + 1
			if at-2 >= r.Start && text[at-2] == f.Escape || f.inComment(at) {
				continue
			}
			start := at
			if strings.HasPrefix(text[start:], "{") {
				start++
			}
			if !yield(start) {
				return
			}
		}
	}
}

// inComment reports whether off lies in a comment line.
func (f *File) inComment(off int) bool {
	k, _ := slices.BinarySearchFunc(f.Comments, off, func(c Comment, off int) int { return c.Range.End - off - 1 })
	return k < len(f.Comments) && f.Comments[k].Range.Has(off)
}

// IsName reports whether s can be written behind a $: ASCII letters, digits and
// underscores, no digit first. BuildKit takes any word for the name of an ARG or an
// ENV, and what it stores under another name cannot be named so.
func IsName(s string) bool {
	for k := range len(s) {
		if !IsNameByte(s[k]) {
			return false
		}
	}
	return s != "" && (s[0] < '0' || s[0] > '9')
}

// IsNameByte reports whether c may stand in the name of a variable.
func IsNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
