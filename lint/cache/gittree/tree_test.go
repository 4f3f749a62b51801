package gittree

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestOverlay checks that what is added stands in order, folders that it brings along
// too.
func TestOverlay(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	names := []string{"z.log", "a.log", "skipped.log", "m/n/b.log", "m/a.log"}
	for _, name := range names {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree := &Tree{nodes: map[string]*node{".": {name: ".", mode: fs.ModeDir | 0o755}}}
	for _, line := range []string{"100644 blob 0123 5\tm.txt", "100755 blob 4567 7\tp/run.sh"} {
		tree.add(line)
	}
	if err := tree.Overlay(root, names, func(name string) bool { return name == "skipped.log" }); err != nil {
		t.Fatal(err)
	}
	list := func(dir string) []string {
		entries, err := tree.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	for dir, want := range map[string][]string{".": {"a.log", "m", "m.txt", "p", "z.log"}, "m": {"a.log", "n"}, "m/n": {"b.log"}, "p": {"run.sh"}} {
		if diff := cmp.Diff(want, list(dir)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", dir, diff)
		}
	}
	if !tree.Overlaid("z.log") || tree.Overlaid("m.txt") || tree.ID("m.txt") != "0123" || tree.ID("z.log") != "" {
		t.Error("what is added and what is of the repository are mixed up")
	}
}

// TestAdd checks a file system with further files.
func TestAdd(t *testing.T) {
	t.Parallel()
	base := fstest.MapFS{"a/x.txt": {Data: []byte("x")}, "c.txt": {Data: []byte("c")}}
	fsys, err := Add(base, []string{"a/b/y.txt", "d/z.txt"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../x", "/x", "."} {
		if _, err := Add(base, []string{name}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	var names []string
	err = fs.WalkDir(fsys, ".", func(p string, _ fs.DirEntry, err error) error {
		names = append(names, p)
		return err
	})
	if want := []string{".", "a", "a/b", "a/b/y.txt", "a/x.txt", "c.txt", "d", "d/z.txt"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("got %v and %v, want %v", names, err, want)
	}
}
