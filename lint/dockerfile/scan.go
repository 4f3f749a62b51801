package dockerfile

import (
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/dlint/dlint/lint/source"
)

// A segment is one instruction as lines of the source, found by the same steps
// that BuildKit's parser takes, before anything is made of it.
type segment struct {
	lines    source.Range // whole lines, heredocs included
	header   source.Range // whole lines without the heredocs
	line     int          // zero-based number of the first line
	last     int          // and of the last
	joined   joined
	comments []int // indexes into File.Comments that lie inside
	empty    []source.Range
	heredocs []Heredoc
	openers  []string // the word that opens each heredoc
	parsed   []parser.Heredoc
	above    []string // comments since the instruction before, as BuildKit keeps them
	err      *Error   // a heredoc that does not end
	open     bool     // the text ends where a line should follow
}

// joined is the text of an instruction with its continued lines put together,
// and the way back to the source. pieces is empty when the text stands in the
// source in one piece, at base.
type joined struct {
	text   string
	base   int
	pieces []piece
}

type piece struct{ at, src, n int } // text[at:at+n] stands at src in the source

// offset returns the source offset of the byte at i.
func (j *joined) offset(i int) int {
	if len(j.pieces) == 0 {
		return j.base + i
	}
	lo, hi := 0, len(j.pieces)
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if j.pieces[mid].at <= i {
			lo = mid
		} else {
			hi = mid
		}
	}
	p := j.pieces[lo]
	return p.src + min(i-p.at, p.n)
}

// span returns the source range of text[start:end].
func (j *joined) span(start, end int) source.Range {
	if end <= start {
		off := j.offset(start)
		return source.Range{Start: off, End: off}
	}
	return source.Range{Start: j.offset(start), End: j.offset(end-1) + 1}
}

// scanner walks the lines of a file.
type scanner struct {
	file *File
	text string
	off  int // start of the next line
	line int // zero-based number of the next line
	dirs *parser.DirectiveParser
	segs []segment
	// above gathers the comments for the next instruction. long is set by a line
	// that BuildKit's parser does not read.
	above []string
	long  bool
}

// next returns the range of the next line without its line end, and where the
// line after it starts.
func (s *scanner) next() (line source.Range, after int) {
	end := strings.IndexByte(s.text[s.off:], '\n')
	s.long = s.long || end >= maxLine || end < 0 && len(s.text)-s.off >= maxLine
	if end < 0 {
		return source.Range{Start: s.off, End: len(s.text)}, len(s.text)
	}
	after = s.off + end + 1
	return source.Range{Start: s.off, End: after}, after
}

// segmentsAtOnce bounds the room that is made before any instruction is read.
const segmentsAtOnce = 128

// expected is how many lines begin like an instruction.
func (s *scanner) expected() int {
	n := 0
	for line := range strings.Lines(s.text) {
		if 'A' <= line[0]&^0x20 && line[0]&^0x20 <= 'Z' {
			if n++; n == segmentsAtOnce {
				break
			}
		}
	}
	return n
}

func (s *scanner) scan() {
	s.segs = make([]segment, 0, s.expected())
	for s.off < len(s.text) {
		line, after := s.next()
		body := trimSpaceLeft(s.text, trimNewline(s.text, line))
		s.off = after
		s.line++
		if s.directive(body) {
			continue
		}
		if body.Empty() {
			continue
		}
		if s.text[body.Start] == '#' {
			s.file.Comments = append(s.file.Comments, s.comment(body))
			s.remember(s.text[line.Start:line.End])
			continue
		}
		s.instruction(line.Start, body)
	}
}

// remember keeps a comment line as BuildKit does: without its first byte, which
// is a blank where the line is indented. An empty one makes it forget.
func (s *scanner) remember(line string) {
	if c := strings.TrimSpace(line[1:]); c != "" {
		s.above = append(s.above, c)
		return
	}
	s.above = nil
}

