package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var ignoreCases = []string{
	"a", "/a", "a/", "*.x", "d/*.x", "/d/", "**/a", "a/**", "d/**/f", "!a\n*", "*\n!d/", "*\n!*/\n!f.x",
	"[ab]", "[!a]", "[^a]", "[[:alpha:]]", "[[:digit:]a]", "a ", "a\\ ", "\\#x", "#x", "\\!x", "d/a", "d/a/", "/*\n!/d",
	"f?x", "*", "d/", "d\n!d/f.x", "**", "/**", "**/d/f.x", "d**", "d/**f.x", "\\a", "a[", "é", "é?", "*\r", "a\r",
	"d/*", "/*/f.x", "*/f.x", "foo/**/bar", "[a-c]", "[]a]", "f.[x-z]", "**/", "!", "/", "//a", "d//a", "./a", "d/./a",
	"foo/*/bar", "foo/**", "**/b/**", "x**/bar", "d/*/f", "***", "a\n!a\na", "\ufeffa", "a\\", "[\\]]", "[a-", "f.x\n\n# c\n",
	"*/", "d/e", "e", "e/", "/d/e/*\n!/d/e/f", "[!/]", "d?a", "d[/]a", "?", "??", "[x-a]",
	"f**/bar", "foo/**bar", "foo/***/bar", "f**", "?oo**/bar", "[f]oo**/bar", "f?o/**/bar", "*/**", "f*/**/bar", "***/bar",
}

var ignorePaths = []string{
	"b", "d/a", "d/f.x", "f.x", "d/e/f", "d/e/f.x", "d/f", "#x", "!x", "a ", "x", "a/q", "é", "éx",
	"foo/bar", "foo/a/bar", "foox/a/bar", "foo/a/b/bar", "]", "c", "1", "y/bar", "a\\b",
}

// ignoredByWalk asks as the walk of directories does: from the top down.
func ignoredByWalk(dir, path string) bool {
	list := ignoreList(nil).enter(dir)
	full := dir
	parts := strings.Split(path, "/")
	for i, p := range parts {
		full = filepath.Join(full, p)
		if list.ignored(full, i < len(parts)-1) {
			return true
		}
	}
	return false
}

// TestGitignoreAgainstGit compares with the real thing.
func TestGitignoreAgainstGit(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	for _, text := range ignoreCases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if out, err := exec.Command(git, "init", "-q", dir).CombinedOutput(); err != nil {
				t.Skipf("git init: %s", out)
			}
			if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(git, "-C", dir, "-c", "core.excludesFile=", "check-ignore", "--no-index", "-z", "--stdin")
			cmd.Stdin = strings.NewReader(strings.Join(ignorePaths, "\x00") + "\x00")
			out, _ := cmd.Output() // exits 1 when nothing is ignored
			want := map[string]bool{}
			for p := range bytes.SplitSeq(out, []byte{0}) {
				want[string(p)] = true
			}
			for _, p := range ignorePaths {
				if got := ignoredByWalk(dir, p); got != want[p] {
					t.Errorf("%q ignored: %v, git says %v", p, got, want[p])
				}
			}
		})
	}
}

func TestWildmatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"*.x", "a.x", true},
		{"*.x", "d/a.x", false},
		{"**/a", "a", true},
		{"**/a", "b/c/a", true},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/c/d/b", true},
		{"a/**", "a/b/c", true},
		{"a/**", "a", false},
		{"[!a]", "b", true},
		{"[!a]", "a", false},
		{"[[:digit:]]", "7", true},
		{"[a", "a", false},
		{`\*`, "*", true},
		{`\*`, "a", false},
		{"??", "é", true}, // bytes, as git has it
		{"?", "/", false},
		{"*a*a*a*a*a*a*a*a*a*a*b", strings.Repeat("a", 250), false},
	}
	for _, tt := range tests {
		if got := wildmatch(tt.pattern, tt.text); got != tt.want {
			t.Errorf("%q on %q: %v", tt.pattern, tt.text, got)
		}
	}
}
