package gittree

import (
	"context"
	"crypto/sha1" //nolint:gosec // git names its objects by it; nothing is protected
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Tree is the folder of a repository at a commit, as a file system. Submodules
// are empty folders.
type Tree struct {
	repo  *Repository
	nodes map[string]*node
}

// node is a file or folder of a Tree; it is its own fs.FileInfo and fs.DirEntry.
type node struct {
	name, id string
	mode     fs.FileMode
	size     int64
	children []*node
	disk     string // where it lies on disk instead of in the repository
}

func (n *node) Name() string               { return n.name }
func (n *node) Size() int64                { return n.size }
func (n *node) Mode() fs.FileMode          { return n.mode }
func (n *node) Type() fs.FileMode          { return n.mode.Type() }
func (n *node) ModTime() time.Time         { return time.Time{} }
func (n *node) IsDir() bool                { return n.mode.IsDir() }
func (n *node) Sys() any                   { return nil }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }

// Tree returns a folder at a commit. The folder is relative to the one that the
// repository was opened from, slash-separated and clean; it must not lead out of
// the repository.
func (r *Repository) Tree(ctx context.Context, commit, dir string) (*Tree, error) {
	at := path.Join(r.prefix, dir)
	if at == ".." || strings.HasPrefix(at, "../") {
		return nil, fmt.Errorf("%s is not part of the git repository", dir)
	}
	spec := commit + ":"
	if at != "." && at != "" {
		spec += at
	}
	out, err := r.git(ctx, "ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", spec)
	if err != nil {
		return nil, fmt.Errorf("reading %s at %.12s: %w", dir, commit, err)
	}
	t := &Tree{repo: r, nodes: map[string]*node{".": {name: ".", mode: fs.ModeDir | 0o755}}}
	for _, line := range split(out) {
		t.add(line)
	}
	t.sort()
	return t, nil
}

// sort puts what the folders hold in order.
func (t *Tree) sort() {
	for _, n := range t.nodes {
		slices.SortFunc(n.children, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	}
}

// add reads a line of git ls-tree: mode, type, id, size, tab, path.
func (t *Tree) add(line string) {
	head, name, ok := strings.Cut(line, "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 4 || !fs.ValidPath(name) {
		return
	}
	n := &node{name: path.Base(name), id: fields[2]}
	n.size, _ = strconv.ParseInt(fields[3], 10, 64)
	switch fields[0] {
	case "100755":
		n.mode = 0o755
	case "120000":
		n.mode = fs.ModeSymlink | 0o777
	case "160000":
		n.mode = fs.ModeDir | 0o755
	default:
		n.mode = 0o644
	}
	t.nodes[name] = n
	t.parent(name).children = append(t.parent(name).children, n)
}

// parent returns the folder of a path and makes it if need be.
func (t *Tree) parent(name string) *node {
	dir := path.Dir(name)
	if n := t.nodes[dir]; n != nil {
		return n
	}
	n := &node{name: path.Base(dir), mode: fs.ModeDir | 0o755}
	t.nodes[dir] = n
	up := t.parent(dir)
	up.children = append(up.children, n)
	return n
}

// ID returns git's name of the content of a file, "" when there is none.
func (t *Tree) ID(name string) string {
	if n := t.nodes[name]; n != nil {
		return n.id
	}
	return ""
}

func (t *Tree) node(op, name string) (*node, error) {
	if n := t.nodes[name]; n != nil && fs.ValidPath(name) {
		return n, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

// Open opens a file or folder.
func (t *Tree) Open(name string) (fs.File, error) {
	n, err := t.node("open", name)
	if err != nil {
		return nil, err
	}
	if n.IsDir() {
		return &file{node: n, rest: n.children}, nil
	}
	if n.disk != "" {
		return os.Open(n.disk)
	}
	data, err := t.repo.blob(n.id)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &file{node: n, data: strings.NewReader(string(data))}, nil
}

// Stat describes a file; links are not followed, as there is nobody who would
// need it.
func (t *Tree) Stat(name string) (fs.FileInfo, error) { return t.Lstat(name) }

// Lstat describes a file.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	n, err := t.node("stat", name)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// ReadLink returns where a symbolic link leads.
func (t *Tree) ReadLink(name string) (string, error) {
	n, err := t.node("readlink", name)
	if err != nil {
		return "", err
	}
	if n.disk != "" {
		return os.Readlink(n.disk)
	}
	data, err := t.repo.blob(n.id)
	return string(data), err
}

// ReadDir lists a folder.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := t.node("readdir", name)
	if err != nil {
		return nil, err
	}
	return (&file{node: n, rest: n.children}).ReadDir(-1)
}

// file is an open node.
type file struct {
	node *node
	data *strings.Reader
	rest []*node
}

func (f *file) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *file) Close() error               { return nil }

func (f *file) Read(p []byte) (int, error) {
	if f.data == nil {
		return 0, &fs.PathError{Op: "read", Path: f.node.name, Err: fs.ErrInvalid}
	}
	return f.data.Read(p)
}

func (f *file) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(f.rest) {
		if n > 0 && len(f.rest) == 0 {
			return nil, io.EOF
		}
		n = len(f.rest)
	}
	out := make([]fs.DirEntry, n)
	for k := range n {
		out[k] = f.rest[k]
	}
	f.rest = f.rest[n:]
	return out, nil
}

