package fix

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// folder lays out files in a new folder; a text that starts with "->" is a link.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, ok := strings.CutPrefix(text, "->"); ok {
			err = os.Symlink(filepath.FromSlash(to), path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tree reads what folder laid out.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if d.Type()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(path)
			files[filepath.ToSlash(rel)] = "->" + filepath.ToSlash(to)
			return err
		}
		data, err := os.ReadFile(path)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		files map[string]string
		write []File // paths relative to the folder
		want  map[string]string
		err   string
	}{
		"replace": {
			map[string]string{"d/f": "old"},
			[]File{{Path: "d/f", Old: "old", New: "new"}},
			map[string]string{"d/f": "new"},
			"",
		},
		"create": {
			map[string]string{"f": "old"},
			[]File{{Path: "f", Old: "old", New: "new"}, {Path: ".dockerignore", Root: ".", New: "x", Create: true}},
			map[string]string{"f": "new", ".dockerignore": "x"},
			"",
		},
		"exists already": {
			map[string]string{"f": "old", "g": "there"},
			[]File{{Path: "f", Old: "old", New: "new"}, {Path: "g", New: "x", Create: true}},
			map[string]string{"f": "old", "g": "there"},
			"exists already",
		},
		"no folder": {
			map[string]string{"f": "old"},
			[]File{{Path: "d/g", New: "x", Create: true}},
			map[string]string{"f": "old"},
			"creating",
		},
		"changed meanwhile": {
			map[string]string{"f": "other"},
			[]File{{Path: "f", Old: "old", New: "new"}},
			map[string]string{"f": "other"},
			"has changed since it was read",
		},
		"gone":   {map[string]string{"g": ""}, []File{{Path: "f", Old: "old", New: "new"}}, map[string]string{"g": ""}, "writing"},
		"folder": {map[string]string{"f/g": ""}, []File{{Path: "f"}}, map[string]string{"f/g": ""}, "no regular file"},
		"link inside": {
			map[string]string{"a/f": "->../b/g", "b/g": "old"},
			[]File{{Path: "a/f", Root: ".", Old: "old", New: "new"}},
			map[string]string{"a/f": "->../b/g", "b/g": "new"},
			"",
		},
		"link outside": {
			map[string]string{"a/f": "->../b/g", "b/g": "old"},
			[]File{{Path: "a/f", Root: "a", Old: "old", New: "new"}},
			map[string]string{"a/f": "->../b/g", "b/g": "old"},
			"outside of",
		},
		"link without root": {
			map[string]string{"f": "->g", "g": "old"},
			[]File{{Path: "f", Old: "old", New: "new"}},
			map[string]string{"f": "->g", "g": "old"},
			"is a symbolic link",
		},
		"folder leads outside": {
			map[string]string{"a/d": "->../b", "b/g": "old"},
			[]File{{Path: "a/d/.dockerignore", Root: "a", New: "x", Create: true}},
			map[string]string{"a/d": "->../b", "b/g": "old"},
			"outside of",
		},
		"elsewhere by choice": {
			map[string]string{"a/x": "", "b/g": "old"},
			[]File{{Path: "b/g", Root: "a", Old: "old", New: "new"}},
			map[string]string{"a/x": "", "b/g": "new"},
			"",
		},
		"broken link": {
			map[string]string{"f": "->g"},
			[]File{{Path: "f", Root: ".", Old: "old", New: "new"}},
			map[string]string{"f": "->g"},
			"following the links",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" && strings.Contains(name, "link") {
				t.Skip("making links needs rights on Windows")
			}
			dir := folder(t, tc.files)
			for k := range tc.write {
				f := &tc.write[k]
				f.Path = filepath.Join(dir, f.Path)
				if f.Root != "" {
					f.Root = filepath.Join(dir, f.Root)
				}
			}
			err := Write(tc.write...)
			if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("got error %v, want %q", err, tc.err)
			}
			got := tree(t, dir)
			for path, text := range tc.want {
				if got[path] != text {
					t.Errorf("%s: got %q, want %q", path, got[path], text)
				}
			}
			if len(got) != len(tc.want) {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

func TestWriteKeepsMode(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(folder(t, map[string]string{"f": "old"}), "f")
	if err := os.Chmod(path, 0o751); err != nil {
		t.Fatal(err)
	}
	if err := Write(File{Path: path, Old: "old", New: "new"}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o751 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestWriteReadOnly(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"f": "old", "g": "old"})
	path := filepath.Join(dir, "g")
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	err := Write(File{Path: filepath.Join(dir, "f"), Old: "old", New: "new"}, File{Path: path, Old: "old", New: "new"})
	if err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("got %v", err)
	}
	if got := tree(t, dir); got["f"] != "old" || got["g"] != "old" || len(got) != 2 {
		t.Errorf("left %v", got)
	}
}

// TestWriteUndoes lets the second file fail after the checks have passed.
func TestWriteUndoes(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"f": "old"})
	create := File{Path: filepath.Join(dir, "g"), New: "x", Create: true}
	again := File{Path: filepath.Join(dir, "g"), New: "y", Create: true}
	err := Write(File{Path: filepath.Join(dir, "f"), Old: "old", New: "new"}, create, again)
	if err == nil {
		t.Fatal("a file was created twice")
	}
	if got := tree(t, dir); got["f"] != "old" || len(got) != 1 {
		t.Errorf("left %v", got)
	}
}

// TestWriteNames holds that a message names the file as it is, whatever it holds.
func TestWriteNames(t *testing.T) {
	t.Parallel()
	path := filepath.Join(folder(t, map[string]string{"100%d/Dockerfile": "b"}), "100%d", "Dockerfile")
	err := Write(File{Path: path, Old: "a", New: "c"})
	want := "writing " + path + ": the file has changed since it was read: run dlint again"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
