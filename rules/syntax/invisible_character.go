package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/mended"
)

// InvisibleCharacter finds characters that look like others, or like nothing.
var InvisibleCharacter = &lint.Rule{
	ID:      "invisible-character",
	Summary: "Characters that are not what they look like belong in no instruction",
	Aliases: []string{"SC1015", "SC1016", "SC1018", "SC1100"},
	Doc: `
A text that went through a word processor or a web page comes back with other
characters: blanks that do not break, hyphens that are dashes, curved quotes, and some
that cannot be seen at all. They separate no words, quote nothing, and start no flag.
Characters that turn the direction of writing can hide what a line does from those who
review it; those are reported in comments and heredocs, too.

Blanks, curved quotes and dashes inside quotes are text and are not reported.

# Fix safety

The fix writes the plain character, or deletes one that cannot be seen. It is unsafe
because the instruction changes. Characters that turn the direction are not deleted
in bulk.
`,
	Bad:      "FROM alpine:3.22\nRUN echo\u00a0hello\n",
	Good:     "FROM alpine:3.22\nRUN echo hello\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if isASCII(p.Source.Text) {
			return
		}
		checkDirections(p)
		for _, ins := range p.Tree().Instructions {
			checkCharacters(p, ins)
		}
	},
}

func isASCII(s string) bool {
	for k := range len(s) {
		if s[k] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkDirections looks for characters that turn the direction, anywhere.
func checkDirections(p *lint.Pass) {
	for at, c := range p.Source.Text {
		if c < 0x202a || !turnsDirection(c) {
			continue
		}
		r := source.Range{Start: at, End: at + utf8.RuneLen(c)}
		fix := replaceCharacter(r, "")
		fix.Applicability = lint.Manual
		p.Report(lint.Diagnostic{
			Severity: lint.Error,
			Range:    r,
			Message:  fmt.Sprintf("U+%04X changes the direction of writing and can hide what stands here: delete it", c),
			Fixes:    []lint.Fix{fix},
		})
	}
}

func turnsDirection(c rune) bool { return 0x202a <= c && c <= 0x202e || 0x2066 <= c && c <= 0x2069 }

func replaceCharacter(r source.Range, by string) lint.Fix {
	fix := lint.Fix{Title: "Delete it", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Replace(r, by)}}
	if by != "" {
		fix.Title = "Replace it by a plain " + map[string]string{" ": "blank", "-": "hyphen", "--": "double hyphen", `"`: "quote", "'": "quote"}[by]
	}
	return fix
}

// checkCharacters looks at the instruction without its heredocs. With all of them
// replaced, BuildKit must read it: a character may be what kept a flag, a comment or an
// open quote from being one.
func checkCharacters(p *lint.Pass, ins *dockerfile.Instruction) {
	found := characters(p, ins)
	var edits []lint.Edit
	for k := range found {
		edits = append(edits, found[k].Fixes[0].Edits...)
	}
	safe := len(found) > 0 && mended.Reads(p.Tree(), ins, edits)
	for _, d := range found {
		if !safe {
			d.Fixes = nil
		}
		p.Report(d)
	}
}

// characters finds the deceptive ones of an instruction. It follows quotes and passes
// over comment lines.
func characters(p *lint.Pass, ins *dockerfile.Instruction) (found []lint.Diagnostic) {
	text := p.Source.Slice(ins.Header)
	if isASCII(text) {
		return nil
	}
	quote, before, lineStart := rune(0), ' ', false
	for at := 0; at < len(text); {
		c, size := utf8.DecodeRuneInString(text[at:])
		if lineStart && strings.HasPrefix(strings.TrimLeft(text[at:], " \t"), "#") {
			n := strings.IndexByte(text[at:], '\n')
			if n < 0 {
				return found
			}
			at += n + 1
			continue
		}
		lineStart = c == '\n'
		switch {
		case c == rune(p.Tree().Escape) && quote != '\'':
			before, at = 'x', at+1
			if at < len(text) {
				lineStart = text[at] == '\n'
				_, n := utf8.DecodeRuneInString(text[at:])
				at += n
			}
			continue
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c >= utf8.RuneSelf:
			r := source.Range{Start: ins.Header.Start + at, End: ins.Header.Start + at + size}
			if d, ok := character(p, c, r, quote != 0, before); ok {
				found = append(found, d)
			}
		}
		before = c
		at += size
	}
	return found
}

// character returns the finding about c when it is one of the deceptive ones. Before
// is the character in front.
func character(p *lint.Pass, c rune, r source.Range, quoted bool, before rune) (lint.Diagnostic, bool) {
	var what, plain string
	switch {
	case quoted && c != 0x200b && c != 0x2060 && c != 0xfeff:
		return lint.Diagnostic{}, false
	case c == 0x00a0 || c == 0x2007 || c == 0x202f || 0x2000 <= c && c <= 0x200a || c == 0x3000:
		what, plain = "a blank that separates no words: use a plain one", " "
	case c == 0x200b || c == 0x2060 || c == 0xfeff || c == 0x00ad:
		what = "a character that cannot be seen: delete it"
	case strings.ContainsRune("“”„", c):
		what, plain = "a curved quote, which quotes nothing: use a plain one", `"`
	case strings.ContainsRune("‘’´", c) && before != 0 && (strings.ContainsRune(" \t=([,", before) || c == '’' && p.Source.Text[min(r.End, len(p.Source.Text)-1)] <= ' '):
		what, plain = "a curved quote, which quotes nothing: use a plain one", "'"
	case strings.ContainsRune("‐‑‒–—−", c) && (before == ' ' || before == '\t') && r.End < len(p.Source.Text) && p.Source.Text[r.End] > ' ':
		what, plain = "a dash, which starts no flag: use a hyphen", "-"
		if c == '—' || c == '–' && longFlag(p.Source.Text[r.End:]) {
			plain = "--"
		}
	default:
		return lint.Diagnostic{}, false
	}
	return lint.Diagnostic{
		Range:   r,
		Message: fmt.Sprintf("U+%04X is %s", c, what),
		Fixes:   []lint.Fix{replaceCharacter(r, plain)},
	}, true
}

// longFlag reports whether two letters or more follow, so that two hyphens were
// meant.
func longFlag(rest string) bool {
	n := 0
	for n < len(rest) && 'a' <= rest[n]|0x20 && rest[n]|0x20 <= 'z' {
		n++
	}
	return n > 2
}
