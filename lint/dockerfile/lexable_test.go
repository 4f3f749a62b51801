package dockerfile

import (
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// TestLexable holds that BuildKit's lexer reads what is made of a text as the text.
func TestLexable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":             "",
		"é $A":         "é $A",
		"a\xffb":       "a\uFFFDb",
		"\xff\xfe":     "\uFFFD\uFFFD",
		"\xe2\x82 x":   "\uFFFD\uFFFD x",
		"'a\xff' \xc3": "'a\uFFFD' \uFFFD",
		"a\x00b":       "a\uFFFDb",
	} {
		got := Lexable(text)
		if got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if text == "a\x00b" {
			continue // no environment can hold it
		}
		lexed, _, err := shell.NewLex('\\').ProcessWord(text, noEnv{})
		same, _, other := shell.NewLex('\\').ProcessWord(got, noEnv{})
		if lexed != same || (err == nil) != (other == nil) {
			t.Errorf("%q is read as %q and %v, %q as %q and %v", text, lexed, err, got, same, other)
		}
	}
}
