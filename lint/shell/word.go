package shell

import (
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/dlint/dlint/lint/source"
)

// Quote says how a word is quoted.
type Quote uint8

// The kinds of quoting.
const (
	Unquoted     Quote = iota
	SingleQuoted       // the whole word
	DoubleQuoted       // the whole word
	Mixed              // in parts, or with backslashes
)

// Word is a word of a command.
type Word struct {
	// Value is the word as the program gets it: quotes removed and escapes
	// resolved as the shell does. Expansions are kept as they are written, so
	// Value is exact only when Static is set. File name patterns and braces are
	// kept, too.
	Value string
	// Static says that the word has no expansions of variables, commands or
	// arithmetic.
	Static bool
	// Pattern says that an unquoted *, ? or [ lets the shell expand file names.
	Pattern bool
	Quote   Quote
	Range   source.Range // with the quotes
	// Raw is the syntax tree; nil in the exec form. For the value of an option
	// such as --name=value it is that of the whole word.
	Raw   *syntax.Word
	piece *Piece
	skip  int // bytes of the whole word's value before this one's
}

// IsZero reports whether w is no word.
func (w *Word) IsZero() bool { return w.Range == source.Range{} && w.Value == "" }

// At returns the source offset of Value[i]; len(Value) gives the end.
func (w *Word) At(i int) int {
	start, straight := w.straight()
	switch {
	case straight && i < len(w.Value):
		return start + i
	case straight && w.Quote == Unquoted, len(w.Value) == 0:
		return w.Range.End
	}
	_, pos := w.offsets()
	return w.place(i, pos)
}

// straight reports whether the value stands in the source byte for byte, and
// where it starts.
func (w *Word) straight() (start int, ok bool) {
	switch {
	case w.Quote == Unquoted:
		return w.Range.Start, w.Range.Len() == len(w.Value)
	case w.Quote != Mixed && w.skip == 0:
		return w.Range.Start + 1, w.Range.Len() == len(w.Value)+2
	}
	return 0, false
}

// place is At by the offsets of the whole word's bytes.
func (w *Word) place(i int, pos []int) int {
	if i >= len(w.Value) {
		if k := w.skip + len(w.Value) - 1; 0 <= k && k < len(pos) {
			return pos[k] + 1
		}
		return w.Range.End
	}
	if k := w.skip + i; k < len(pos) {
		return pos[k]
	}
	// A NUL byte in JSON: no program can be given that.
	return max(w.Range.End-1, w.Range.Start)
}

// Sub returns the source range of Value[i:j].
func (w *Word) Sub(i, j int) source.Range {
	if i >= j {
		at := w.At(i)
		return source.Range{Start: at, End: at}
	}
	if start, ok := w.straight(); ok && j <= len(w.Value) {
		return source.Range{Start: start + i, End: start + j}
	}
	_, pos := w.offsets()
	return source.Range{Start: w.place(i, pos), End: w.place(j-1, pos) + 1}
}

// From returns the word without the first n bytes of its value, as for the
// value of --name=value.
func (w *Word) From(n int) Word {
	v := *w
	v.skip += n
	v.Value = w.Value[n:]
	if w.Quote == Unquoted && w.Range.Len() == len(w.Value) {
		v.Range.Start += n
		return v
	}
	v.Range = w.Sub(n, len(w.Value))
	return v
}

// offsets returns the value of the whole word with the offset of each byte.
func (w *Word) offsets() (value []byte, pos []int) {
	if w.Raw == nil {
		return w.literalOffsets()
	}
	n := w.skip + len(w.Value)
	u := unquoter{piece: w.piece, track: true, buf: make([]byte, 0, n), pos: make([]int, 0, n)}
	for _, part := range w.Raw.Parts {
		u.part(part, false)
	}
	return u.buf, u.pos
}

// literalOffsets is offsets for a word of the exec form, whose piece is the
// content of the JSON string.
func (w *Word) literalOffsets() (value []byte, pos []int) {
	if w.piece == nil {
		return nil, nil
	}
	n := len(w.piece.text)
	value, pos = make([]byte, 0, n), make([]int, 0, n)
	for i := range n {
		if c := w.piece.text[i]; c != 0 {
			value = append(value, c)
			pos = append(pos, w.piece.Extent.Start+i)
		}
	}
	return value, pos
}

// word reads a word of the tree.
func (p *Piece) word(w *syntax.Word) Word {
	out := Word{Raw: w, piece: p, Range: p.Range(w), Static: true}
	if len(w.Parts) == 1 {
		switch part := w.Parts[0].(type) {
		case *syntax.Lit:
			if strings.IndexByte(part.Value, '\\') < 0 {
				out.Value = part.Value
				out.Pattern = strings.ContainsAny(part.Value, "*?[")
				return out
			}
		case *syntax.SglQuoted:
			out.Quote = SingleQuoted
			if !part.Dollar {
				out.Value = part.Value
				return out
			}
		case *syntax.DblQuoted:
			out.Quote = DoubleQuoted
			if v, ok := plainDouble(part); ok {
				out.Value = v
				return out
			}
		}
	}
	u := unquoter{piece: p, buf: make([]byte, 0, out.Range.Len())}
	for _, part := range w.Parts {
		u.part(part, false)
	}
	out.Value = string(u.buf)
	out.Static, out.Pattern = !u.dynamic, u.pattern
	if u.quoted && out.Quote == Unquoted {
		out.Quote = Mixed
	}
	return out
}

