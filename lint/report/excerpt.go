package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dlint/dlint/lint/source"
)

const (
	tabWidth     = 4
	defaultWidth = 160
)

// excerpt is a source line made ready for a terminal, and the columns to mark.
type excerpt struct {
	number int // of the line, from one
	text   string
	// from and to are zero-based columns on the screen; at least one is marked.
	from, to int
	// more says that the range goes on in the next line.
	more bool
}

// cut returns the excerpt for r: its first line, with what is hidden masked, and
// long lines cut around the start of r.
func cut(src *source.File, r source.Range, hidden []source.Range, width int) excerpt {
	if width <= 0 {
		width = defaultWidth
	}
	start := min(max(r.Start, 0), len(src.Text))
	end := min(max(r.End, start), len(src.Text))
	number := src.Line(start)
	line := src.LineRange(number)
	if number == 0 && strings.HasPrefix(src.Text, source.BOM) {
		line.Start = min(len(source.BOM), line.End)
	}
	start = min(max(start, line.Start), line.End)
	e := excerpt{number: number + 1, more: end > src.FullLineRange(number).End}
	end = max(min(end, line.End), start)

	window, before, after := windowOf(src.Text, line, start, width)
	p := painter{text: src.Text, hidden: hidden, from: -1, to: -1}
	p.mark = source.Range{Start: start, End: end}
	if before {
		p.put("…", 1)
	}
	p.paint(window)
	if after {
		p.put("…", 1)
	}
	e.text = strings.TrimRight(p.b.String(), " ")
	e.from, e.to = p.from, p.to
	if e.from < 0 {
		e.from = p.col
	}
	if e.to < 0 {
		e.to = p.col
	}
	e.to = max(e.to, e.from+1)
	return e
}

// windowOf returns the part of a line that is shown: all of it, or what stands
// around the byte at start when the line is long.
func windowOf(text string, line source.Range, start, width int) (w source.Range, before, after bool) {
	if line.Len() <= width {
		return line, false, false
	}
	w = line
	if start-line.Start > width/2 {
		w.Start = start - width/4
		for w.Start > line.Start && !utf8.RuneStart(text[w.Start]) {
			w.Start--
		}
	}
	if line.End-w.Start > width {
		w.End = w.Start + width
		for w.End < line.End && !utf8.RuneStart(text[w.End]) {
			w.End++
		}
	}
	return w, w.Start > line.Start, w.End < line.End
}

// painter turns a part of a line into what a terminal shows.
type painter struct {
	text     string
	hidden   []source.Range
	mark     source.Range
	b        strings.Builder
	col      int
	from, to int // columns of the mark, -1 until known
}

func (p *painter) put(s string, cols int) {
	p.b.WriteString(s)
	p.col += cols
}

func (p *painter) paint(r source.Range) {
	first, _ := slices.BinarySearchFunc(p.hidden, r.Start+1, func(h source.Range, off int) int { return h.End - off })
	hidden := p.hidden[first:]
	for off := r.Start; off < r.End; {
		for len(hidden) > 0 && hidden[0].End <= off {
			hidden = hidden[1:]
		}
		if len(hidden) > 0 && hidden[0].Start <= off {
			off = p.secret(hidden[0], r)
			continue
		}
		p.step(off, off+1)
		text, cols, size := visible(p.text[off:r.End])
		if p.text[off] == '\t' {
			cols = tabWidth - p.col%tabWidth
			text = "    "[:cols]
		}
		p.put(text, cols)
		off += size
	}
	if p.mark.End <= r.End && p.to < 0 {
		p.to = p.col
	}
}

// step notes the column where the mark starts or ends, before the bytes from
// start to end are painted.
func (p *painter) step(start, end int) {
	if p.from < 0 && p.mark.Start < end {
		p.from = p.col
	}
	if p.to < 0 && p.mark.End <= start {
		p.to = p.col
	}
}

// secret paints the mask of h as far as it lies in the line and returns where to
// go on.
func (p *painter) secret(h, shown source.Range) int {
	end := min(h.End, shown.End)
	p.step(max(h.Start, shown.Start), end)
	for s := mask(p.text[h.Start:h.End]); s != ""; {
		text, cols, size := visible(s)
		p.put(text, cols)
		s = s[size:]
	}
	return end
}