// directive reads body as a parser directive while those are possible.
func (s *scanner) directive(body source.Range) bool {
	if s.dirs == nil {
		return false
	}
	text := s.text[body.Start:body.End]
	if !strings.HasPrefix(text, "#") || !strings.Contains(text, "=") {
		s.dirs = nil
		return false
	}
	d, err := s.dirs.ParseLine([]byte(text))
	if err == nil && d == nil {
		s.dirs = nil
		return false
	}
	r := source.Range{Start: body.Start, End: body.Start + len(strings.TrimRightFunc(text, unicode.IsSpace))}
	if err != nil {
		s.fail(&Error{Range: r, Message: err.Error(), Kind: BadDirective})
		return false
	}
	eq := body.Start + strings.IndexByte(text, '=')
	name := trim(s.text, source.Range{Start: body.Start + 1, End: eq})
	value := trim(s.text, source.Range{Start: eq + 1, End: r.End})
	s.file.Directives = append(s.file.Directives, Directive{
		Name: d.Name, Value: d.Value, Range: r, NameRange: name, ValueRange: value,
	})
	if d.Name == "escape" {
		if d.Value != "`" && d.Value != `\` {
			s.fail(&Error{
				Range: value, Kind: BadDirective,
				Message: "the escape character must be ` or \\, not " + quote(d.Value),
			})
			return true
		}
		s.file.Escape = d.Value[0]
	}
	return true
}

func (s *scanner) fail(e *Error) { s.file.Errors = append(s.file.Errors, e) }

func (s *scanner) comment(body source.Range) Comment {
	r := trim(s.text, body)
	return Comment{Range: r, Text: strings.TrimSpace(s.text[r.Start+1 : r.End])}
}

// instruction reads an instruction whose first line, stripped, is body.
func (s *scanner) instruction(start int, body source.Range) {
	seg := segment{line: s.line - 1, above: s.above}
	s.above = nil
	seg.lines.Start = start
	body, more := s.cutContinuation(body)
	if !more {
		seg.joined = joined{text: s.text[body.Start:body.End], base: body.Start}
	} else {
		s.continued(&seg, body)
	}
	seg.lines.End = s.off
	seg.header = seg.lines
	if strings.Contains(seg.joined.text, "<<") && canHoldHeredoc(seg.joined.text, s.file.Escape) {
		s.heredocs(&seg)
	}
	seg.last = s.line - 1
	s.segs = append(s.segs, seg)
}

// continued puts the following lines behind first.
func (s *scanner) continued(seg *segment, first source.Range) {
	var b strings.Builder
	b.Grow(min(4*first.Len(), len(s.text)-first.Start))
	seg.joined.pieces = make([]piece, 0, 8)
	add := func(r source.Range) {
		seg.joined.pieces = append(seg.joined.pieces, piece{b.Len(), r.Start, r.Len()})
		b.WriteString(s.text[r.Start:r.End])
	}
	add(first)
	more := true
	for more && s.off < len(s.text) {
		line, after := s.next()
		s.off = after
		s.line++
		body := trimNewline(s.text, line)
		content := trimSpaceLeft(s.text, body)
		switch {
		case content.Empty():
			seg.empty = append(seg.empty, line)
			continue
		case s.text[content.Start] == '#':
			seg.comments = append(seg.comments, len(s.file.Comments))
			s.file.Comments = append(s.file.Comments, s.comment(content))
			continue
		}
		body, more = s.cutContinuation(body)
		add(body)
	}
	seg.open = more
	seg.joined.text = b.String()
	seg.joined.base = first.Start
}

// cutContinuation drops an escape character at the end of the line, blanks
// behind it allowed, and reports whether there was one. One that is itself
// escaped does not continue the line.
func (s *scanner) cutContinuation(r source.Range) (source.Range, bool) {
	end := r.End
	for end > r.Start && (s.text[end-1] == ' ' || s.text[end-1] == '\t') {
		end--
	}
	esc := s.file.Escape
	if end == r.Start || s.text[end-1] != esc {
		return r, false
	}
	if end-1 > r.Start && s.text[end-2] == esc {
		return r, false
	}
	return source.Range{Start: r.Start, End: end - 1}, true
}

// canHoldHeredoc reports whether BuildKit looks for heredocs in the
// instruction.
func canHoldHeredoc(line string, escape byte) bool {
	key, args := splitKeyword(line)
	if strings.EqualFold(key, "ONBUILD") {
		_, at := builderFlags(line, args, escape)
		key, args = splitKeyword(line[min(at, len(line)):])
		line = line[min(at, len(line)):]
	}
	switch strings.ToUpper(key) {
	case "RUN", "COPY", "ADD":
	default:
		return false
	}
	_, at := builderFlags(line, args, escape)
	return !isJSON(strings.TrimSpace(line[at:]))
}

