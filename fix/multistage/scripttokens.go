package multistage

import "strings"

type tokenKind uint8

const (
	wordToken tokenKind = iota
	stringToken
	signToken
)

type scriptToken struct {
	kind tokenKind
	text string
}

// scriptTokens splits a source text of the C family (JavaScript, TypeScript,
// Java, C#, Rust, PHP) into words, strings and signs, comments left out. It knows
// no regular expressions; a quote in one may hide a few tokens.
func scriptTokens(text string) []scriptToken {
	var out []scriptToken
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case strings.HasPrefix(text[i:], "//"):
			i = after(text, i, "\n")
		case strings.HasPrefix(text[i:], "/*"):
			i = after(text, i+2, "*/")
		case c == '"' || c == '\'' || c == '`':
			end := closing(text, i)
			out = append(out, scriptToken{stringToken, text[i+1 : end]})
			i = end + 1
		case isWordByte(c):
			end := i
			for end < len(text) && isWordByte(text[end]) {
				end++
			}
			out = append(out, scriptToken{wordToken, text[i:end]})
			i = end
		default:
			out = append(out, scriptToken{signToken, text[i : i+1]})
			i++
		}
	}
	return out
}

func after(text string, from int, mark string) int {
	if at := strings.Index(text[min(from, len(text)):], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(text)
}

// closing returns the offset of the quote that ends the string at i, or the end
// of its line or of the text.
func closing(text string, i int) int {
	quote := text[i]
	for j := i + 1; j < len(text); j++ {
		switch {
		case text[j] == '\\':
			j++
		case text[j] == quote, text[j] == '\n' && quote != '`':
			return j
		}
	}
	return len(text)
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// stringLiterals returns the strings of a source text that are no imports.
func stringLiterals(text string) []string {
	var out []string
	tokens := scriptTokens(text)
	for k, t := range tokens {
		if t.kind != stringToken || t.text == "" {
			continue
		}
		if k > 0 && (tokens[k-1].text == "from" || tokens[k-1].text == "import") || k > 1 && tokens[k-1].text == "(" && tokens[k-2].text == "require" {
			continue
		}
		out = append(out, t.text)
	}
	return out
}