func plainDouble(q *syntax.DblQuoted) (string, bool) {
	if len(q.Parts) == 0 {
		return "", true
	}
	if len(q.Parts) > 1 {
		return "", false
	}
	lit, ok := q.Parts[0].(*syntax.Lit)
	if !ok || strings.IndexByte(lit.Value, '\\') >= 0 {
		return "", false
	}
	return lit.Value, true
}

// document reads the body of a here-document as a word. Quoted bodies are taken
// as they are.
func (p *Piece) document(w *syntax.Word, quoted bool) Word {
	out := Word{Raw: w, piece: p, Range: p.Range(w), Static: true, Quote: Mixed}
	u := unquoter{piece: p, heredoc: true, rawDoc: quoted, buf: make([]byte, 0, out.Range.Len())}
	for _, part := range w.Parts {
		u.part(part, true)
	}
	out.Value, out.Static = string(u.buf), !u.dynamic
	return out
}

// unquoter turns the parts of a word into its value.
type unquoter struct {
	piece   *Piece
	buf     []byte
	pos     []int // source offset of each byte of buf, when track is set
	track   bool
	heredoc bool // the word is the body of a here-document
	rawDoc  bool // its delimiter is quoted
	dynamic bool
	quoted  bool
	pattern bool
}

func (u *unquoter) part(part syntax.WordPart, double bool) {
	switch part := part.(type) {
	case *syntax.Lit:
		u.literal(part, double)
	case *syntax.SglQuoted:
		u.quoted = true
		u.single(part)
	case *syntax.DblQuoted:
		u.quoted = true
		for _, inner := range part.Parts {
			u.part(inner, true)
		}
	case *syntax.ExtGlob:
		u.pattern = true
		u.raw(part)
	default:
		u.dynamic = true
		u.raw(part)
	}
}

// put appends c, which stands at text[at] of the piece.
func (u *unquoter) put(c byte, at int) {
	u.buf = append(u.buf, c)
	if u.track {
		u.pos = append(u.pos, u.piece.Extent.Start+at)
	}
}

// raw appends a part as it is written.
func (u *unquoter) raw(n syntax.Node) {
	r := u.piece.Range(n)
	base := u.piece.Extent.Start
	for i := r.Start - base; i < r.End-base; i++ {
		if c := u.piece.text[i]; c != 0 {
			u.put(c, i)
		}
	}
}

// next returns the offset from at on at which c stands. What lies between is
// what the parser dropped.
func (u *unquoter) next(c byte, at int) int {
	text := u.piece.text
	for at < len(text) && text[at] != c {
		at++
	}
	return min(at, max(len(text)-1, 0))
}

func (u *unquoter) literal(l *syntax.Lit, double bool) {
	at := int(l.ValuePos.Offset())
	v := l.Value
	for i := 0; i < len(v); i++ {
		c := v[i]
		if u.track {
			at = u.next(c, at)
		}
		if c == '\\' && i+1 < len(v) && !u.rawDoc {
			if e := v[i+1]; !double || escapable(e, u.heredoc) {
				i++
				c = e
				u.quoted = true
				if u.track {
					at = u.next(c, at+1)
				}
			}
		} else if !double && (c == '*' || c == '?' || c == '[') {
			u.pattern = true
		}
		u.put(c, at)
		at++
	}
}

// escapable reports whether a backslash before c goes away in double quotes or
// in a here-document.
func escapable(c byte, heredoc bool) bool {
	switch c {
	case '$', '`', '\\', '\n':
		return true
	case '"':
		return !heredoc
	}
	return false
}

func (u *unquoter) single(q *syntax.SglQuoted) {
	at := int(q.Left.Offset()) + 1
	if q.Dollar {
		at = u.next('\'', at) + 1
		u.ansi(q.Value, at)
		return
	}
	for i := range len(q.Value) {
		if u.track {
			at = u.next(q.Value[i], at)
		}
		u.put(q.Value[i], at)
		at++
	}
}

// ansi decodes the content of $'...'.
func (u *unquoter) ansi(v string, at int) {
	for i := 0; i < len(v); {
		if u.track {
			at = u.next(v[i], at)
		}
		if v[i] != '\\' || i+1 == len(v) {
			u.put(v[i], at)
			i++
			at++
			continue
		}
		var b [utf8.UTFMax]byte
		n, used := ansiEscape(v[i:], &b)
		for _, c := range b[:n] {
			u.put(c, at)
		}
		i += used
		at += used
	}
}

