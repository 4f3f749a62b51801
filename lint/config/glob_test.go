package config

import "testing"

// TestBelow compares paths as on Windows, on every system.
func TestBelow(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		dir, path string
		windows   bool
		rest      string
		ok        bool
	}{
		{"/a", "/a/b", false, "/b", true},
		{"/a", "/a", false, "", true},
		{"/a", "/ab", false, "/ab", false},
		{"/a", "/A/b", false, "/A/b", false},
		{"/", "/a", false, "a", true},
		{`C:\a`, `C:\a\b`, true, `\b`, true},
		{`C:\A`, `c:\a\b`, true, `\b`, true},
		{`C:\`, `c:\a`, true, `a`, true},
		{`C:\a`, `D:\a\b`, true, `D:\a\b`, false},
		{`C:\a`, `C:\ab`, true, `C:\ab`, false},
		{`\\server\share`, `\\SERVER\share\x`, true, `\x`, true},
	} {
		if rest, ok := below(tc.dir, tc.path, tc.windows); rest != tc.rest || ok != tc.ok {
			t.Errorf("%s below %s: got %s, %v", tc.path, tc.dir, rest, ok)
		}
	}
}
