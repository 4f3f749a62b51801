package worktree

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRoot(t *testing.T) { //nolint:paralleltest // it changes the directory
	dir := tree(t, "repo/.git/HEAD", "repo/a/b/f", "linked/.git", "linked/f", "plain/a/f")
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for name, want := range map[string]string{
		"repo": "repo", "repo/a/b": "repo", "repo/none": "repo", "linked": "linked", "plain/a": "plain/a", "plain": "plain",
	} {
		if got := Root(at(name)); got != at(want) {
			t.Errorf("%s: got %s", name, got)
		}
	}
	t.Chdir(at("plain"))
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": wd, ".": wd, "../repo/a": filepath.Join(filepath.Dir(wd), "repo")} {
		if got := Root(name); got != want {
			t.Errorf("in plain, %s: got %s, want %s", name, got, want)
		}
	}
	t.Chdir("/")
	if got := Root(at("plain/a")); got != at("plain/a") {
		t.Errorf("in the root of everything: got %s", got)
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("making links needs rights on Windows")
	}
	dir := tree(t, "in/f", "in/d/g", "out/f", "out/d/g")
	for name, to := range map[string]string{
		"in/file": "../out/f", "in/away": "../out", "in/near": "d", "in/broken": "../none", "alias": "in",
		"in/lost": "none", "in/far": "../out/d", "in/trick": "far/../f", "in/back": "near/../d/./g", "in/a": "b", "in/b": "a",
		"in/whole": filepath.Join(dir, "in/d"), "in/wholly": filepath.Join(dir, "out"), "in/chain": "whole",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{
		"in": true, "in/f": true, "in/none/none": true, "in/near/g": true, "in/near/none": true,
		"out": false, "out/f": false, "in/file": false, "in/away": false, "in/away/f": false, "in/away/none": false,
		"in/broken": false, "in/../out/f": false, "": false, "alias/f": true,
		"in/lost": false, "in/lost/x": false, "in/trick": false, "in/back": true, "in/a": false, "in/a/x": false,
		"in/whole/g": true, "in/wholly/f": false, "in/chain/g": true, "in/chain/none/none": true, "in/f/x": false,
	} {
		for _, root := range []string{"in", "alias"} {
			if got := Holds(filepath.Join(dir, root), filepath.Join(dir, name)); got != want {
				t.Errorf("%s holds %s: got %v", root, name, got)
			}
		}
	}
}

func TestInside(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		dir, path string
		want      bool
	}{
		{"a", "a", true},
		{"a", "a/b", true},
		{"a", "a/../b", false},
		{"a", "ab", false},
		{"a", "a/..b", true},
		{"/", "/x", true},
		{"/x", "/", false},
	} {
		if got := Inside(tc.dir, tc.path); got != tc.want {
			t.Errorf("%s in %s: got %v", tc.path, tc.dir, got)
		}
	}
}

// TestForeign judges paths as Windows takes them, on every system.
func TestForeign(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		root, path string
		want       bool
	}{
		{`C:\tree`, `C:\tree\Dockerfile`, false},
		{`C:\tree`, `c:/tree/Dockerfile`, false},
		{`C:\tree`, `D:\elsewhere`, false}, // outside, but of this machine
		{`C:\tree`, `\tree`, false},
		{`C:\tree`, `\\?\C:\tree\` + strings.Repeat(`long\`, 60), false},
		{`C:\tree`, `\??\C:\tree`, false},
		{`C:\tree`, `\\server\share\x`, true},
		{`C:\tree`, `//server/share/x`, true},
		{`C:\tree`, `\/server\share`, true},
		{`C:\tree`, `\\server`, true},
		{`C:\tree`, `\\?\UNC\server\share\x`, true},
		{`C:\tree`, `\??\UNC\server\share\x`, true},
		{`C:\tree`, `\\server@SSL\davwwwroot\x`, true},
		{`C:\tree`, `\\.\COM1`, true},
		{`C:\tree`, `\\.\pipe\x`, true},
		{`C:\tree`, `\\?\GLOBALROOT\Device\x`, true},
		{`\\server\share\tree`, `\\SERVER\Share\tree\x`, false},
		{`\\server\share\tree`, `\\?\UNC\server\share\tree`, false},
		{`\\server\share\tree`, `\\server\second\tree`, true},
		{`\\server\share\tree`, `\\evil\share\tree`, true},
		{`C:\tree`, `C:\tree\NUL`, true},
		{`C:\tree`, `C:\tree\con`, true},
		{`C:\tree`, `C:\tree\aux.Dockerfile`, true},
		{`C:\tree`, `C:\tree\COM1 .txt`, true},
		{`C:\tree`, "C:\\tree\\lpt\u00b9", true},
		{`C:\tree`, `C:\tree\nul:x`, true},
		{`C:\tree`, `C:\tree\prn\Dockerfile`, true},
		{`C:\tree`, `C:\tree\conin$`, true},
		{`C:\tree`, `C:\tree\console`, false},
		{`C:\tree`, `C:\tree\COM`, false},
		{`C:\tree`, `C:\tree\COM10`, false},
		{`C:\tree`, `C:\tree\Dockerfile.con`, false},
	} {
		if got := foreignOnWindows(tc.root, tc.path); got != tc.want {
			t.Errorf("%s in %s: got %v", tc.path, tc.root, got)
		}
	}
}
