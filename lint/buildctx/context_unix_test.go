//go:build unix

package buildctx

import (
	"errors"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestSpecialFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, ".dockerignore"), 0o644); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "a=1")
	if l, err := net.Listen("unix", filepath.Join(dir, "sock")); err == nil {
		defer l.Close()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := Open(dir)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := c.ReadFile("pipe", 0); !errors.Is(err, ErrNotRegular) {
			t.Errorf("ReadFile(pipe): %v", err)
		}
		if c.Ignore() != nil || len(c.Files()) < 3 {
			t.Errorf("ignore file %v, files %v", c.Ignore(), paths(c.Files()))
		}
		if len(c.Problems()) != 1 {
			t.Errorf("problems = %v", c.Problems())
		}
		// The same where the pipe takes the place of a file in between.
		if f, err := (dirBackend{dir}).open("pipe"); !errors.Is(err, ErrNotRegular) {
			t.Errorf("open(pipe) = %v, %v", f, err)
		}
		if _, err := (osSystem{}).read(filepath.Join(dir, "pipe"), 10); !errors.Is(err, ErrNotRegular) {
			t.Errorf("read(pipe): %v", err)
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("a pipe has been opened")
	}
}
