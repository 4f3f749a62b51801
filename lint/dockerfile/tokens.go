package dockerfile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/source"
)

// TokenKind says what a token is.
type TokenKind uint8

// The kinds of tokens.
const (
	Space          TokenKind = iota // blanks and line ends
	Continuation                    // escape character, blanks, line end
	CommentToken                    // a comment without its line end
	DirectiveToken                  // a parser directive without its line end
	KeywordToken                    // FROM
	FlagToken                       // --from=build
	WordToken                       // an argument, or a piece of one between continuations
	HeredocBody                     // the lines of a heredoc
	HeredocEnd                      // the word that closes a heredoc
	Other                           // what belongs to a broken instruction, a byte order mark
)

// Token is a piece of the source.
type Token struct {
	Kind  TokenKind
	Range source.Range
	// Instruction is the instruction that holds the token, or nil.
	Instruction *Instruction
}

// Tokens returns the source as tokens that follow each other without a gap:
// put together they are the input.
func (f *File) Tokens() []Token {
	marks := f.marks()
	slices.SortStableFunc(marks, func(a, b Token) int { return cmp.Compare(a.Range.Start, b.Range.Start) })
	out := make([]Token, 0, 2*len(marks))
	at := 0
	for _, m := range marks {
		if m.Range.Empty() || m.Range.End <= at {
			continue
		}
		m.Range.Start = max(m.Range.Start, at)
		out = f.gap(out, at, m.Range.Start)
		out = f.piece(out, m)
		at = m.Range.End
	}
	return f.gap(out, at, len(f.Source.Text))
}

func (f *File) marks() []Token {
	var marks []Token
	for k := range f.Directives {
		marks = append(marks, Token{Kind: DirectiveToken, Range: f.Directives[k].Range})
	}
	for k := range f.Comments {
		marks = append(marks, Token{CommentToken, f.Comments[k].Range, f.Comments[k].Inside})
	}
	for _, ins := range f.Instructions {
		marks = append(marks, ins.marks()...)
	}
	return marks
}

func (i *Instruction) marks() []Token {
	marks := []Token{{KeywordToken, i.Keyword.Range, i}}
	for k := range i.Flags {
		marks = append(marks, Token{FlagToken, i.Flags[k].Range, i})
	}
	if i.Trigger != nil {
		marks = append(marks, i.Trigger.marks()...)
	} else {
		for k := range i.Args {
			marks = append(marks, Token{WordToken, i.Args[k].Range, i})
		}
	}
	for k := range i.Heredocs {
		marks = append(marks,
			Token{HeredocBody, i.Heredocs[k].Body, i},
			Token{HeredocEnd, i.Heredocs[k].Terminator, i})
	}
	return marks
}

// piece adds a token, cut where continuations or comments interrupt it.
func (f *File) piece(out []Token, t Token) []Token {
	if t.Kind != WordToken && t.Kind != FlagToken || !strings.Contains(f.Source.Slice(t.Range), "\n") {
		return append(out, t)
	}
	at := t.Range.Start
	first := f.Source.Line(at)
	for line := first; at < t.Range.End; line++ {
		r := f.Source.FullLineRange(line)
		r.Start, r.End = max(r.Start, at), min(r.End, t.Range.End)
		body := r
		if line > first {
			body = trimSpaceLeft(f.Source.Text, r)
		}
		if body.Start < body.End && line > first && f.Source.Text[body.Start] == '#' {
			body.End = trimNewline(f.Source.Text, body).End
			out = f.gap(out, at, body.Start)
			out = append(out, Token{CommentToken, body, t.Instruction})
		} else {
			body = f.beforeContinuation(body)
			out = f.gap(out, at, body.Start)
			out = append(out, Token{t.Kind, body, t.Instruction})
		}
		if body.Empty() {
			out = out[:len(out)-1]
		}
		out = f.gap(out, body.End, r.End)
		at = r.End
	}
	return out
}

// beforeContinuation cuts the escape character and line end off a line.
func (f *File) beforeContinuation(r source.Range) source.Range {
	body := trimNewline(f.Source.Text, r)
	if body.End == r.End {
		return r
	}
	cut := strings.TrimRight(f.Source.Slice(body), " \t")
	if strings.HasSuffix(cut, string(f.Escape)) {
		return source.Range{Start: r.Start, End: r.Start + len(cut) - 1}
	}
	return body
}

// gap adds what lies between two tokens.
func (f *File) gap(out []Token, start, end int) []Token {
	for start < end {
		text := f.Source.Text[start:end]
		n := len(text) - len(strings.TrimLeftFunc(text, isSpace))
		if n > 0 {
			out = append(out, Token{Kind: Space, Range: source.Range{Start: start, End: start + n}})
			start += n
			continue
		}
		line, _, found := strings.Cut(text, "\n")
		n = len(line)
		if found {
			n++
		}
		kind := Other
		if found && strings.TrimSpace(line) == string(f.Escape) {
			kind = Continuation
		} else if i := strings.IndexFunc(line, isSpace); i > 0 {
			n = i
		}
		out = append(out, Token{kind, source.Range{Start: start, End: start + n}, f.At(start)})
		start += n
	}
	return out
}
