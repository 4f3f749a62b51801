package source

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPosition(t *testing.T) {
	t.Parallel()
	f := NewFile("x", "a\u00e9\U0001f600b\r\nsecond\n")
	tests := []struct {
		name string
		off  int
		want [3]Position // UTF-8, UTF-16, UTF-32
	}{
		{"start", 0, [3]Position{{0, 0}, {0, 0}, {0, 0}}},
		{"behind two bytes", 3, [3]Position{{0, 3}, {0, 2}, {0, 2}}},
		{"behind a surrogate pair", 7, [3]Position{{0, 7}, {0, 4}, {0, 3}}},
		{"inside a character", 5, [3]Position{{0, 3}, {0, 2}, {0, 2}}},
		{"second line", 10, [3]Position{{1, 0}, {1, 0}, {1, 0}}},
		{"end", 17, [3]Position{{2, 0}, {2, 0}, {2, 0}}},
		{"behind the end", 99, [3]Position{{2, 0}, {2, 0}, {2, 0}}},
		{"before the start", -1, [3]Position{{0, 0}, {0, 0}, {0, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := [3]Position{f.Position(tt.off, UTF8), f.Position(tt.off, UTF16), f.Position(tt.off, UTF32)}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	f := NewFile("x", BOM+"FROM a\n")
	if got := f.Position(len(BOM)+5, UTF32); got != (Position{0, 5}) {
		t.Errorf("the mark is counted: %v", got)
	}
	if got := f.Offset(Position{0, 5}, UTF16); got != len(BOM)+5 {
		t.Errorf("offset %d", got)
	}
}

func TestOffsetClamps(t *testing.T) {
	t.Parallel()
	f := NewFile("x", "ab\u00e9\r\ncd")
	tests := []struct {
		p    Position
		enc  Encoding
		want int
	}{
		{Position{0, 99}, UTF16, 4},
		{Position{0, 3}, UTF8, 2}, // inside the character
		{Position{1, 1}, UTF16, 7},
		{Position{9, 0}, UTF16, 8},
		{Position{0, -1}, UTF8, 0},
	}
	for _, tt := range tests {
		if got := f.Offset(tt.p, tt.enc); got != tt.want {
			t.Errorf("Offset(%v, %d) = %d, want %d", tt.p, tt.enc, got, tt.want)
		}
	}
}

func TestLineEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "\n", "a\nb": "\n", "a\r\nb\n": "\r\n", "\n": "\n"} {
		if got := NewFile("x", text).LineEnd(); got != want {
			t.Errorf("LineEnd of %q is %q", text, got)
		}
	}
}

// FuzzPositions turns every offset into a position and back.
func FuzzPositions(f *testing.F) {
	f.Add("a\u00e9\U0001f600b\r\nsecond\n", 4)
	f.Add(BOM+"FROM a", 3)
	f.Add("\xff\xfe\n\xe4", 1)
	f.Fuzz(func(t *testing.T, text string, off int) {
		file := NewFile("x", text)
		if off < 0 || off > len(text) {
			return
		}
		for _, enc := range []Encoding{UTF8, UTF16, UTF32} {
			p := file.Position(off, enc)
			back := file.Offset(p, enc)
			if again := file.Position(back, enc); again != p {
				t.Fatalf("encoding %d: %d is %v, back at %d is %v", enc, off, p, back, again)
			}
			line := file.LineRange(p.Line)
			inBOM := p.Line == 0 && off < len(BOM)
			if valid := utf8.ValidString(text); valid && !inBOM && off <= line.End && (off == len(text) || utf8.RuneStart(text[off])) && back != off {
				t.Fatalf("encoding %d: offset %d came back as %d", enc, off, back)
			}
		}
	})
}
