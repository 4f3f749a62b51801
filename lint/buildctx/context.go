// Package buildctx models the directory that a build sends to the builder: its
// files, its ignore file, what a COPY takes from it, and where it is, given only
// a Dockerfile.
//
// Paths inside a context are relative to its root and slash-separated on every
// system. Nothing outside of the root is read, unless Repository is asked:
// symbolic links are followed inside of it only, pipes and devices are never
// opened, and every walk is bounded.
package buildctx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dlint/dlint/lint/source"
)

// Reason says how the root of a context was found.
type Reason string

// The reasons. ByFolder and ByAncestor are assumptions.
const (
	ByNothing  Reason = ""                            // no context, as for standard input
	ByFlag     Reason = "given"                       // the caller named it
	ByCompose  Reason = "compose file"                // a service names the Dockerfile
	ByBake     Reason = "bake file"                   // a target names the Dockerfile
	ByAncestor Reason = "folder that holds the files" // the nearest that has all COPY sources
	ByFolder   Reason = "folder of the Dockerfile"
)

// Context is a build context as one Dockerfile sees it. It is a snapshot: what
// has been read once stays the same. It is safe for concurrent use. A nil
// *Context is one that is not known; all methods accept it and say nothing.
type Context struct {
	tree       *tree
	reason     Reason
	dockerfile string
	outside    func() *Ignore // the ignore file of a Dockerfile elsewhere

	once sync.Once
	view *view
}

// view is a tree through an ignore file. Dockerfiles that share both share the
// view.
type view struct {
	*tree
	ignore *Ignore

	sentOnce sync.Once
	sent     atomic.Pointer[listing]

	mu     sync.Mutex
	parts  map[string]*listing // listings of folders, when sent is not there
	chosen map[string]*Selection
}

// Open returns the context with the root dir. Nothing is read yet.
func Open(dir string) (*Context, error) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: dir, Err: errors.New("not a directory")}
	}
	if err != nil {
		return nil, fmt.Errorf("opening build context: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("opening build context: %w", err)
	}
	return newContext(newTree(abs, dirBackend{abs}, Limits{}), ByFlag), nil
}

// FromFS returns the context that is the whole of fsys; root is its name in
// messages. Links are read where fsys is a fs.ReadLinkFS.
func FromFS(fsys fs.FS, root string) *Context {
	return newContext(newTree(root, fsBackend{fsys, "."}, Limits{}), ByFlag)
}

// FromFiles returns a context in memory that holds the files, named by their
// slash-separated paths. The map must not change afterwards.
func FromFiles(files map[string][]byte) *Context {
	return newContext(newTree(".", newMemBackend(files), Limits{}), ByFlag)
}

func newContext(t *tree, r Reason) *Context { return &Context{tree: t, reason: r} }

// clone returns a context over the same files with nothing worked out yet.
func (c *Context) clone() *Context {
	return &Context{tree: c.tree, reason: c.reason, dockerfile: c.dockerfile, outside: c.outside}
}

// For returns the same context as the Dockerfile with that path, relative to the
// root, sees it: its own ignore file counts.
func (c *Context) For(dockerfile string) *Context {
	if c == nil {
		return nil
	}
	v := c.clone()
	v.dockerfile, v.outside = clean(dockerfile), nil
	if v.dockerfile == "." {
		v.dockerfile = ""
	}
	return v
}

// WithIgnore returns the same context with another ignore file (nil for none),
// such as the unsaved one of an editor.
func (c *Context) WithIgnore(ig *Ignore) *Context {
	if c == nil {
		return nil
	}
	v := c.clone()
	v.once.Do(func() { v.view = &view{tree: c.tree, ignore: ig} })
	return v
}

// WithLimits returns the same context, unread, with other bounds.
func (c *Context) WithLimits(l Limits) *Context {
	if c == nil {
		return nil
	}
	v := c.clone()
	v.tree = newTree(c.tree.root, c.tree.back, l)
	return v
}

// WithReason returns the same context, found in another way.
func (c *Context) WithReason(r Reason) *Context {
	if c == nil {
		return nil
	}
	v := c.clone()
	v.reason = r
	return v
}

// Known reports whether there is a context.
func (c *Context) Known() bool { return c != nil }

// Root returns the root: a path of the operating system, or the name given to
// FromFS. It is empty when c is nil.
func (c *Context) Root() string {
	if c == nil {
		return ""
	}
	return c.tree.root
}

// Reason returns how the root was found.
func (c *Context) Reason() Reason {
	if c == nil {
		return ByNothing
	}
	return c.reason
}

// Assumed reports whether the root is a guess, so that a message should say so.
func (c *Context) Assumed() bool {
	return c != nil && (c.reason == ByFolder || c.reason == ByAncestor)
}

// Dockerfile returns the path of the Dockerfile inside the context, "" when it
// is not known or lies elsewhere.
func (c *Context) Dockerfile() string {
	if c == nil {
		return ""
	}
	return c.dockerfile
}

// Path returns the name under which the caller knows a file of the context: for
// a directory on disk, its path there. The file need not exist.
func (c *Context) Path(name string) string {
	if c == nil {
		return ""
	}
	return c.tree.path(name)
}

func (t *tree) path(name string) string {
	if _, ok := t.back.(dirBackend); ok {
		return filepath.Join(t.root, filepath.FromSlash(clean(name)))
	}
	return path.Join(t.root, clean(name))
}

// Ignore returns the ignore file that counts for the Dockerfile, or nil when
// there is none: NAME.dockerignore beside the Dockerfile, else .dockerignore at
// the root.
func (c *Context) Ignore() *Ignore {
	if c == nil {
		return nil
	}
	return c.see().ignore
}

// see works out which ignore file counts.
func (c *Context) see() *view {
	c.once.Do(func() { c.view = c.findView() })
	return c.view
}

