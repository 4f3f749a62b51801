package shell

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dlint/dlint/lint/source"
)

// maskLines returns src[r] with what the builder takes away turned into NUL
// bytes: continuations, and the comment and empty lines between continued
// lines. Lines from rawFrom on (an offset of src) are here-documents and stay
// as they are.
func maskLines(src string, r source.Range, rawFrom int, escape byte) string {
	text := src[r.Start:r.End]
	header := min(max(rawFrom-r.Start, 0), len(text))
	if strings.IndexByte(text[:header], '\n') < 0 {
		return text
	}
	var buf []byte
	for start := 0; start < header; {
		end := header
		if n := strings.IndexByte(text[start:header], '\n'); n >= 0 {
			end = start + n + 1
		}
		cut, more := maskFrom(text, start, end, escape, start > 0 || atLineStart(src, r.Start))
		if cut < end {
			if buf == nil {
				buf = []byte(text)
			}
			clear(buf[cut:end])
		}
		if !more {
			break
		}
		start = end
	}
	if buf == nil {
		return text
	}
	return string(buf)
}

func atLineStart(src string, off int) bool {
	return off == 0 || src[off-1] == '\n'
}

// maskFrom returns where in text[start:end], a line with its line end, the
// bytes begin that the builder takes away, and whether the instruction goes on
// behind the line. The first line is not looked at as a comment.
func maskFrom(text string, start, end int, escape byte, whole bool) (int, bool) {
	line := strings.TrimRight(text[start:end], "\r\n")
	if whole && start > 0 {
		content := strings.TrimLeftFunc(line, unicode.IsSpace)
		if content == "" || content[0] == '#' {
			return start, true
		}
	}
	if text[end-1] != '\n' {
		return end, false
	}
	body := strings.TrimRight(line, " \t")
	n := len(body)
	if n == 0 || body[n-1] != escape || n > 1 && body[n-2] == escape {
		return end, false
	}
	return start + n - 1, true
}

// maskJSON returns the content of the JSON string literal src[r], quotes
// included in r, with its escapes resolved and NUL bytes where they were
// longer than what they stand for. The result is as long as r without quotes.
func maskJSON(src string, r source.Range, escape byte) string {
	text := maskLines(src, source.Range{Start: r.Start + 1, End: max(r.End-1, r.Start+1)}, r.End, escape)
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	buf := []byte(text)
	for i := 0; i < len(buf); i++ {
		if buf[i] == '\\' {
			i = unescapeJSON(buf, i)
		}
	}
	return string(buf)
}

// unescapeJSON resolves the escape at buf[i] in place and returns the index of
// its last byte.
func unescapeJSON(buf []byte, i int) int {
	k := nextSeen(buf, i)
	if k == len(buf) {
		return len(buf)
	}
	c := buf[k]
	switch c {
	case 'n':
		c = '\n'
	case 't':
		c = '\t'
	case 'r':
		c = '\r'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'u':
		return unescapeUnicode(buf, i, k)
	}
	buf[i] = 0
	buf[k] = c
	return k
}

func unescapeUnicode(buf []byte, i, k int) int {
	r, last := hex4(buf, k)
	if utf16.IsSurrogate(r) {
		if s := nextSeen(buf, last); s < len(buf) && buf[s] == '\\' {
			if u := nextSeen(buf, s); u < len(buf) && buf[u] == 'u' {
				low, end := hex4(buf, u)
				if both := utf16.DecodeRune(r, low); both != unicode.ReplacementChar {
					r, last = both, end
				}
			}
		}
	}
	clear(buf[i:min(last+1, len(buf))])
	if r != 0 {
		var b [utf8.UTFMax]byte
		copy(buf[i:], b[:utf8.EncodeRune(b[:], r)])
	}
	return last
}

// hex4 reads the four digits behind buf[k].
func hex4(buf []byte, k int) (rune, int) {
	var r rune
	for range 4 {
		k = nextSeen(buf, k)
		if k == len(buf) {
			return r, k - 1
		}
		r = r<<4 | rune(hexDigit(buf[k]))
	}
	return r, k
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// nextSeen returns the index of the next byte behind i that is not NUL.
func nextSeen(buf []byte, i int) int {
	for i++; i < len(buf) && buf[i] == 0; i++ {
	}
	return i
}

// maskDocument returns the here-document text as the command reads it: leading
// tabs dropped when chomp is set, and when the delimiter is not quoted the
// backslashes that the outer shell takes away.
func maskDocument(text string, expand, chomp bool) string {
	if (!expand || strings.IndexByte(text, '\\') < 0) && (!chomp || strings.IndexByte(text, '\t') < 0) {
		return text
	}
	buf := []byte(text)
	lineStart := true
	for i := 0; i < len(buf); i++ {
		switch c := buf[i]; {
		case c == '\n':
			lineStart = true
			continue
		case c == '\t' && lineStart && chomp:
			buf[i] = 0
			continue
		case c == '\\' && expand && i+1 < len(buf):
			i = unescapeDocument(buf, i)
		}
		lineStart = false
	}
	return string(buf)
}

func unescapeDocument(buf []byte, i int) int {
	switch buf[i+1] {
	case '$', '`', '\\':
		buf[i] = 0
	case '\n':
		buf[i], buf[i+1] = 0, 0
	default:
		return i
	}
	return i + 1
}

// seen returns text without its NUL bytes: what the shell reads.
func seen(text string) string {
	if strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ReplaceAll(text, "\x00", "")
}
