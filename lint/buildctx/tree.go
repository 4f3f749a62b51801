package buildctx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Errors of the methods that look at files. An absent file gives an error that
// is fs.ErrNotExist.
var (
	// ErrUnknown says that there is no context, as when the Dockerfile comes
	// from standard input.
	ErrUnknown = errors.New("the build context is not known")
	// ErrOutside says that a symbolic link leads out of the context.
	ErrOutside = errors.New("a symbolic link leads out of the build context")
	// ErrLoop says that symbolic links lead in a circle.
	ErrLoop = errors.New("too many symbolic links")
	// ErrNotRegular says that a path is a directory, pipe, socket or device.
	ErrNotRegular = errors.New("not a regular file")
	// ErrTooLarge says that a file is larger than the caller wants to read.
	ErrTooLarge = errors.New("file is too large")
)

// Entry is a file, directory or other object of a context. Entries are shared:
// never change one.
type Entry struct {
	// Path is relative to the root, slash-separated; any byte but NUL may occur.
	Path string
	// Size is the length of a regular file in bytes, 0 for all others.
	Size int64
	// Mode holds the type and permission bits.
	Mode fs.FileMode
	// Link is where a symbolic link leads, as it is written.
	Link string
}

// IsDir reports whether e is a directory.
func (e *Entry) IsDir() bool { return e.Mode.IsDir() }

// IsRegular reports whether e is a regular file.
func (e *Entry) IsRegular() bool { return e.Mode.IsRegular() }

// IsSymlink reports whether e is a symbolic link.
func (e *Entry) IsSymlink() bool { return e.Mode&fs.ModeSymlink != 0 }

// Base returns the last element of the path.
func (e *Entry) Base() string { return base(e.Path) }