const maxIgnore = 8 << 20

// Names of ignore files.
const (
	IgnoreName   = ".dockerignore" // at the root of the context
	IgnoreSuffix = ".dockerignore" // behind the name of a Dockerfile
)

func (c *Context) findView() *view {
	if c.outside != nil {
		if ig := c.outside(); ig != nil {
			return &view{tree: c.tree, ignore: ig}
		}
	}
	if c.dockerfile != "" {
		if v := c.tree.view(c.dockerfile + IgnoreSuffix); v.ignore != nil {
			return v
		}
	}
	return c.tree.view(IgnoreName)
}

// view returns the tree through the ignore file with that name; every name
// without a file gives the same view.
func (t *tree) view(name string) *view {
	t.mu.Lock()
	v := t.views[name]
	t.mu.Unlock()
	if v != nil {
		return v
	}
	ig := t.readIgnore(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	if ig == nil {
		name = ""
	}
	if first := t.views[name]; first != nil {
		return first
	}
	v = &view{tree: t, ignore: ig}
	t.views[name] = v
	return v
}

func (t *tree) readIgnore(name string) *Ignore {
	data, err := t.readFile(name, maxIgnore, true)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			t.problem(name, err)
		}
		return nil
	}
	ig := ParseIgnore(source.NewFile(t.path(name), string(data)))
	ig.Path = name
	ig.Specific = name != IgnoreName
	return ig
}

// Ignored reports whether the ignore file keeps a path from the builder, and the
// pattern that decides: see [Ignore.Match].
func (c *Context) Ignored(name string) (ignored bool, by *Pattern) {
	return c.Ignore().Match(name)
}

// Included reports whether a path exists and is sent to the builder. A folder
// that is ignored itself is sent when something inside is.
func (c *Context) Included(name string) bool {
	if c == nil {
		return false
	}
	e, err := c.Lstat(name)
	return err == nil && c.see().present(e)
}

// Stat looks at a path, following links inside the context. Path in the result
// is where they lead.
func (c *Context) Stat(name string) (*Entry, error) {
	if c == nil {
		return nil, ErrUnknown
	}
	e, _, err := c.tree.resolve(name)
	return e, err
}

// Lstat looks at a path; a link in its last element is not followed.
func (c *Context) Lstat(name string) (*Entry, error) {
	if c == nil {
		return nil, ErrUnknown
	}
	return c.tree.lookup(name)
}

// lookup is lstat for any path: links in its folders are followed.
func (t *tree) lookup(name string) (*Entry, error) {
	name = clean(name)
	dir, _, err := t.resolve(path.Dir(name))
	if err != nil {
		return nil, err
	}
	if name == "." {
		return dir, nil
	}
	if !dir.IsDir() {
		return nil, missing(name, false)
	}
	return t.lstat(join(dir.Path, base(name)))
}

// Exists reports whether a path exists, following links inside the context. The
// ignore file does not count.
func (c *Context) Exists(name string) bool {
	_, err := c.Stat(name)
	return err == nil
}

// Has reports whether any of the paths exists.
func (c *Context) Has(names ...string) bool {
	for _, n := range names {
		if c.Exists(n) {
			return true
		}
	}
	return false
}

// ReadFile returns the content of a regular file, following links inside the
// context; 0 for limit means 1 MiB. A longer file gives ErrTooLarge. The ignore
// file does not count. The bytes are shared: never change them.
func (c *Context) ReadFile(name string, limit int64) ([]byte, error) {
	if c == nil {
		return nil, ErrUnknown
	}
	return c.tree.readFile(name, limit, true)
}

// Open opens a regular file, following links inside the context, for those who
// read more of it than is worth keeping. The ignore file does not count.
func (c *Context) Open(name string) (io.ReadCloser, error) {
	if c == nil {
		return nil, ErrUnknown
	}
	e, _, err := c.tree.resolve(name)
	if err != nil {
		return nil, err
	}
	if !e.IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: ErrNotRegular}
	}
	return c.tree.back.open(e.Path)
}

// ReadHead is ReadFile for those who need no more than the first limit bytes.
func (c *Context) ReadHead(name string, limit int64) ([]byte, error) {
	if c == nil {
		return nil, ErrUnknown
	}
	return c.tree.readFile(name, limit, false)
}

// Recall returns what build makes of the files of the context, whatever its ignore
// file is. It is called once for a key and all contexts with these files: those of
// several Dockerfiles, and of one that is edited. The key is of a type of the
// caller's own.
func (c *Context) Recall(key any, build func() any) any {
	if c == nil {
		return build()
	}
	v, ok := c.tree.recalled.Load(key)
	if !ok {
		v, _ = c.tree.recalled.LoadOrStore(key, sync.OnceValue(build))
	}
	return v.(func() any)()
}

// Problems returns the places that could not be read so far.
func (c *Context) Problems() []Problem {
	if c == nil {
		return nil
	}
	c.tree.mu.Lock()
	defer c.tree.mu.Unlock()
	return slices.Clone(c.tree.problems)
}

// Truncated says which bound a walk over these files has hit so far, "" for none.
func (c *Context) Truncated() string {
	if c == nil {
		return ""
	}
	c.tree.mu.Lock()
	defer c.tree.mu.Unlock()
	return c.tree.truncated
}

// IsBinary reports whether data is no text, by the measure of git: a NUL among
// the first 8,000 bytes.
func IsBinary(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0
}

// ModesKnown reports whether the permission bits of entries are those that the
// image will have. Windows has none to tell.
func (c *Context) ModesKnown() bool {
	if c == nil {
		return false
	}
	_, disk := c.tree.back.(dirBackend)
	return !disk || runtime.GOOS != "windows"
}