// heredocs reads the bodies that follow the header.
func (s *scanner) heredocs(seg *segment) {
	lex := shell.NewLex('\\')
	lex.RawQuotes, lex.RawEscapes, lex.SkipUnsetEnv = true, true, true
	words, _ := lex.ProcessWords(Lexable(seg.joined.text), noEnv{})
	for _, w := range words {
		if !strings.Contains(w, "<<") {
			continue
		}
		h, err := parser.ParseHeredoc(w)
		if err != nil {
			seg.err = &Error{Range: seg.joined.span(0, len(seg.joined.text)), Message: err.Error()}
			return
		}
		if h == nil {
			continue
		}
		seg.heredocs = append(seg.heredocs, Heredoc{Name: h.Name, Expand: h.Expand, Chomp: h.Chomp})
		seg.openers = append(seg.openers, w)
		seg.parsed = append(seg.parsed, *h)
	}
	s.placeOpeners(seg)
	for k := range seg.heredocs {
		if !s.heredoc(seg, &seg.heredocs[k]) {
			seg.heredocs = seg.heredocs[:k+1]
			break
		}
		seg.parsed[k].Content = seg.heredocs[k].Content
	}
	seg.lines.End = s.off
}

// placeOpeners finds where the words that open heredocs stand.
func (s *scanner) placeOpeners(seg *segment) {
	at, text := 0, seg.joined.text
	for k, w := range seg.openers {
		i := strings.Index(text[at:], w)
		if i < 0 {
			w = "<<"
			i = strings.Index(text[at:], w)
		}
		if i < 0 {
			break
		}
		seg.heredocs[k].Opener = seg.joined.span(at+i, at+i+len(w))
		at += i + len(w)
	}
}

// heredoc reads one body up to its terminator. One that never ends is taken to
// end where the next instruction seems to start, so that it costs one
// diagnostic and not the rest of the file.
func (s *scanner) heredoc(seg *segment, h *Heredoc) bool {
	start := s.off
	h.Body = source.Range{Start: start, End: start}
	resume, resumeLine := -1, 0
	for s.off < len(s.text) {
		line, after := s.next()
		body := trimNewline(s.text, line)
		if h.Chomp {
			for body.Start < body.End && s.text[body.Start] == '\t' {
				body.Start++
			}
		}
		if s.text[body.Start:body.End] == h.Name {
			h.Body.End = line.Start
			h.Terminator = body
			h.Content = s.text[start:line.Start]
			s.off = after
			s.line++
			return true
		}
		if resume < 0 && startsInstruction(s.text[line.Start:body.End]) {
			resume, resumeLine = line.Start, s.line
		}
		s.off = after
		s.line++
	}
	if resume >= 0 {
		s.off, s.line = resume, resumeLine
	}
	h.Body.End = s.off
	h.Terminator = source.Range{Start: s.off, End: s.off}
	h.Content = s.text[start:s.off]
	seg.err = &Error{
		Range:   h.Opener,
		Message: "the heredoc " + quote(h.Name) + " never ends: close it with a line that holds only " + h.Name,
	}
	return false
}

// startsInstruction reports whether a line looks like the start of an
// instruction: an instruction's name in capitals at its very start.
func startsInstruction(line string) bool {
	n := 0
	for n < len(line) && 'A' <= line[n] && line[n] <= 'Z' {
		n++
	}
	return n > 0 && n < len(line) && (line[n] == ' ' || line[n] == '\t') && Known(line[:n])
}

type noEnv struct{}

func (noEnv) Get(string) (string, bool) { return "", false }
func (noEnv) Keys() []string            { return nil }

func trimNewline(text string, r source.Range) source.Range {
	for r.End > r.Start && (text[r.End-1] == '\n' || text[r.End-1] == '\r') {
		r.End--
	}
	return r
}

func trimSpaceLeft(text string, r source.Range) source.Range {
	s := text[r.Start:r.End]
	r.Start += len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	return r
}

func trim(text string, r source.Range) source.Range {
	r = trimSpaceLeft(text, r)
	r.End = r.Start + len(strings.TrimRightFunc(text[r.Start:r.End], unicode.IsSpace))
	return r
}

func isSpace(r rune) bool { return unicode.IsSpace(r) }

func quote(s string) string { return `"` + s + `"` }
