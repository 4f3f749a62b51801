// Package fix repairs Dockerfiles: it merges the edits of many findings, applies
// them in rounds until nothing is left to do, shows the difference, and writes
// the result without ever leaving half a file.
//
// It knows no rule. All offsets are bytes, as in package source.
package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// Merge returns the edits of two fixes together, sorted by place. An edit that
// both hold counts once. Any other contact between the two, ranges that only
// touch included, is a conflict: then it returns nil and false.
func Merge(x, y []lint.Edit) ([]lint.Edit, bool) {
	merged := slices.Clone(x)
	for _, e := range y {
		if slices.Contains(x, e) {
			continue
		}
		for _, o := range x {
			if touches(e.Range, o.Range) && !slices.Contains(y, o) {
				return nil, false
			}
		}
		merged = append(merged, e)
	}
	sortEdits(merged)
	return merged, true
}

// touches reports whether two ranges share a byte or an edge.
func touches(a, b source.Range) bool { return a.Start <= b.End && b.Start <= a.End }

// sortEdits sorts by place and keeps insertions at one point in their order.
func sortEdits(edits []lint.Edit) {
	slices.SortStableFunc(edits, func(a, b lint.Edit) int {
		return cmp.Or(cmp.Compare(a.Range.Start, b.Range.Start), cmp.Compare(a.Range.End, b.Range.End))
	})
}

// Valid returns an error when the edits of one fix do not lie in a text of that
// length, overlap, or change nothing at all.
func Valid(text string, edits []lint.Edit) error {
	sorted := slices.Clone(edits)
	sortEdits(sorted)
	end := 0
	for _, e := range sorted {
		r := e.Range
		if r.Start < 0 || r.Start > r.End || r.End > len(text) {
			return fmt.Errorf("edit of bytes %d to %d does not lie in the %d bytes of the text", r.Start, r.End, len(text))
		}
		if r.Start < end {
			return fmt.Errorf("edit of bytes %d to %d overlaps another of the same fix", r.Start, r.End)
		}
		end = r.End
	}
	if len(edits) > 0 && Apply(text, edits) == text {
		return fmt.Errorf("the edits change nothing")
	}
	return nil
}

// Apply returns the text with the edits made. They must be valid, in any order.
//
// The "\n" in new text becomes the line end of the lines around it. A text that
// does not end in a line end gets none, unless an edit inserts exactly that; and
// whole lines inserted behind its last line start on a line of their own. A byte
// order mark stays in front.
func Apply(text string, edits []lint.Edit) string {
	if len(edits) == 0 {
		return text
	}
	sorted := slices.Clone(edits)
	sortEdits(sorted)
	var b strings.Builder
	b.Grow(len(text) + 64)
	bom := 0
	if strings.HasPrefix(text, source.BOM) {
		bom = len(source.BOM)
	}
	at := 0
	for _, e := range sorted {
		start := max(e.Range.Start, bom)
		b.WriteString(text[at:start])
		b.WriteString(ownLineEnds(text, e, bom))
		at = max(e.Range.End, start)
	}
	b.WriteString(text[at:])
	return trimEnd(text, b.String(), sorted[len(sorted)-1])
}

// ownLineEnds returns the new text of e with the line ends that the text has in
// that place.
func ownLineEnds(text string, e lint.Edit, bom int) string {
	if !strings.Contains(e.New, "\n") {
		return e.New
	}
	// Text that a rule took from the file may bring line ends along.
	s := strings.ReplaceAll(e.New, "\r\n", "\n")
	unended := len(text) > bom && text[len(text)-1] != '\n'
	if unended && e.Range.Empty() && e.Range.Start == len(text) && s[0] != '\n' && s[len(s)-1] == '\n' {
		s = "\n" + s[:len(s)-1]
	}
	if nearLineEnd(text, e.Range.Start) == "\r\n" {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	return s
}

// nearLineEnd returns the first line end behind off, or the last before it.
func nearLineEnd(text string, off int) string {
	i := strings.IndexByte(text[off:], '\n')
	if i >= 0 {
		i += off
	} else {
		i = strings.LastIndexByte(text[:off], '\n')
	}
	if i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// trimEnd drops the line end at the end of the result where the text had none.
func trimEnd(text, result string, last lint.Edit) string {
	if strings.HasSuffix(text, "\n") || !strings.HasSuffix(result, "\n") {
		return result
	}
	if last.New == "\n" && last.Range.Empty() || strings.Trim(text, source.BOM) == "" {
		return result
	}
	return strings.TrimSuffix(strings.TrimSuffix(result, "\n"), "\r")
}