// ansiEscape decodes the escape at the start of v into b. It returns the
// lengths of the result and of the escape.
func ansiEscape(v string, b *[utf8.UTFMax]byte) (n, used int) {
	b[0] = v[1]
	switch v[1] {
	case 'n':
		b[0] = '\n'
	case 't':
		b[0] = '\t'
	case 'r':
		b[0] = '\r'
	case 'a':
		b[0] = '\a'
	case 'b':
		b[0] = '\b'
	case 'e', 'E':
		b[0] = 0x1b
	case 'f':
		b[0] = '\f'
	case 'v':
		b[0] = '\v'
	case '\\', '\'', '"', '?':
	case 'x':
		return ansiNumber(v, 2, 2, 16, false, b)
	case 'u':
		return ansiNumber(v, 2, 4, 16, true, b)
	case 'U':
		return ansiNumber(v, 2, 8, 16, true, b)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return ansiNumber(v, 1, 3, 8, false, b)
	default:
		b[0], b[1] = '\\', v[1]
		return 2, 2
	}
	return 1, 2
}

func ansiNumber(v string, from, most, base int, char bool, b *[utf8.UTFMax]byte) (n, used int) {
	num, i := 0, from
	for i < len(v) && i < from+most {
		d := hexDigit(v[i])
		if d < 0 || d >= base {
			break
		}
		num = num*base + d
		i++
	}
	if i == from {
		b[0], b[1] = '\\', v[1]
		return 2, 2
	}
	if char {
		return utf8.EncodeRune(b[:], rune(num)), i
	}
	b[0] = byte(num)
	return 1, i
}

// Variable is a parameter expansion in a word.
type Variable struct {
	Name  string
	Range source.Range // from the dollar sign to the last byte
	// Quoted says that it stands in double quotes, so that its value is neither
	// split nor expanded as file names.
	Quoted bool
	// Default says that it has a fallback or an alternative: ${x:-y}, ${x+y},
	// ${x:?}.
	Default bool
	Node    *syntax.ParamExp
}

// Variables returns the parameters that the word expands, in source order,
// those inside ${x:-$y} and arithmetic included, those of command substitutions
// excluded: they belong to the commands there.
func (w *Word) Variables() []Variable {
	if w.Raw == nil || w.Static {
		return nil
	}
	return w.piece.variables(nil, w.Raw, false)
}

func (p *Piece) variables(out []Variable, n syntax.Node, quoted bool) []Variable {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		case *syntax.DblQuoted:
			for _, part := range n.Parts {
				out = p.variables(out, part, true)
			}
			return false
		case *syntax.ParamExp:
			if n.Param == nil {
				return true
			}
			v := Variable{Name: n.Param.Value, Range: p.Range(n), Quoted: quoted, Node: n}
			if n.Exp != nil {
				switch n.Exp.Op {
				case syntax.AlternateUnset, syntax.AlternateUnsetOrNull, syntax.DefaultUnset,
					syntax.DefaultUnsetOrNull, syntax.ErrorUnset, syntax.ErrorUnsetOrNull,
					syntax.AssignUnset, syntax.AssignUnsetOrNull:
					v.Default = true
				}
			}
			out = append(out, v)
		}
		return true
	})
	return out
}

// Braces returns the values that bash makes of a word with a brace expansion
// such as lib{a,b}; any other word gives its value alone. At most maxBraces values
// are made.
func (w *Word) Braces() []string {
	if w.piece == nil || w.piece.Dialect != Bash {
		return []string{w.Value}
	}
	return w.expanded()
}

// expanded is Braces whatever the shell.
func (w *Word) expanded() []string {
	if w.Raw == nil || w.Quote != Unquoted || strings.IndexByte(w.Value, '{') < 0 {
		return []string{w.Value}
	}
	return expandBraces(w.Value, 0)
}

func expandBraces(s string, depth int) []string {
	open := -1
	level := 0
	var commas []int
	for i := range len(s) {
		switch s[i] {
		case '{':
			if i > 0 && s[i-1] == '$' {
				return []string{s}
			}
			if level == 0 {
				open, commas = i, nil
			}
			level++
		case ',':
			if level == 1 {
				commas = append(commas, i)
			}
		case '}':
			if level == 0 {
				continue
			}
			if level--; level > 0 || len(commas) == 0 {
				continue
			}
			return spread(s, open, i, commas, depth)
		}
	}
	return []string{s}
}

// maxBraces bounds the values of one word.
const maxBraces = 64

func spread(s string, open, shut int, commas []int, depth int) []string {
	if depth > 4 {
		return []string{s}
	}
	var out []string
	from := open + 1
	for _, c := range append(commas, shut) {
		out = append(out, expandBraces(s[:open]+s[from:c]+s[shut+1:], depth+1)...)
		if len(out) >= maxBraces {
			return out[:maxBraces]
		}
		from = c + 1
	}
	return out
}

// Unquote returns what a POSIX shell makes of a single word of source text,
// and whether that is known without running it.
func Unquote(text string) (string, bool) {
	p := newPiece(text, text, 0, Bash)
	if p.Err != nil || len(p.File.Stmts) != 1 {
		return text, false
	}
	call, ok := p.File.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) != 1 || len(call.Assigns) > 0 {
		return text, false
	}
	w := p.word(call.Args[0])
	return w.Value, w.Static
}
