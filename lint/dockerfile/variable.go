package dockerfile

import (
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// Variable returns the range of the name in the first use of the variable, $NAME
// or ${NAME...}, that stands in r; false when there is none. One behind an escape
// character is none. Comment lines inside r are passed over, quotes are not looked
// at.
func (f *File) Variable(r source.Range, name string) (source.Range, bool) {
	text := f.Source.Text[:r.End]
	for at := r.Start; at < r.End; {
		n := strings.IndexByte(text[at:], '$')
		if n < 0 {
			break
		}
		at += n + 1
		if at-2 >= r.Start && text[at-2] == f.Escape || f.inComment(at) {
			continue
		}
		start := at
		if strings.HasPrefix(text[start:], "{") {
			start++
		}
		rest, ok := strings.CutPrefix(text[start:], name)
		if !ok || rest != "" && isNameByte(rest[0]) {
			continue
		}
		return source.Range{Start: start, End: start + len(name)}, true
	}
	return source.Range{}, false
}

// inComment reports whether off lies in a comment line inside an instruction.
func (f *File) inComment(off int) bool {
	for k := range f.Comments {
		if f.Comments[k].Range.Has(off) {
			return true
		}
	}
	return false
}

func isNameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
