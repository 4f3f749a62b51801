package lsp

import (
	"strings"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/source"
)

// diffEdits returns the edits that turn a file into text, line by line.
func diffEdits(f *file, text string) []protocol.TextEdit {
	out := []protocol.TextEdit{}
	for _, h := range diffLines(splitLines(f.src.Text), splitLines(text)) {
		out = append(out, f.textEdit(source.Range{Start: h.start, End: h.end}, h.text))
	}
	return out
}

// hunk replaces the bytes from start to end of the old text.
type hunk struct {
	start, end int
	text       string
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// maxCells bounds the table of a comparison; beyond, everything between the
// first and the last difference is one hunk.
const maxCells = 4 << 20

// diffLines compares two texts.
func diffLines(a, b []string) []hunk {
	off := 0
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		off += len(a[0])
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 && len(b) == 0 {
		return nil
	}
	if len(a)*len(b) > maxCells || len(a) == 0 || len(b) == 0 {
		return []hunk{{off, off + length(a), strings.Join(b, "")}}
	}
	return tableHunks(a, b, off)
}

func length(lines []string) int {
	n := 0
	for _, l := range lines {
		n += len(l)
	}
	return n
}

// tableHunks compares by the longest common subsequence.
func tableHunks(a, b []string, off int) []hunk {
	w := len(b) + 1
	table := make([]int32, (len(a)+1)*w)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i*w+j] = table[(i+1)*w+j+1] + 1
			} else {
				table[i*w+j] = max(table[(i+1)*w+j], table[i*w+j+1])
			}
		}
	}
	var out []hunk
	cur := hunk{start: -1}
	var text strings.Builder
	flush := func() {
		if cur.start >= 0 {
			cur.text = text.String()
			out = append(out, cur)
			text.Reset()
			cur.start = -1
		}
	}
	open := func() {
		if cur.start < 0 {
			cur.start, cur.end = off, off
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			flush()
			off += len(a[i])
			i++
			j++
		case j == len(b) || i < len(a) && table[(i+1)*w+j] >= table[i*w+j+1]:
			open()
			off += len(a[i])
			cur.end = off
			i++
		default:
			open()
			text.WriteString(b[j])
			j++
		}
	}
	flush()
	return out
}
