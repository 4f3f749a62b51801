package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// volatile are what programs print anew each time: dates, times, durations,
// addresses, process numbers and identifiers.
var volatile = sync.OnceValue(func() []replacement {
	return []replacement{
		{regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`), ""},
		{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|\s?[+-]\d\d:?\d\d)?`), "TIME"},
		{regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(\.\d+)?`), "TIME"},
		{regexp.MustCompile(`\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d( [+-]\d{4})?`), "TIME"},
		{regexp.MustCompile(`([A-Z][a-z]{2},? )?(\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} +\d{1,2}),? (\d{4} )?\d\d:\d\d:\d\d( (GMT|UTC|[+-]\d{4}))?( \d{4})?`), "TIME"},
		{regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`), "DATE"},
		{regexp.MustCompile(`\b\d\d:\d\d:\d\d([.,]\d+)?\b`), "TIME"},
		{regexp.MustCompile(`\b\d+(\.\d+)?\s?(ns|µs|us|ms|s|secs?|seconds?|milliseconds?)\b`), "DURATION"},
		{regexp.MustCompile(`\b1[5-9]\d{8}(\.\d+|\d{3})?\b`), "TIME"},
		{regexp.MustCompile(`\b0x[0-9a-fA-F]{4,}\b`), "ADDRESS"},
		{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "UUID"},
		{regexp.MustCompile(`(?i)\b(pid|process)(["']?[ :=#]+)\d+`), "${1}${2}PID"},
		{regexp.MustCompile(`\b(\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f:]*::[0-9a-f.:]*\]?):\d{4,5}\b`), "${1}:PORT"},
	}
})

// replacement is what stands for the text that a pattern matches.
type replacement struct {
	pattern *regexp.Regexp
	with    string
}

// normalize replaces what a program prints anew each time.
func normalize(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	for _, v := range volatile() {
		text = v.pattern.ReplaceAllString(text, v.with)
	}
	return text
}

// normalizeBody is normalize for answers; what is no text stays as it is.
func normalizeBody(body []byte) string {
	if !utf8.Valid(body) {
		return string(body)
	}
	return normalize(string(body))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
