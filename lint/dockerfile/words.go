package dockerfile

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file finds where words stand. It splits by the same rules as BuildKit's
// line parsers; a fuzz test holds both together.

// extent is a half-open range of a joined text.
type extent struct{ start, end int }

// isBlank is the white space that separates words: BuildKit's [\t\v\f\r ].
func isBlank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'
}

// splitKeyword returns the first word of line and the offset at which the rest
// starts.
func splitKeyword(line string) (string, int) {
	start := len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace))
	end := start
	for end < len(line) && !isBlank(line[end]) {
		end++
	}
	rest := end
	for rest < len(line) && isBlank(line[rest]) {
		rest++
	}
	return line[start:end], rest
}

// Misread reports whether what stands first behind a keyword would be taken for a flag,
// or may be taken for an array, and not for a word of its own. It is asked of text that
// stood elsewhere.
func Misread(args string) bool {
	inner, bracket := strings.CutPrefix(args, "[")
	return strings.HasPrefix(args, "--") || bracket && strings.HasPrefix(strings.TrimLeft(inner, " \t"), `"`)
}

// builderFlags returns the extents of the --flags that stand at line[at:] and
// the offset behind them. Like BuildKit it walks bytes, not characters.
func builderFlags(line string, at int, escape byte) ([]extent, int) {
	var flags []extent
	space := func(c byte) bool { return unicode.IsSpace(rune(c)) }
	i := at
	for {
		for i < len(line) && space(line[i]) {
			i++
		}
		if i+1 >= len(line) || line[i] != '-' || line[i+1] != '-' {
			return flags, i
		}
		start := i
		end, content := flagEnd(line, i, escape)
		i = end
		if content == len("--") {
			return flags, i
		}
		flags = append(flags, extent{start, i})
	}
}

// flagEnd returns the end of the flag that starts at i, and how many bytes it
// has without quotes and escape characters.
func flagEnd(line string, i int, escape byte) (end, content int) {
	quote := byte(0)
	for ; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote == 0 && unicode.IsSpace(rune(c)):
			return i, content
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
			continue
		case c == escape:
			i++
			if i == len(line) {
				return i, content
			}
		}
		content++
	}
	return len(line), content
}

// fields splits text[at:end] at blanks.
func fields(text string, at, end int) []extent {
	var out []extent
	for i := at; i < end; {
		for i < end && isBlank(text[i]) {
			i++
		}
		if i == end {
			break
		}
		start := i
		for i < end && !isBlank(text[i]) {
			i++
		}
		out = append(out, extent{start, i})
	}
	return out
}

// quotedWords splits text[at:end] at white space outside quotes, as ENV, LABEL
// and ARG do.
func quotedWords(text string, at, end int, escape byte) []extent {
	var out []extent
	const none = -1
	start, quote := none, rune(0)
	for i := at; i < end; {
		c, size := utf8.DecodeRuneInString(text[i:end])
		switch {
		case start == none && unicode.IsSpace(c):
			i += size
			continue
		case start == none:
			start = i
		}
		switch {
		case quote == 0 && unicode.IsSpace(c):
			out = append(out, extent{start, i})
			start = none
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		}
		if c == rune(escape) && quote != '\'' && i+size < end {
			i += size
			_, size = utf8.DecodeRuneInString(text[i:end])
		}
		i += size
	}
	// A lone escape character at the very end makes no word.
	if start != none && text[start:end] != string(rune(escape)) {
		out = append(out, extent{start, end})
	}
	return out
}

// isJSON reports whether text is what BuildKit takes as the exec form.
func isJSON(text string) bool {
	if !strings.HasPrefix(text, "[") {
		return false
	}
	var list []string
	return json.Unmarshal([]byte(text), &list) == nil
}

// jsonElements returns the extents of the strings of the JSON array in
// text[at:end], quotes included. The text is known to be such an array.
func jsonElements(text string, at, end int) []extent {
	var out []extent
	for i := at; i < end; i++ {
		if text[i] != '"' {
			continue
		}
		start := i
		for i++; i < end && text[i] != '"'; i++ {
			if text[i] == '\\' {
				i++
			}
		}
		out = append(out, extent{start, min(i+1, end)})
	}
	return out
}
