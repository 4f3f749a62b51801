package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wide are the characters that fill two columns of a terminal: East Asian wide
// and full-width ones, and pictures. Ranges are inclusive and sorted.
var wide = [...][2]rune{
	{0x1100, 0x115F},
	{0x231A, 0x231B},
	{0x2329, 0x232A},
	{0x23E9, 0x23EC},
	{0x23F0, 0x23F0},
	{0x23F3, 0x23F3},
	{0x25FD, 0x25FE},
	{0x2614, 0x2615},
	{0x2648, 0x2653},
	{0x267F, 0x267F},
	{0x2693, 0x2693},
	{0x26A1, 0x26A1},
	{0x26AA, 0x26AB},
	{0x26BD, 0x26BE},
	{0x26C4, 0x26C5},
	{0x26CE, 0x26CE},
	{0x26D4, 0x26D4},
	{0x26EA, 0x26EA},
	{0x26F2, 0x26F3},
	{0x26F5, 0x26F5},
	{0x26FA, 0x26FA},
	{0x26FD, 0x26FD},
	{0x2705, 0x2705},
	{0x270A, 0x270B},
	{0x2728, 0x2728},
	{0x274C, 0x274C},
	{0x274E, 0x274E},
	{0x2753, 0x2755},
	{0x2757, 0x2757},
	{0x2795, 0x2797},
	{0x27B0, 0x27B0},
	{0x27BF, 0x27BF},
	{0x2B1B, 0x2B1C},
	{0x2B50, 0x2B50},
	{0x2B55, 0x2B55},
	{0x2E80, 0x303E},
	{0x3041, 0x4DBF},
	{0x4E00, 0xA4CF},
	{0xA960, 0xA97F},
	{0xAC00, 0xD7A3},
	{0xF900, 0xFAFF},
	{0xFE10, 0xFE19},
	{0xFE30, 0xFE6F},
	{0xFF00, 0xFF60},
	{0xFFE0, 0xFFE6},
	{0x16FE0, 0x18DFF},
	{0x1AFF0, 0x1B2FF},
	{0x1F004, 0x1F004},
	{0x1F0CF, 0x1F0CF},
	{0x1F18E, 0x1F18E},
	{0x1F191, 0x1F19A},
	{0x1F200, 0x1F320},
	{0x1F32D, 0x1F335},
	{0x1F337, 0x1F37C},
	{0x1F37E, 0x1F393},
	{0x1F3A0, 0x1F3CA},
	{0x1F3CF, 0x1F3D3},
	{0x1F3E0, 0x1F3F0},
	{0x1F3F4, 0x1F3F4},
	{0x1F3F8, 0x1F43E},
	{0x1F440, 0x1F440},
	{0x1F442, 0x1F4FC},
	{0x1F4FF, 0x1F53D},
	{0x1F54B, 0x1F54E},
	{0x1F550, 0x1F567},
	{0x1F57A, 0x1F57A},
	{0x1F595, 0x1F596},
	{0x1F5A4, 0x1F5A4},
	{0x1F5FB, 0x1F64F},
	{0x1F680, 0x1F6C5},
	{0x1F6CC, 0x1F6CC},
	{0x1F6D0, 0x1F6D2},
	{0x1F6D5, 0x1F6D7},
	{0x1F6DC, 0x1F6DF},
	{0x1F6EB, 0x1F6EC},
	{0x1F6F4, 0x1F6FC},
	{0x1F7E0, 0x1F7EB},
	{0x1F7F0, 0x1F7F0},
	{0x1F90C, 0x1F93A},
	{0x1F93C, 0x1F945},
	{0x1F947, 0x1F9FF},
	{0x1FA70, 0x1FAFF},
	{0x20000, 0x3FFFD},
}

// runeWidth returns the columns that a printable character fills.
func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) || r == 0x200D || r >= 0xFE00 && r <= 0xFE0F {
		return 0
	}
	lo, hi := 0, len(wide)
	for lo < hi {
		mid := (lo + hi) / 2
		switch {
		case r < wide[mid][0]:
			hi = mid
		case r > wide[mid][1]:
			lo = mid + 1
		default:
			return 2
		}
	}
	return 1
}

// visible returns the first character of s as it may be sent to a terminal, its
// width in columns and its size in bytes. Control characters, characters that
// turn the direction of writing and bytes that are no UTF-8 are spelt out.
func visible(s string) (text string, cols, size int) {
	if c := s[0]; c >= ' ' && c < 0x7F {
		return s[:1], 1, 1
	}
	r, size := utf8.DecodeRuneInString(s)
	const hex = "0123456789abcdef"
	switch {
	case r == utf8.RuneError && size == 1:
		return `\x` + string([]byte{hex[s[0]>>4], hex[s[0]&15]}), 4, 1
	case r < ' ':
		return string(0x2400 + r), 1, size // the control pictures
	case r == 0x7F:
		return "␡", 1, size
	case r < 0xA0:
		return `\x` + string([]byte{hex[r>>4], hex[r&15]}), 4, size
	case r == 0x200D || unicode.IsPrint(r) || unicode.Is(unicode.Co, r):
		return s[:size], runeWidth(r), size
	case r == 0xA0 || unicode.Is(unicode.Zs, r):
		return " ", 1, size
	case r > 0xFFFF:
		return `\U` + hexDigits(r, 8), 10, size
	default:
		return `\u` + hexDigits(r, 4), 6, size
	}
}

func hexDigits(r rune, n int) string {
	const hex = "0123456789abcdef"
	b := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		b[i] = hex[r&15]
		r >>= 4
	}
	return string(b)
}

// Printable returns s on one line and without anything that would steer a
// terminal.
func Printable(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7F {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		text, _, size := visible(s)
		b.WriteString(text)
		s = s[size:]
	}
	return b.String()
}
