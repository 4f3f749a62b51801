package report

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// steers reports whether a character may make a terminal do or show something
// else: control characters, also those of eight bits, and marks that turn the
// direction of writing. Those below the blank are escaped by every encoder.
func steers(r rune) bool {
	return r >= 0x7F && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}

// plainWriter writes such characters as spell says.
type plainWriter struct {
	w     io.Writer
	spell func(r rune) string
	tail  []byte // the start of a character
}

// PlainJSON returns a writer for JSON that stays the same for whoever reads it and
// does not steer a terminal.
func PlainJSON(w io.Writer) io.Writer {
	return &plainWriter{w: w, spell: func(r rune) string { return `\u` + hexDigits(r, 4) }}
}

// plainXML does it for XML.
func plainXML(w io.Writer) io.Writer {
	return &plainWriter{w: w, spell: func(r rune) string { return "&#x" + hexDigits(r, 4) + ";" }}
}

func (w *plainWriter) Write(p []byte) (int, error) {
	text := p
	if len(w.tail) > 0 {
		text = append(w.tail, p...)
		w.tail = nil
	}
	if n := whole(text); n < len(text) {
		w.tail = bytes.Clone(text[n:])
		text = text[:n]
	}
	if bytes.IndexFunc(text, steers) >= 0 {
		text = w.spelled(text)
	}
	if _, err := w.w.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// whole returns the length of p without the character that it ends inside of.
func whole(p []byte) int {
	for n := len(p); n > 0 && n > len(p)-utf8.UTFMax; n-- {
		if utf8.RuneStart(p[n-1]) {
			if utf8.FullRune(p[n-1:]) {
				break
			}
			return n - 1
		}
	}
	return len(p)
}

func (w *plainWriter) spelled(text []byte) []byte {
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if steers(r) {
			out = append(out, w.spell(r)...)
		} else {
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	return out
}

// Lines is Printable for a text of several lines: line ends and tabs stay.
func Lines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		body, end := strings.CutSuffix(line, "\n")
		for k, part := range strings.Split(body, "\t") {
			if k > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(Printable(part))
		}
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
