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
	sortEdits(merged)
	if !fits(merged, y) {
		return nil, false
	}
	return add(merged, y), true
}

// MergeFitting merges the edits of fixes in their order, without those that touch
// earlier ones, and returns how many went in.
func MergeFitting(fixes [][]lint.Edit) (merged []lint.Edit, n int) {
	for _, edits := range fixes {
		if fits(merged, edits) {
			merged = add(merged, edits)
			n++
		}
	}
	return merged, n
}

// fits reports whether the edits of a fix touch none of x but equal ones. Those of
// x are sorted and do not overlap.
func fits(x, y []lint.Edit) bool {
	for _, e := range y {
		near := touching(x, e.Range)
		if slices.Contains(near, e) {
			continue
		}
		for _, o := range near {
			if !slices.Contains(y, o) {
				return false
			}
		}
	}
	return true
}

// add puts the edits of a fix that fits among those of x. It may write into x.
func add(x, y []lint.Edit) []lint.Edit {
	news := slices.DeleteFunc(slices.Clone(y), func(e lint.Edit) bool {
		return slices.Contains(touching(x, e.Range), e)
	})
	for _, e := range news {
		at, _ := slices.BinarySearchFunc(x, e, func(o, e lint.Edit) int {
			return cmp.Or(comparePlaces(o, e), -1) // behind its equals
		})
		x = slices.Insert(x, at, e)
	}
	return x
}

// touching returns those of x that share a byte or an edge with r. They are sorted
// and do not overlap, so their ends are in order, too.
func touching(x []lint.Edit, r source.Range) []lint.Edit {
	first, _ := slices.BinarySearchFunc(x, r.Start, func(e lint.Edit, at int) int {
		return cmp.Compare(e.Range.End, at)
	})
	last := first
	for last < len(x) && x[last].Range.Start <= r.End {
		last++
	}
	return x[first:last]
}

// sortEdits sorts by place and keeps insertions at one point in their order.
func sortEdits(edits []lint.Edit) {
	slices.SortStableFunc(edits, comparePlaces)
}

func comparePlaces(a, b lint.Edit) int {
	return cmp.Or(cmp.Compare(a.Range.Start, b.Range.Start), cmp.Compare(a.Range.End, b.Range.End))
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
	if len(edits) > 0 && idle(text, sorted) {
		return fmt.Errorf("the edits change nothing")
	}
	return nil
}

// idle reports whether the sorted edits change nothing. It looks at the text
// around them alone, unless the end may be trimmed.
func idle(text string, sorted []lint.Edit) bool {
	end := sorted[len(sorted)-1].Range.End
	if end == len(text) && !strings.HasSuffix(text, "\n") {
		return Apply(text, sorted) == text
	}
	window, r := replaced(text, sorted)
	return window == text[r.Start:r.End]
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
	window, r := replaced(text, sorted)
	return trimEnd(text, text[:r.Start]+window+text[r.End:], sorted[len(sorted)-1])
}

// replaced returns what the range from the first to the last of the sorted edits
// becomes. A byte order mark that the range reaches into lies in it whole.
func replaced(text string, sorted []lint.Edit) (string, source.Range) {
	bom := 0
	if strings.HasPrefix(text, source.BOM) {
		bom = len(source.BOM)
	}
	var b strings.Builder
	first := sorted[0].Range.Start
	at := first
	for _, e := range sorted {
		start := max(e.Range.Start, bom)
		b.WriteString(text[at:start])
		b.WriteString(ownLineEnds(text, e, bom))
		at = max(e.Range.End, start)
	}
	return b.String(), source.Range{Start: first, End: at}
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
	if unended && e.Range.Start == len(text) && s[0] != '\n' && s[len(s)-1] == '\n' {
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
