package fold_test

import (
	"testing"

	"github.com/dlint/dlint/rules/internal/fold"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, word string
		want       int
	}{
		{"a cache", "cache", 2},
		{"a CaChE", "cache", 2},
		{"cach", "cache", -1},
		{"", "cache", -1},
		{"php.INI", ".ini", 3},
		{"php\x0eini", ".ini", -1},
		{"İİ iwr x", "iwr ", 5},
		{"ȺȺ iwr x", "iwr ", 5},
		{"b\u212ab key", "key", 6},
	} {
		if got := fold.Index(tt.text, tt.word); got != tt.want {
			t.Errorf("Index(%q, %q) = %d, want %d", tt.text, tt.word, got, tt.want)
		}
		if got := fold.Contains(tt.text, tt.word); got != (tt.want >= 0) {
			t.Errorf("Contains(%q, %q) = %v", tt.text, tt.word, got)
		}
	}
}
