// Package execform writes the exec form of instructions.
package execform

import (
	"encoding/json"
	"strings"
)

// Array writes words as a JSON array on one line, without the escapes that only HTML
// needs.
func Array(words ...string) string {
	var b strings.Builder
	b.WriteByte('[')
	for k, w := range words {
		if k > 0 {
			b.WriteString(", ")
		}
		var word strings.Builder
		enc := json.NewEncoder(&word)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(w); err != nil {
			panic(err) // strings can always be written
		}
		b.WriteString(strings.TrimSuffix(word.String(), "\n"))
	}
	b.WriteByte(']')
	return b.String()
}
