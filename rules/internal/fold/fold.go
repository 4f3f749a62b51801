// Package fold looks for words in text, whatever the case of the letters.
package fold

import "strings"

// Index returns where text holds word, which is in ASCII, or -1. It looks at the text
// itself: in lower case other letters may have more bytes, or fewer, so that places
// behind them would move.
func Index(text, word string) int {
	for k := 0; k+len(word) <= len(text); k++ {
		if text[k]|0x20 == word[0]|0x20 && strings.EqualFold(text[k:k+len(word)], word) {
			return k
		}
	}
	return -1
}

// Contains reports whether text holds word, which is in ASCII.
func Contains(text, word string) bool { return Index(text, word) >= 0 }
