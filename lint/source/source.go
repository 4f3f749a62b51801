// Package source holds the text of a file and turns byte offsets into
// positions and back.
//
// Three notations occur in dlint, and conversions between them live here only:
//
//   - an offset counts bytes from the start of the text, from zero;
//   - a Range is a half-open pair of offsets;
//   - a Position is a zero-based line and a zero-based column, the column
//     counted in the units of an Encoding.
//
// Everything inside dlint speaks offsets. Positions appear at the edges:
// reports count characters (UTF-32), editors negotiate UTF-8 or UTF-16.
package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// Range is a half-open range of byte offsets: Start is part of it, End is not.
type Range struct{ Start, End int }

// Len returns the number of bytes in r.
func (r Range) Len() int { return r.End - r.Start }

// Empty reports whether r holds no byte.
func (r Range) Empty() bool { return r.End <= r.Start }

// Contains reports whether o lies wholly inside r.
func (r Range) Contains(o Range) bool { return r.Start <= o.Start && o.End <= r.End }

// Has reports whether the byte at off lies in r.
func (r Range) Has(off int) bool { return r.Start <= off && off < r.End }

// Overlaps reports whether r and o share a byte.
func (r Range) Overlaps(o Range) bool { return r.Start < o.End && o.Start < r.End }

// Join returns the smallest range that holds both r and o.
func (r Range) Join(o Range) Range {
	return Range{min(r.Start, o.Start), max(r.End, o.End)}
}

// Moved returns r further on by so many bytes. The zero Range, which is none, stays
// so.
func (r Range) Moved(by int) Range {
	if r == (Range{}) {
		return r
	}
	return Range{r.Start + by, r.End + by}
}

// Encoding is the unit in which a column is counted.
type Encoding uint8

// The encodings of the Language Server Protocol. UTF32 counts characters
// (Unicode code points) and is what reports for people use.
const (
	UTF8 Encoding = iota
	UTF16
	UTF32
)

// Position is a place in a text: zero-based line, zero-based column counted in
// the units of some Encoding.
type Position struct{ Line, Column int }

// File is an immutable text with its name. The zero value is an empty file.
// It is safe for concurrent use.
type File struct {
	// Path is the name as the user gave it; "-" or an URI are fine, too.
	Path string
	// Text is the content, byte for byte, with its byte order mark if any.
	Text string

	once  sync.Once
	lines []int // offset of the first byte of each line
}

// NewFile returns a file named path that holds text.
func NewFile(path, text string) *File { return &File{Path: path, Text: text} }

// BOM is the UTF-8 byte order mark.
const BOM = "\ufeff"

func (f *File) index() []int {
	f.once.Do(func() {
		lines := make([]int, 1, strings.Count(f.Text, "\n")+1)
		for i := 0; i < len(f.Text); {
			n := strings.IndexByte(f.Text[i:], '\n')
			if n < 0 {
				break
			}
			i += n + 1
			lines = append(lines, i)
		}
		f.lines = lines
	})
	return f.lines
}

// Lines returns the number of lines. A text that ends in a newline has an
// empty last line.
func (f *File) Lines() int { return len(f.index()) }

// Line returns the zero-based line that holds the byte at off. Offsets outside
// the text are taken as the nearest end.
func (f *File) Line(off int) int {
	lines := f.index()
	return max(sort.SearchInts(lines, off+1)-1, 0)
}

// LineRange returns the range of the zero-based line without its line end.
// A line outside the text gives an empty range at the nearest end.
func (f *File) LineRange(line int) Range {
	r := f.FullLineRange(line)
	for r.End > r.Start && (f.Text[r.End-1] == '\n' || f.Text[r.End-1] == '\r') {
		r.End--
	}
	return r
}

// FullLineRange returns the range of the zero-based line with its line end.
func (f *File) FullLineRange(line int) Range {
	lines := f.index()
	if line < 0 {
		return Range{}
	}
	if line >= len(lines) {
		return Range{len(f.Text), len(f.Text)}
	}
	end := len(f.Text)
	if line+1 < len(lines) {
		end = lines[line+1]
	}
	return Range{lines[line], end}
}

// Slice returns the text of r.
func (f *File) Slice(r Range) string { return f.Text[r.Start:r.End] }

// All returns the range of the whole text.
func (f *File) All() Range { return Range{0, len(f.Text)} }

// Position returns the position of the offset in the given encoding. Offsets
// outside the text are taken as the nearest end; an offset inside a character
// counts up to the start of that character, one inside a line end up to the start
// of that. A byte that is no UTF-8 counts as one character.
func (f *File) Position(off int, enc Encoding) Position {
	off = snap(f.Text, min(max(off, 0), len(f.Text)))
	line := f.Line(off)
	off = min(off, f.LineRange(line).End)
	start := f.index()[line]
	if line == 0 && strings.HasPrefix(f.Text, BOM) && enc != UTF8 && off >= len(BOM) {
		// An editor and a reader of a report see no byte order mark.
		start += len(BOM)
	}
	return Position{line, width(f.Text[min(start, off):off], enc)}
}

// Offset returns the byte offset of p, whose column is counted in enc. A column
// behind the end of the line means the end of the line (before its line end);
// a column inside a character means its start.
func (f *File) Offset(p Position, enc Encoding) int {
	if p.Line >= f.Lines() {
		return len(f.Text)
	}
	r := f.LineRange(p.Line)
	if p.Line == 0 && strings.HasPrefix(f.Text, BOM) && enc != UTF8 {
		r.Start = min(len(BOM), r.End)
	}
	if enc == UTF8 {
		return snap(f.Text, min(r.Start+max(p.Column, 0), r.End))
	}
	off, col := r.Start, 0
	for off < r.End {
		c, size := utf8.DecodeRuneInString(f.Text[off:r.End])
		w := 1
		if enc == UTF16 && c > 0xFFFF {
			w = 2
		}
		if col+w > p.Column {
			break
		}
		col += w
		off += size
	}
	return off
}

func width(s string, enc Encoding) int {
	if enc == UTF8 {
		return len(s)
	}
	n := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		n++
		if enc == UTF16 && r > 0xFFFF {
			n++
		}
		i += size
	}
	return n
}

// snap moves an offset inside a character to the start of that character.
func snap(text string, off int) int {
	if off >= len(text) || utf8.RuneStart(text[off]) {
		return off
	}
	for k := 1; k < utf8.UTFMax && off-k >= 0; k++ {
		if !utf8.RuneStart(text[off-k]) {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[off-k:]); size > k {
			return off - k
		}
		break
	}
	return off
}

// LineEnd returns the line end of the text: "\r\n" when its first line ends so,
// otherwise "\n".
func (f *File) LineEnd() string {
	i := strings.IndexByte(f.Text, '\n')
	if i > 0 && f.Text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
