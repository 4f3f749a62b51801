package buildctx

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A backend is where the files of a context are. Names are slash-separated,
// relative to the root, which is "."; they may hold any byte but NUL. No method
// follows a symbolic link in the last element, and none leaves the root.
type backend interface {
	// readDir lists a directory unsorted. It stops behind limit entries; more
	// then says that there are others.
	readDir(dir string, limit int) (list []Entry, more bool, err error)
	lstat(name string) (*Entry, error)
	// open opens a regular file and refuses everything else without waiting.
	open(name string) (io.ReadCloser, error)
}

// join puts name, relative and clean, below dir.
func join(dir, name string) string {
	switch {
	case dir == ".":
		return name
	case name == ".":
		return dir
	}
	return dir + "/" + name
}

// dirBackend is a directory of the operating system. It opens its root anew for
// every call: a run over thousands of Dockerfiles would run out of descriptors
// otherwise.
type dirBackend struct{ dir string }

func (b dirBackend) readDir(dir string, limit int) ([]Entry, bool, error) {
	root, err := os.OpenRoot(b.dir)
	if err != nil {
		return nil, false, err
	}
	defer root.Close()
	if dir != "." {
		sub, err := root.OpenRoot(filepath.FromSlash(dir))
		if err != nil {
			return nil, false, err
		}
		defer sub.Close()
		root = sub
	}
	f, err := root.Open(".")
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	return listDir(f, dir, limit, func(name string) (string, error) { return root.Readlink(name) })
}

// listDir reads an open directory in pieces, so that a huge one costs no more
// than limit.
func listDir(f fs.ReadDirFile, dir string, limit int, readlink func(base string) (string, error)) ([]Entry, bool, error) {
	const piece = 1024
	var out []Entry
	for {
		list, err := f.ReadDir(piece)
		for _, d := range list {
			if len(out) >= limit {
				return out, true, nil
			}
			info, err := d.Info()
			if err != nil {
				continue // gone since
			}
			e := newEntry(join(dir, d.Name()), info)
			if e.IsSymlink() {
				e.Link, _ = readlink(d.Name())
			}
			out = append(out, e)
		}
		if errors.Is(err, io.EOF) || err == nil && len(list) == 0 {
			return out, false, nil
		}
		if err != nil {
			return out, false, err
		}
	}
}

func newEntry(name string, info fs.FileInfo) Entry {
	e := Entry{Path: name, Mode: info.Mode()}
	if info.Mode().IsRegular() {
		e.Size = info.Size()
	}
	return e
}

func (b dirBackend) lstat(name string) (*Entry, error) {
	root, err := os.OpenRoot(b.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Lstat(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	e := newEntry(name, info)
	if e.IsSymlink() {
		if e.Link, err = root.Readlink(filepath.FromSlash(name)); err != nil {
			return nil, err
		}
	}
	return &e, nil
}

func (b dirBackend) open(name string) (io.ReadCloser, error) {
	root, err := os.OpenRoot(b.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return openRegular(root, filepath.FromSlash(name))
}

// openRegular opens a file that was regular a moment ago. Should a pipe have
// taken its place, O_NONBLOCK keeps the call from waiting for a writer.
func openRegular(root *os.Root, name string) (io.ReadCloser, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// fsBackend is the folder base of a file system.
type fsBackend struct {
	fsys fs.FS
	base string
}

func (b fsBackend) name(name string) string { return path.Join(b.base, name) }

func (b fsBackend) readDir(dir string, limit int) ([]Entry, bool, error) {
	readlink := func(base string) (string, error) {
		return fs.ReadLink(b.fsys, path.Join(b.base, dir, base))
	}
	list, err := fs.ReadDir(b.fsys, b.name(dir))
	if err != nil {
		return nil, false, err
	}
	return listDir(&sliceDir{list: list}, dir, limit, readlink)
}

func (b fsBackend) lstat(name string) (*Entry, error) {
	info, err := fs.Lstat(b.fsys, b.name(name))
	if err != nil {
		return nil, err
	}
	e := newEntry(name, info)
	if e.IsSymlink() {
		if e.Link, err = fs.ReadLink(b.fsys, b.name(name)); err != nil {
			return nil, err
		}
	}
	return &e, nil
}

func (b fsBackend) open(name string) (io.ReadCloser, error) {
	info, err := fs.Lstat(b.fsys, b.name(name))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	return b.fsys.Open(b.name(name))
}

// sliceDir makes a list look like an open directory.
type sliceDir struct {
	fs.ReadDirFile
	list []fs.DirEntry
}

func (d *sliceDir) ReadDir(n int) ([]fs.DirEntry, error) {
	n = min(n, len(d.list))
	out := d.list[:n]
	d.list = d.list[n:]
	if n == 0 {
		return nil, io.EOF
	}
	return out, nil
}

// memBackend keeps files in memory. Directories follow from the names.
type memBackend struct {
	files map[string][]byte
	dirs  map[string][]string // full names of the children
}

func newMemBackend(files map[string][]byte) *memBackend {
	m := &memBackend{files: make(map[string][]byte, len(files)), dirs: map[string][]string{".": nil}}
	for name, data := range files {
		if name = clean(name); name != "." {
			m.files[name] = data
			m.add(name)
		}
	}
	return m
}

func (m *memBackend) add(name string) {
	for name != "." {
		dir := path.Dir(name)
		known := len(m.dirs[dir]) > 0
		if !slices.Contains(m.dirs[dir], name) {
			m.dirs[dir] = append(m.dirs[dir], name)
		}
		if known {
			return
		}
		name = dir
	}
}

func (m *memBackend) entry(name string) (Entry, bool) {
	if _, dir := m.dirs[name]; dir {
		return Entry{Path: name, Mode: fs.ModeDir | 0o755}, true
	}
	data, ok := m.files[name]
	return Entry{Path: name, Mode: 0o644, Size: int64(len(data))}, ok
}

func (m *memBackend) readDir(dir string, limit int) ([]Entry, bool, error) {
	names, ok := m.dirs[dir]
	if !ok {
		return nil, false, &fs.PathError{Op: "readdir", Path: dir, Err: fs.ErrNotExist}
	}
	out := make([]Entry, 0, min(len(names), limit))
	for _, n := range names {
		if len(out) >= limit {
			return out, true, nil
		}
		e, _ := m.entry(n)
		out = append(out, e)
	}
	return out, false, nil
}

func (m *memBackend) lstat(name string) (*Entry, error) {
	e, ok := m.entry(name)
	if !ok {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
	}
	return &e, nil
}

func (m *memBackend) open(name string) (io.ReadCloser, error) {
	data, ok := m.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// clean turns a path as a Dockerfile or a user writes it into one relative to
// the root: no leading slash, no "..", "." for the root itself.
func clean(p string) string {
	if isClean(p) {
		return p
	}
	p = path.Clean("/" + filepath.ToSlash(p))
	if p == "/" {
		return "."
	}
	return p[1:]
}

// isClean recognizes the usual path without allocating.
func isClean(p string) bool {
	if p == "." {
		return true
	}
	if p == "" || filepath.Separator != '/' {
		return false
	}
	for rest := p; ; {
		name, tail, more := strings.Cut(rest, "/")
		if name == "" || name == "." || name == ".." {
			return false
		}
		if !more {
			return true
		}
		rest = tail
	}
}
