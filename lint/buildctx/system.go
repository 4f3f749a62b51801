package buildctx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dlint/dlint/lint/worktree"
)

// A system is what a Finder looks around in: the operating system, or a file
// system such as the tree of a commit.
type system interface {
	abs(name string) (string, error)
	dir(name string) string
	// join puts name, as a compose or bake file writes it, below dir unless it
	// is absolute.
	join(dir, name string) string
	// within returns name relative to dir, slash-separated.
	within(dir, name string) (string, bool)
	// holds reports whether name, with its links followed, belongs to the tree
	// that dir is in.
	holds(dir, name string) bool
	stat(name string) (fs.FileInfo, error)
	// names lists a directory unsorted, at most some thousands.
	names(dir string) []string
	read(name string, limit int64) ([]byte, error)
	tree(dir string) *tree
}

const maxNames = 50_000

var errLeaves = errors.New("a symbolic link that leads out of the tree is not followed")

// osSystem uses paths of the operating system.
type osSystem struct{}

func (osSystem) abs(name string) (string, error)       { return filepath.Abs(name) }
func (osSystem) dir(name string) string                { return filepath.Dir(name) }
func (osSystem) stat(name string) (fs.FileInfo, error) { return os.Stat(name) }
func (osSystem) holds(dir, name string) bool           { return worktree.Holds(worktree.Root(dir), name) }
func (osSystem) tree(dir string) *tree                 { return newTree(dir, dirBackend{dir}, Limits{}) }

func (osSystem) join(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

func (osSystem) within(dir, name string) (string, bool) {
	rel, err := filepath.Rel(dir, name)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

func (osSystem) names(dir string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxNames)
	return names
}

func (s osSystem) read(name string, limit int64) ([]byte, error) {
	if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 && !s.holds(filepath.Dir(name), name) {
		return nil, errLeaves
	}
	// Neither a pipe nor a device may be waited for.
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return readRegular(f, limit)
}

func readRegular(f fs.File, limit int64) ([]byte, error) {
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%w: more than %d KiB", ErrTooLarge, limit>>10)
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// fsSystem uses slash-separated paths relative to the root of a fs.FS.
type fsSystem struct{ fsys fs.FS }

func (fsSystem) abs(name string) (string, error) { return clean(name), nil }
func (fsSystem) dir(name string) string          { return path.Dir(name) }
func (fsSystem) holds(string, string) bool       { return true } // it has nothing else

func (s fsSystem) stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return fs.Stat(s.fsys, name)
}

func (s fsSystem) tree(dir string) *tree { return newTree(dir, fsBackend{s.fsys, dir}, Limits{}) }

// join keeps a path that leaves the root, so that it names nothing.
func (fsSystem) join(dir, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(dir, name)
}

func (fsSystem) within(dir, name string) (string, bool) {
	if dir == "." {
		return name, fs.ValidPath(name)
	}
	if name == dir {
		return ".", true
	}
	return strings.CutPrefix(name, dir+"/")
}

func (s fsSystem) names(dir string) []string {
	list, err := fs.ReadDir(s.fsys, dir)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(list))
	for _, d := range list {
		names = append(names, d.Name())
	}
	return names
}

func (s fsSystem) read(name string, limit int64) ([]byte, error) {
	info, err := s.stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	f, err := s.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	return readRegular(f, limit)
}

// isDir reports whether name is a directory.
func isDir(s system, name string) bool {
	info, err := s.stat(name)
	return err == nil && info.IsDir()
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
