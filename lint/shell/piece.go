package shell

import (
	"errors"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/source"
)

// Piece is a shell text parsed in one go: a script, or one that stands in an
// argument or here-document of another.
type Piece struct {
	// Extent is the part of the source that holds the text.
	Extent  source.Range
	Dialect Dialect
	// File is the syntax tree; its offsets count from Extent.Start. After an
	// error it holds what could be read.
	File *syntax.File
	// Err says why the text, or its rest, could not be read.
	Err *Error
	// Bashism is set when the text is for a POSIX shell but only bash reads it.
	Bashism *Error
	// Approximate says that the text has expansions of an outer shell in it,
	// which were read as if the inner one made them.
	Approximate bool
	text        string   // as long as Extent; NUL where the shell sees nothing
	src         string   // the text as it is in the source
	rest        []*Piece // what follows after an error
}

// Error is a place where the shell text cannot be read.
type Error struct {
	Range   source.Range
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Text returns what the shell reads: continuations joined, escapes of the
// outer layers resolved.
func (p *Piece) Text() string { return seen(p.text) }

// Offset returns the offset in the source of a position of the piece's tree.
func (p *Piece) Offset(pos syntax.Pos) int {
	return min(p.Extent.Start+int(pos.Offset()), p.Extent.End)
}

// Range returns the source range of a node of the piece's tree, without
// continuations and the carriage return of a line end at its ends.
func (p *Piece) Range(n syntax.Node) source.Range { return p.span(n.Pos(), n.End()) }

func (p *Piece) span(from, to syntax.Pos) source.Range {
	start := min(int(from.Offset()), len(p.text))
	end := min(int(to.Offset()), len(p.text))
	for end > start && (p.text[end-1] == 0 || p.lineEnd(end-1)) {
		end--
	}
	end = max(end, start)
	// A first byte that is escaped takes its backslashes with it.
	for start > 0 && p.text[start-1] == 0 && p.src[start-1] == '\\' {
		start--
	}
	return source.Range{Start: p.Extent.Start + start, End: p.Extent.Start + end}
}

// lineEnd reports whether a carriage return at off is a part of the line end, and not
// a character that a backslash makes one of a word.
func (p *Piece) lineEnd(off int) bool {
	if p.text[off] != '\r' || off+1 == len(p.text) || p.text[off+1] != '\n' {
		return false
	}
	before := p.text[:off]
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 0
}

// Bounds that keep reading linear and the stack small whatever the input. The
// parser descends for what is nested, some 2.5 KB for each level, and a stack that
// overflows ends the program: 512 MB must hold what depth does not see.
const (
	maxText     = 4 << 20   // bytes of a script
	longText    = 256 << 10 // from here on maxLevels counts
	maxLevels   = 150_000   // what may nest, closed or not
	maxDepth    = 2000      // brackets and keywords open at a time
	maxRecovery = 8         // pieces that a broken script is read in
	maxNesting  = 5         // scripts in arguments of scripts
)

var (
	posixParsers = sync.Pool{New: func() any { return newParser(syntax.LangPOSIX) }}
	bashParsers  = sync.Pool{New: func() any { return newParser(syntax.LangBash) }}
)

func newParser(l syntax.LangVariant) *syntax.Parser {
	return syntax.NewParser(syntax.Variant(l), syntax.KeepComments(false))
}

// parseText parses a text with a parser of the pool.
func parseText(text string, d Dialect) (*syntax.File, error) {
	pool := &posixParsers
	if d == Bash {
		pool = &bashParsers
	}
	p := pool.Get().(*syntax.Parser)
	f, err := p.Parse(strings.NewReader(text), "")
	pool.Put(p)
	return f, err
}

// newPiece parses text, which is src in the source, at the offset start.
func newPiece(src, text string, start int, d Dialect) *Piece {
	p := &Piece{Extent: source.Range{Start: start, End: start + len(text)}, Dialect: d, text: text, src: src}
	if msg := unreadable(src, text); msg != "" {
		p.File = &syntax.File{}
		p.Err = &Error{Range: source.Range{Start: start, End: start}, Message: msg}
		return p
	}
	f, err := parseText(text, d)
	p.File = f
	if err == nil {
		return p
	}
	if d == Posix {
		bash, bashErr := parseText(text, Bash)
		if bashErr == nil {
			p.File = bash
			p.Bashism = p.failure(err)
			return p
		}
		var lang syntax.LangError
		if errors.As(err, &lang) {
			err = bashErr
		}
	}
	p.Err = p.failure(err)
	p.recover(p.Err.Range.Start-start, maxRecovery)
	return p
}

// unreadable returns why a text, which is src in the source, is not parsed, or "".
func unreadable(src, text string) string {
	if strings.IndexByte(src, 0) >= 0 {
		return "this script holds a zero byte, which no shell reads"
	}
	return tooMuch(text)
}

// tooMuch returns why a text is too much for the parser, or "".
func tooMuch(text string) string {
	if len(text) > maxText || len(text) > longText && levels(text) > maxLevels {
		return "this script is too long to be read"
	}
	if len(text) > 1<<13 && depth(text) > maxDepth {
		return "this script is nested too deeply to be read"
	}
	return ""
}

// depth estimates how deeply the parser would have to descend: from above, unless
// a quoted bracket or keyword seems to close what is open.
func depth(text string) int {
	// Prefix operators nest in arithmetic and tests, up to their operand.
	open, prefix, most := 0, 0, 0
	for i := range len(text) {
		switch text[i] {
		case '!', '~', '-', '+':
			prefix++
		case ' ', '\t', '\n', 0:
			continue
		case '(', '{':
			open++
			prefix = 0
		case ')', '}':
			open = max(open-1, 0)
			prefix = 0
		default:
			open = max(open+keywordStep(text, i), 0)
			prefix = 0
		}
		most = max(most, open+prefix)
	}
	return most
}

// levels counts what the parser may descend for: brackets, operators and keywords,
// whether or not they are closed or quoted. The same operator twice is another one,
// as in &&.
func levels(text string) int {
	n := 0
	for i := range len(text) {
		switch c := text[i]; c {
		case '(', '[', '{', '`', '!', '~':
			n++
		case '-', '+', '*', '/', '%', '?', '=', ':', '<', '>', ',', '&', '|', '^':
			if i == 0 || text[i-1] != c {
				n++
			}
		default:
			n += max(keywordStep(text, i), 0)
		}
	}
	return n
}

// keywordStep returns 1 for a word at i that opens a compound command, -1 for
// one that closes it.
func keywordStep(text string, i int) int {
	if i > 0 && letter(text[i-1]) {
		return 0
	}
	end := i
	for end < len(text) && end-i < 9 && letter(text[end]) {
		end++
	}
	switch text[i:end] {
	case "if", "while", "until", "for", "case", "select", "function", "time", "coproc", "elif":
		return 1
	case "fi", "done", "esac":
		return -1
	}
	return 0
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// failure turns an error of the parser into one with a source range: the word
// at its position.
func (p *Piece) failure(err error) *Error {
	var pos syntax.Pos
	msg := err.Error()
	var pe syntax.ParseError
	var le syntax.LangError
	switch {
	case errors.As(err, &pe):
		pos, msg = pe.Pos, pe.Text
	case errors.As(err, &le):
		pos, msg = le.Pos, strings.TrimPrefix(msg, le.Pos.String()+": ")
	}
	start := min(int(pos.Offset()), len(p.text))
	end := start
	for end < len(p.text) && p.text[end] > ' ' {
		end++
	}
	if end == start && start < len(p.text) && p.text[start] != '\n' && p.text[start] != 0 {
		end++
	}
	return &Error{
		Range:   source.Range{Start: p.Extent.Start + start, End: p.Extent.Start + end},
		Message: msg,
	}
}

// recover reads the parts of a broken text that do parse: what stands before
// the command with the error at text[at:], and what stands behind it. Behind an
// open quote nothing is read: it may be inside of the quote.
func (p *Piece) recover(at, tries int) {
	head := lastSeparator(p.text[:min(at+2, len(p.text))])
	if head >= 0 {
		if f, err := parseText(p.text[:head], Bash); err == nil {
			p.File = f
		}
	}
	if tries == 0 || len(p.text) > 1<<16 || p.Err != nil && openQuote(p.Err.Message) {
		return
	}
	next := nextSeparator(p.text, max(at, head+1))
	if p.Err != nil && strings.Contains(p.Err.Message, "without matching") {
		next = min(at+1, len(p.text))
	}
	if next < 0 {
		return
	}
	tail := &Piece{
		Extent:  source.Range{Start: p.Extent.Start + next, End: p.Extent.End},
		Dialect: p.Dialect, text: p.text[next:], src: p.src[next:], Approximate: p.Approximate,
	}
	f, err := parseText(tail.text, Bash)
	tail.File = f
	if err != nil {
		tail.Err = tail.failure(err)
		tail.recover(tail.Err.Range.Start-tail.Extent.Start, tries-1)
	}
	p.rest = append([]*Piece{tail}, tail.rest...)
}

// openQuote reports whether an error is that of text without its end.
func openQuote(message string) bool {
	return strings.Contains(message, "closing quote") || strings.Contains(message, "here-document")
}

// lastSeparator returns the offset of the last &&, ||, ; or newline, or -1.
func lastSeparator(text string) int {
	for i := len(text) - 1; i >= 0; i-- {
		switch c := text[i]; {
		case c == ';' || c == '\n':
			return i
		case (c == '&' || c == '|') && i > 0 && text[i-1] == c:
			return i - 1
		}
	}
	return -1
}

// nextSeparator returns the offset behind the first &&, ||, ; or newline from
// the offset on, or -1.
func nextSeparator(text string, from int) int {
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == ';' || c == '\n':
			return i + 1
		case (c == '&' || c == '|') && i+1 < len(text) && text[i+1] == c:
			return i + 2
		}
	}
	return -1
}

// Place returns the offset in the source of the byte at off in Text, or the end
// of the text for one behind it.
func (p *Piece) Place(off int) int {
	for i := range len(p.text) {
		if p.text[i] == 0 {
			continue
		}
		if off == 0 {
			return p.Extent.Start + i
		}
		off--
	}
	return p.Extent.End
}
