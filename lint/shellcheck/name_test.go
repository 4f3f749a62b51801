package shellcheck

import "testing"

func TestIsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"A": true, "Z": true, "a": true, "z": true, "_": true, "a0": true, "A9_z": true,
		"": false, "0": false, "9a": false, "a-b": false, "a b": false, "@": false, "[": false, "`": false, "{": false, "a/": false, "a:": false, "\u00e9": false,
	} {
		if got := isName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