// maxOverlay is how many files Overlay adds.
const maxOverlay = 200_000

// Overlay adds files and folders that are not part of the repository as they lie
// in root on disk: what git ignores was there at every commit as far as anybody
// knows. Names are relative to root; what skip accepts is left out.
func (t *Tree) Overlay(root string, names []string, skip func(name string) bool) error {
	added := 0
	for _, name := range names {
		name = strings.TrimSuffix(name, "/")
		if !fs.ValidPath(name) {
			continue
		}
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(name)), func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil //nolint:nilerr // what cannot be read is left out
			}
			rel, err := filepath.Rel(root, p)
			if err != nil {
				return fmt.Errorf("reading %s: %w", p, err)
			}
			rel = filepath.ToSlash(rel)
			if skip(rel) {
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if added++; added > maxOverlay {
				return fs.SkipAll
			}
			t.overlay(rel, p, d)
			return nil
		})
		if err != nil {
			return err
		}
	}
	t.sort()
	return nil
}

// overlay adds a file or folder, behind the others of its folder.
func (t *Tree) overlay(rel, p string, d fs.DirEntry) {
	if t.nodes[rel] != nil {
		return
	}
	info, err := d.Info()
	if err != nil {
		return // gone in the meantime
	}
	n := &node{name: path.Base(rel), mode: info.Mode(), disk: p}
	if info.Mode().IsRegular() {
		n.size = info.Size()
	}
	t.nodes[rel] = n
	up := t.parent(rel)
	up.children = append(up.children, n)
}

// HashBlob returns the name that git gives to a content of that size, in the
// format of a name that is known.
func HashBlob(r io.Reader, size int64, like string) (string, error) {
	h := sha1.New() //nolint:gosec // see above
	if len(like) == 64 {
		h = sha256.New()
	}
	h.Write([]byte("blob " + strconv.FormatInt(size, 10) + "\x00"))
	if _, err := io.Copy(h, r); err != nil {
		return "", fmt.Errorf("reading a file: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Overlaid reports whether the file comes from Overlay.
func (t *Tree) Overlaid(name string) bool {
	n := t.nodes[name]
	return n != nil && n.disk != ""
}

// Add returns a file system with further files, which are empty.
func Add(fsys fs.FS, names []string) (fs.FS, error) {
	a := &added{FS: fsys, extra: map[string]*node{}}
	for _, name := range names {
		if !fs.ValidPath(name) || name == "." {
			return nil, fmt.Errorf("%s is no path of a build context", name)
		}
		a.extra[name] = &node{name: path.Base(name), mode: 0o644}
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if _, err := fs.Stat(fsys, dir); err == nil {
				break
			}
			a.extra[dir] = &node{name: path.Base(dir), mode: fs.ModeDir | 0o755}
		}
	}
	return a, nil
}

// added is a file system with further files.
type added struct {
	fs.FS
	extra map[string]*node
}

func (a *added) Open(name string) (fs.File, error) {
	if n := a.extra[name]; n != nil {
		list, _ := a.ReadDir(name)
		f := &file{node: n, data: strings.NewReader("")}
		for _, e := range list {
			if child, ok := e.(*node); ok {
				f.rest = append(f.rest, child)
			}
		}
		return f, nil
	}
	return a.FS.Open(name)
}

func (a *added) Lstat(name string) (fs.FileInfo, error) {
	if n := a.extra[name]; n != nil {
		return n, nil
	}
	return fs.Lstat(a.FS, name)
}

func (a *added) Stat(name string) (fs.FileInfo, error) {
	if n := a.extra[name]; n != nil {
		return n, nil
	}
	return fs.Stat(a.FS, name)
}

func (a *added) ReadLink(name string) (string, error) { return fs.ReadLink(a.FS, name) }

func (a *added) ReadDir(name string) ([]fs.DirEntry, error) {
	var list []fs.DirEntry
	if a.extra[name] == nil {
		var err error
		if list, err = fs.ReadDir(a.FS, name); err != nil {
			return nil, err
		}
	}
	for p, n := range a.extra {
		if path.Dir(p) == name {
			list = append(list, n)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name() < list[j].Name() })
	return list, nil
}
