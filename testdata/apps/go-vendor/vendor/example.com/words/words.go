// Package words changes words.
package words

import "strings"

// Capital returns the word with a capital letter.
func Capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