func base(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// Problem is a place of the context that could not be read.
type Problem struct {
	Path string
	Err  error
}

// Limits bound the work on one context. A zero field means its default.
type Limits struct {
	// Entries is how many entries one walk looks at: 200,000.
	Entries int
	// Depth is how many folders lie inside one another: 100.
	Depth int
}

func (l Limits) orDefault() Limits {
	if l.Entries <= 0 {
		l.Entries = 200_000
	}
	if l.Depth <= 0 {
		l.Depth = 100
	}
	return l
}

const (
	maxLinks      = 40       // as the Linux kernel
	cachedFile    = 64 << 10 // larger files are read anew
	cachedFiles   = 4 << 20  // what all cached files hold together
	defaultToRead = 1 << 20
)

// tree is a directory read piece by piece, each piece once. Several contexts,
// which differ by their ignore file, share a tree.
type tree struct {
	root   string
	back   backend
	limits Limits

	mu        sync.Mutex
	dirs      map[string]*dirList
	stats     map[string]statResult
	files     map[string][]byte
	cached    int
	problems  []Problem
	views     map[string]*view // by the name of the ignore file
	truncated string

	recalled sync.Map // of func() any, by the keys of Context.Recall

	allOnce sync.Once
	all     *listing
	repo    repository
}

type dirList struct {
	entries []*Entry // sorted by name
	more    bool     // entries is not all there is
	err     error
}

type statResult struct {
	entry *Entry
	err   error
}

func newTree(root string, back backend, limits Limits) *tree {
	return &tree{
		root: root, back: back, limits: limits.orDefault(),
		dirs:  map[string]*dirList{},
		stats: map[string]statResult{},
		files: map[string][]byte{},
		views: map[string]*view{},
	}
}

var rootEntry = Entry{Path: ".", Mode: fs.ModeDir | 0o755}

// dir lists a real directory (no part of dir is a link).
func (t *tree) dir(dir string) *dirList {
	t.mu.Lock()
	l := t.dirs[dir]
	t.mu.Unlock()
	if l != nil {
		return l
	}
	l = t.readDir(dir)
	t.mu.Lock()
	defer t.mu.Unlock()
	if first := t.dirs[dir]; first != nil {
		return first
	}
	t.dirs[dir] = l
	if l.err != nil && !errors.Is(l.err, fs.ErrNotExist) {
		t.problems = append(t.problems, Problem{dir, l.err})
	}
	return l
}

func (t *tree) readDir(dir string) *dirList {
	raw, more, err := t.back.readDir(dir, t.limits.Entries)
	l := &dirList{entries: make([]*Entry, len(raw)), more: more, err: err}
	for i := range raw {
		l.entries[i] = &raw[i]
	}
	slices.SortFunc(l.entries, func(a, b *Entry) int { return strings.Compare(a.Path, b.Path) })
	return l
}

func (l *dirList) find(name string) *Entry {
	i := sort.Search(len(l.entries), func(i int) bool { return l.entries[i].Path >= name })
	if i < len(l.entries) && l.entries[i].Path == name {
		return l.entries[i]
	}
	return nil
}

func (t *tree) problem(name string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.problems = append(t.problems, Problem{name, err})
}

func (t *tree) note(truncated string) {
	if truncated == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.truncated = truncated
}

// lstat looks at a path whose folders are no links.
func (t *tree) lstat(name string) (*Entry, error) {
	if name == "." {
		return &rootEntry, nil
	}
	t.mu.Lock()
	l := t.dirs[path.Dir(name)]
	s, ok := t.stats[name]
	t.mu.Unlock()
	if l != nil && l.err == nil {
		if e := l.find(name); e != nil {
			return e, nil
		}
		if !l.more {
			return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
		}
	}
	if ok {
		return s.entry, s.err
	}
	s.entry, s.err = t.back.lstat(name)
	t.mu.Lock()
	t.stats[name] = s
	t.mu.Unlock()
	return s.entry, s.err
}

// resolve follows the links in p as BuildKit does: inside the root, which is
// also where absolute links and surplus ".." end. It returns the links passed.
func (t *tree) resolve(p string) (e *Entry, links []string, err error) {
	cur, rest, escaped := ".", clean(p), false
	e = &rootEntry
	for rest != "" {
		name, tail, _ := strings.Cut(rest, "/")
		rest = tail
		if name == "" || name == "." {
			continue
		}
		if name == ".." {
			escaped = escaped || cur == "."
			cur = path.Dir(cur)
			if e, err = t.lstat(cur); err != nil {
				return nil, links, err
			}
			continue
		}
		next := join(cur, name)
		if !e.IsDir() {
			return nil, links, missing(next, escaped)
		}
		if e, err = t.lstat(next); err != nil {
			if escaped && errors.Is(err, fs.ErrNotExist) {
				err = missing(next, true)
			}
			return nil, links, err
		}
		if !e.IsSymlink() {
			cur = next
			continue
		}
		if links = append(links, next); len(links) > maxLinks {
			return nil, links, &fs.PathError{Op: "stat", Path: p, Err: ErrLoop}
		}
		target := filepath.ToSlash(e.Link)
		if path.IsAbs(target) {
			cur, escaped = ".", true
		}
		rest = target + "/" + rest
		if e, err = t.lstat(cur); err != nil {
			return nil, links, err
		}
	}
	return e, links, nil
}

func missing(name string, escaped bool) error {
	err := fs.ErrNotExist
	if escaped {
		err = ErrOutside
	}
	return &fs.PathError{Op: "stat", Path: name, Err: err}
}

// readFile returns the content of a file, following links. Where it is longer
// than limit, whole decides between an error and its start.
func (t *tree) readFile(name string, limit int64, whole bool) ([]byte, error) {
	if limit <= 0 {
		limit = defaultToRead
	}
	e, _, err := t.resolve(name)
	if err != nil {
		return nil, err
	}
	if !e.IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrNotRegular}
	}
	t.mu.Lock()
	data, ok := t.files[e.Path]
	t.mu.Unlock()
	if !ok {
		if data, err = t.load(e, limit); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	if int64(len(data)) <= limit {
		return data, nil
	}
	if whole {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	return data[:limit:limit], nil
}

// load reads up to limit+1 bytes and keeps them when they are a small file.
func (t *tree) load(e *Entry, limit int64) ([]byte, error) {
	f, err := t.back.open(e.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if int64(len(data)) <= limit && len(data) <= cachedFile && t.cached+len(data) <= cachedFiles {
		t.files[e.Path] = data
		t.cached += len(data)
	}
	return data, nil
}
