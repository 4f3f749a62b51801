package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// LegacyKeyValue finds ENV and LABEL without an equals sign.
var LegacyKeyValue = &lint.Rule{
	ID:      "legacy-key-value",
	Summary: "ENV and LABEL should be written with an equals sign",
	Aliases: []string{"LegacyKeyValueFormat", "dockerfilelint/label_invalid"},
	Doc: `
ENV NAME value is an old form that takes the rest of the line for the value. It is
easily misread, as in ENV ONE=1 TWO 2, holds one variable only, and may go away.

The fix writes NAME=value and quotes the value where it has blanks. It is not offered
where a comment stands between name and value, or the name has quotes.

A value that starts with an equals sign is left to the rule space-around-equals.
`,
	Bad:      "FROM alpine:3.22\nENV GREETING hello world\n",
	Good:     "FROM alpine:3.22\nENV GREETING=\"hello world\"\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV", "LABEL") {
			if len(ins.Pairs) == 0 || !ins.Pairs[0].Legacy || spacedEquals(ins) {
				continue
			}
			pair := &ins.Pairs[0]
			d := lint.Diagnostic{
				Range:   pair.Key.Range,
				Message: "write " + ins.Name + " " + pair.Key.Value + "=..., because the form without an equals sign is deprecated",
			}
			if fix, ok := withEquals(p, pair); ok {
				d.Fixes = []lint.Fix{fix}
			}
			p.Report(d)
		}
	},
}

// spacedEquals reports whether an equals sign stands behind a blank.
func spacedEquals(ins *dockerfile.Instruction) bool {
	return strings.HasPrefix(ins.Pairs[0].Value.Value, "=")
}

// withEquals puts the equals sign in.
func withEquals(p *lint.Pass, pair *dockerfile.Pair) (lint.Fix, bool) {
	gap := source.Range{Start: pair.Key.Range.End, End: pair.Value.Range.Start}
	value, escape := pair.Value.Value, p.Tree().Escape
	if strings.Contains(p.Source.Slice(gap), "#") || strings.ContainsAny(p.Source.Slice(pair.Key.Range), `"'`+string(escape)) {
		return lint.Fix{}, false
	}
	fix := lint.Fix{
		Title:         "Put the equals sign in",
		Applicability: lint.Safe,
	}
	switch {
	case value == "" || trickyValue(value):
		return lint.Fix{}, false
	case blankOutsideQuotes(value, escape) < 0:
		fix.Edits = []lint.Edit{lint.Replace(gap, "=")}
	case strings.ContainsAny(value, `"'`) || strings.IndexByte(value, escape) >= 0:
		return escapeBlanks(p, fix, pair, gap)
	default:
		fix.Edits = []lint.Edit{lint.Replace(gap, `="`), lint.Insert(pair.Value.Range.End, `"`)}
	}
	return fix, true
}

// trickyValue reports whether the value ends inside quotes or holds characters
// that count for white space in the one form and not in the other.
func trickyValue(value string) bool {
	for _, c := range value {
		if c >= 0x80 || c < ' ' && c != '\t' {
			return true
		}
	}
	return strings.HasSuffix(value, `\`) || strings.Contains(value, "${") && strings.ContainsAny(value, `"'`)
}

// blankOutsideQuotes returns the offset of the first blank that would end the
// word, or -1. An open quote counts as a blank at the end.
func blankOutsideQuotes(value string, escape byte) int {
	quote := byte(0)
	for k := 0; k < len(value); k++ {
		c := value[k]
		switch {
		case c == escape && quote != '\'':
			k++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ' ' || c == '\t':
			return k
		}
	}
	if quote != 0 {
		return len(value)
	}
	return -1
}

// escapeBlanks escapes the blanks of a value that has quotes or escapes already.
func escapeBlanks(p *lint.Pass, fix lint.Fix, pair *dockerfile.Pair, gap source.Range) (lint.Fix, bool) {
	value, escape := pair.Value.Value, p.Tree().Escape
	if pair.Value.Range.Len() != len(value) {
		return fix, false // continued
	}
	fix.Edits = []lint.Edit{lint.Replace(gap, "=")}
	for at := 0; ; {
		n := blankOutsideQuotes(value[at:], escape)
		if n < 0 {
			return fix, true
		}
		at += n
		if at >= len(value) {
			return fix, false
		}
		fix.Edits = append(fix.Edits, lint.Insert(pair.Value.Range.Start+at, string(escape)))
		at++
	}
}
