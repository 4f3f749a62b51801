package fix

import (
	"fmt"
	"strings"
)

// contextLines is how many equal lines a hunk shows around a change.
const contextLines = 3

// maxDistance bounds the search for a shortest difference. Texts further apart
// are shown as replaced between their equal ends.
const maxDistance = 1500

// Diff returns the unified difference of two versions of the file with that
// slash-separated path, as git apply and patch read it; empty when they are
// equal. Create says that the file did not exist.
func Diff(path, before, after string, create bool) string {
	if before == after {
		return ""
	}
	x, y := splitLines(before), splitLines(after)
	var b strings.Builder
	if create {
		b.WriteString("--- /dev/null\n")
	} else {
		b.WriteString("--- " + header("a/"+path))
	}
	b.WriteString("+++ " + header("b/"+path))
	for _, h := range hunks(changes(x, y)) {
		writeHunk(&b, x, y, h)
	}
	return b.String()
}

// header ends a name with a tab where it holds blanks, as git does, so that
// patch sees its end.
func header(name string) string {
	if strings.ContainsAny(name, " \t") {
		return name + "\t\n"
	}
	return name + "\n"
}

// splitLines splits a text behind its line ends.
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

// change replaces the lines x0 to x1 of the old by y0 to y1 of the new text, all
// zero-based and half-open.
type change struct{ x0, x1, y0, y1 int }

// changes returns what differs between x and y, in order.
func changes(x, y []string) []change {
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	out := shortest(x[head:len(x)-tail], y[head:len(y)-tail])
	for k := range out {
		c := &out[k]
		c.x0, c.x1, c.y0, c.y1 = c.x0+head, c.x1+head, c.y0+head, c.y1+head
	}
	return out
}

// shortest finds a shortest difference in the manner of Myers: v holds, for each
// diagonal, how far d changes reach, and trace what it was before each step.
func shortest(x, y []string) []change {
	n, m := len(x), len(y)
	if n == 0 && m == 0 {
		return nil
	}
	whole := []change{{0, n, 0, m}}
	if n == 0 || m == 0 {
		return whole
	}
	limit := min(n+m, maxDistance)
	v := make([]int, 2*limit+2)
	var trace [][]int
	for d := 0; d <= limit; d++ {
		// Step d reads the diagonals -d-1 to d+1 only.
		lo, hi := max(limit-d-1, 0), min(limit+d+2, len(v))
		trace = append(trace, append([]int(nil), v[lo:hi]...))
		for k := -d; k <= d; k += 2 {
			i := reach(v, limit, k, d)
			for j := i - k; i < n && j < m && x[i] == y[j]; j++ {
				i++
			}
			v[limit+k] = i
			if i >= n && i-k >= m {
				return walkBack(trace, limit, n, m)
			}
		}
	}
	return whole
}

// reach returns how far the d-th change gets on diagonal k: down from the
// diagonal above or right from the one below, whichever is further.
func reach(v []int, zero, k, d int) int {
	if k == -d || k != d && v[zero+k-1] < v[zero+k+1] {
		return v[zero+k+1]
	}
	return v[zero+k-1] + 1
}

// walkBack follows the trace from the end and gathers the changes in order.
func walkBack(trace [][]int, limit, n, m int) []change {
	var back []change
	i, j := n, m
	for d := len(trace) - 1; d > 0; d-- {
		v := trace[d]
		zero := limit - max(limit-d-1, 0)
		k := i - j
		var c change
		if k == -d || k != d && v[zero+k-1] < v[zero+k+1] {
			pi := v[zero+k+1]
			c = change{pi, pi, pi - k - 1, pi - k}
			i, j = pi, pi-k-1
		} else {
			pi := v[zero+k-1]
			c = change{pi, pi + 1, pi - k + 1, pi - k + 1}
			i, j = pi, pi-k+1
		}
		back = append(back, c)
	}
	var out []change
	for k := len(back) - 1; k >= 0; k-- {
		c := back[k]
		if l := len(out) - 1; l >= 0 && out[l].x1 == c.x0 && out[l].y1 == c.y0 {
			out[l].x1, out[l].y1 = c.x1, c.y1
			continue
		}
		out = append(out, c)
	}
	return out
}

// hunks groups changes whose context would touch.
func hunks(all []change) [][]change {
	var out [][]change
	for k, c := range all {
		if k > 0 && c.x0-all[k-1].x1 <= 2*contextLines {
			out[len(out)-1] = append(out[len(out)-1], c)
			continue
		}
		out = append(out, []change{c})
	}
	return out
}

func writeHunk(b *strings.Builder, x, y []string, h []change) {
	first, last := h[0], h[len(h)-1]
	before := min(contextLines, first.x0)
	after := min(contextLines, len(x)-last.x1)
	x0, y0 := first.x0-before, first.y0-before
	fmt.Fprintf(b, "@@ -%s +%s @@\n", span(x0, last.x1+after), span(y0, last.y1+after))
	at := x0
	for _, c := range h {
		writeLines(b, ' ', x[at:c.x0])
		writeLines(b, '-', x[c.x0:c.x1])
		writeLines(b, '+', y[c.y0:c.y1])
		at = c.x1
	}
	writeLines(b, ' ', x[at:last.x1+after])
}

// span writes a range of lines as hunk headers do: from one; the line before an
// empty range.
func span(start, end int) string {
	switch end - start {
	case 0:
		return fmt.Sprintf("%d,0", start)
	case 1:
		return fmt.Sprint(start + 1)
	}
	return fmt.Sprintf("%d,%d", start+1, end-start)
}

func writeLines(b *strings.Builder, mark byte, lines []string) {
	for _, l := range lines {
		b.WriteByte(mark)
		b.WriteString(l)
		if !strings.HasSuffix(l, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
