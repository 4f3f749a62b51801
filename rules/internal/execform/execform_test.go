package execform_test

import (
	"testing"

	"github.com/dlint/dlint/rules/internal/execform"
)

func TestArray(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		want  string
		words []string
	}{
		{`[]`, nil},
		{`["a"]`, []string{"a"}},
		{`["sh", "-c", "a && b > \"c\" <d>"]`, []string{"sh", "-c", `a && b > "c" <d>`}},
		{`["C:\\bash.exe", "é\n", ""]`, []string{`C:\bash.exe`, "é\n", ""}},
	} {
		if got := execform.Array(tt.words...); got != tt.want {
			t.Errorf("Array(%q) = %s, want %s", tt.words, got, tt.want)
		}
	}
}
