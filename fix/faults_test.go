//go:build unix

package fix

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// planned returns a checked plan for replacing f, "old" with "new", in root.
func planned(t *testing.T, root, f string) *plan {
	t.Helper()
	p := &plan{file: File{Path: f, Root: root, Old: "old", New: "new"}}
	if err := p.check(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// TestWriteLooksAgain changes the file while it is being written.
func TestWriteLooksAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"f": "old"})
	p := planned(t, dir, filepath.Join(dir, "f"))
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.write(); err == nil || !strings.Contains(err.Error(), "has changed since it was read") {
		t.Errorf("got %v", err)
	}
	if got := tree(t, dir); got["f"] != "mine" || len(got) != 1 {
		t.Errorf("left %q", got)
	}
}

// TestWriteSwapped puts a link that leads out in the place of what was checked.
func TestWriteSwapped(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"folder", "file"} {
		dir := folder(t, map[string]string{"tree/d/f": "old", "outside/f": "old"})
		p := planned(t, filepath.Join(dir, "tree"), filepath.Join(dir, "tree/d/f"))
		victim, target := filepath.Join(dir, "tree/d"), filepath.Join(dir, "outside")
		if what == "file" {
			victim, target = filepath.Join(victim, "f"), filepath.Join(target, "f")
		}
		if err := os.Rename(victim, filepath.Join(dir, "tree/moved")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, victim); err != nil {
			t.Fatal(err)
		}
		err := p.write()
		got := tree(t, dir)
		if got["outside/f"] != "old" {
			t.Errorf("%s: wrote outside: %q", what, got)
		}
		if what == "file" && err == nil {
			t.Errorf("a link took the place of the file and nothing was said: %q", got)
		}
		for name := range got {
			if strings.Contains(name, ".dlint-") {
				t.Errorf("%s: %s stays behind", what, name)
			}
		}
	}
}

// TestWriteSwappedBeforeOpen checks that the folder is opened from the root on.
func TestWriteSwappedBeforeOpen(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tree/x": "", "tree/d": "->../outside", "outside/f": "old"})
	p := &plan{file: File{Path: filepath.Join(dir, "tree/d/f"), Root: filepath.Join(dir, "tree"), Old: "old", New: "new"}}
	defer p.close()
	// As if the links had been followed before there was one.
	if err := p.open(filepath.Join(dir, "tree/d/f"), false); err == nil || !strings.Contains(err.Error(), "escapes") {
		t.Errorf("got %v", err)
	}
}

// TestWriteRemnant finds what a killed run has left.
func TestWriteRemnant(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"f": "old", "g": "old"})
	p := planned(t, dir, filepath.Join(dir, "f"))
	w, err := p.temporary(0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteString("ne"); err != nil {
		t.Fatal(err)
	}
	_ = w.Close() // as the system does when it ends a program
	if err := p.write(); err != nil {
		t.Error(err)
	}
	if got := tree(t, dir); got["f"] != "new" || len(got) != 2 {
		t.Errorf("left %q", got)
	}
}

// TestWriteInTheWay meets something else under the name of the temporary file.
func TestWriteInTheWay(t *testing.T) {
	t.Parallel()
	for what, make := range map[string]func(path string) error{
		"link": func(path string) error { return os.Symlink("f", path) },
		"pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		dir := folder(t, map[string]string{"f": "old"})
		p := planned(t, dir, filepath.Join(dir, "f"))
		w, err := p.temporary(0o600)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.discard(w); err != nil {
			t.Fatal(err)
		}
		if err := make(filepath.Join(dir, w.name)); err != nil {
			t.Fatal(err)
		}
		if err := p.write(); err == nil || !strings.Contains(err.Error(), "stands in the way: remove it") {
			t.Errorf("%s: got %v", what, err)
		}
		if text, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(text) != "old" {
			t.Errorf("%s: the file holds %q, %v", what, text, err)
		}
	}
}

// TestWriteWaits waits for another dlint that has the file in hand.
func TestWriteWaits(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"f": "old"})
	p, other := planned(t, dir, filepath.Join(dir, "f")), planned(t, dir, filepath.Join(dir, "f"))
	w, err := other.temporary(0o600)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = other.discard(w) })
	start := time.Now()
	if err := p.write(); err != nil {
		t.Error(err)
	}
	if time.Since(start) < 40*time.Millisecond {
		t.Error("did not wait")
	}
	if got := tree(t, dir); got["f"] != "new" || len(got) != 1 {
		t.Errorf("left %q", got)
	}
}

// TestWriteTogether lets many write the same files. Whoever wants what is there
// has nothing to complain about, the others are told.
func TestWriteTogether(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"f": "old"})
	var group sync.WaitGroup
	errs := make([]error, 16)
	for k := range errs {
		group.Go(func() {
			errs[k] = Write(
				File{Path: filepath.Join(dir, "f"), Old: "old", New: fmt.Sprint("new", k%2)},
				File{Path: filepath.Join(dir, "g"), New: "created", Create: true})
		})
	}
	group.Wait()
	got := tree(t, dir)
	if !strings.HasPrefix(got["f"], "new") || got["g"] != "created" || len(got) != 2 {
		t.Errorf("left %q", got)
	}
	for k, err := range errs {
		if wins := got["f"] == fmt.Sprint("new", k%2); wins != (err == nil) {
			t.Errorf("%d: %v, and the file holds %q", k, err, got["f"])
		}
	}
}

// TestWriteLongName writes a file whose name could not be longer.
func TestWriteLongName(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("n", 255)
	dir := folder(t, map[string]string{name: "old"})
	if err := Write(File{Path: filepath.Join(dir, name), Old: "old", New: "new"}); err != nil {
		t.Error(err)
	}
	if got := tree(t, dir); got[name] != "new" || len(got) != 1 {
		t.Errorf("left %d files", len(got))
	}
	if err := Write(File{Path: filepath.Join(dir, name+"n"), New: "new", Create: true}); err == nil {
		t.Error("a name that is too long was created")
	}
}
