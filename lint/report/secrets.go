package report

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// secretCategory holds the rules whose findings mark a secret.
const secretCategory = "secrets"

// hidden returns the places of f that are masked wherever its lines are
// printed, sorted and apart from one another. They are masked under findings of
// other rules, too.
func (f *File) hidden() []source.Range {
	hide := slices.Clone(f.Hidden)
	for i := range f.Diagnostics {
		hide = append(hide, Secrets(f.Source, &f.Diagnostics[i])...)
	}
	if len(hide) < 2 {
		return hide
	}
	slices.SortFunc(hide, func(a, b source.Range) int { return a.Start - b.Start })
	joined := hide[:1]
	for _, r := range hide[1:] {
		if last := &joined[len(joined)-1]; r.Start < last.End {
			last.End = max(last.End, r.End)
		} else {
			joined = append(joined, r)
		}
	}
	return joined
}

// Secrets returns the places that the finding d in src marks as secret: none
// unless its rule is one about secrets.
func Secrets(src *source.File, d *lint.Diagnostic) []source.Range {
	if src == nil || d.Rule == nil || d.Rule.Category != secretCategory {
		return nil
	}
	r := source.Range{
		Start: min(max(d.Range.Start, 0), len(src.Text)),
		End:   min(max(d.Range.End, 0), len(src.Text)),
	}
	if r.Empty() {
		return nil
	}
	return []source.Range{secretOf(src, r)}
}

// secretOf returns what to mask for a marked range: the range itself, or the
// value behind it when a mere name is marked.
func secretOf(src *source.File, r source.Range) source.Range {
	line := src.LineRange(src.Line(r.Start))
	if !dockerfile.IsName(src.Slice(r)) || r.End >= line.End {
		return r
	}
	before := strings.TrimSpace(src.Text[line.Start:r.Start])
	legacy := strings.EqualFold(before, "ENV") // ENV NAME value
	switch c := src.Text[r.End]; {
	case c == '=':
		value := source.Range{Start: r.End + 1, End: wordEnd(src.Text[:line.End], r.End+1)}
		if r.Start > line.Start && !isBlank(src.Text[r.Start-1]) {
			return r.Join(value) // not a name of its own after all
		}
		return value
	case isBlank(c) && legacy:
		return source.Range{Start: r.End + 1, End: line.End}
	}
	return r
}

// mayBeSecret reports whether a file of the context may hold secrets, by its name.
func mayBeSecret(name string) bool {
	switch knowledge.ClassifyFile(name).Class {
	case knowledge.FileSecret, knowledge.FileKey, knowledge.FileStore, knowledge.FileSettings:
		return true
	default:
		return false
	}
}

// wordEnd returns the end of the word at off, quotes heeded.
func wordEnd(text string, off int) int {
	quote := byte(0)
	for ; off < len(text); off++ {
		switch c := text[off]; {
		case c == '\\' && off+1 < len(text):
			off++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && isBlank(c):
			return off
		}
	}
	return off
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// mask stands for a secret: a quarter of it, four characters at most, and how
// long it is.
func mask(secret string) string {
	n := utf8.RuneCountInString(secret)
	keep := min(4, n/4)
	end := 0
	for range keep {
		_, size := utf8.DecodeRuneInString(secret[end:])
		end += size
	}
	return secret[:end] + "…(" + strconv.Itoa(n) + ")"
}
