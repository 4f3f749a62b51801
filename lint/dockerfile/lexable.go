package dockerfile

import (
	"strings"
	"unicode/utf8"
)

// Lexable returns a text for BuildKit's lexer, with U+FFFD where it is no UTF-8 or
// holds a zero byte. The lexer reads it so in any case, but text/scanner below it
// would complain on standard error.
func Lexable(text string) string {
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	return strings.ReplaceAll(text, "\x00", "\uFFFD")
}
