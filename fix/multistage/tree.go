package multistage

import (
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
)

// imageTree is what COPY and ADD put from the build context into the image: by
// the path in the image. Manifests and sources are read through it, so that a
// file that never reaches the image plays no part.
type imageTree struct {
	ctx   *buildctx.Context
	files map[string]string // path in the image to path in the context
	sizes map[string]int64
	dirs  map[string]bool
	names []string // sorted paths of files
	// opaque says that something was copied that cannot be listed.
	opaque bool
	// owners are the --chown values of the copies, by destination.
	owners map[string]string
}

// readLimit bounds manifests and sources.
const readLimit = 4 << 20

func newImageTree(s *subject) *imageTree {
	t := &imageTree{
		ctx: s.doc.Context(), files: map[string]string{}, sizes: map[string]int64{},
		dirs: map[string]bool{"/": true}, owners: map[string]string{},
	}
	model := s.doc.Layers()
	for _, ins := range s.stage.Body {
		if !ins.Is("COPY", "ADD") || ins.Err != nil {
			continue
		}
		c := model.Step(ins).Copy
		if c == nil || !c.FromContext() {
			continue
		}
		t.add(s, c, s.workdirAt(ins.Index))
	}
	for name := range t.files {
		t.names = append(t.names, name)
	}
	sort.Strings(t.names)
	return t
}

// add places what one copy takes. The model takes an unknown working directory
// for the root, so the target is moved below the one that the base image has.
func (t *imageTree) add(s *subject, c *layers.Copy, workdir string) {
	move := func(p string) string { return p }
	if !c.DestKnown {
		if strings.Contains(c.Dest.Value, "$") || s.workdirGuess {
			t.opaque = true
			return
		}
		if !path.IsAbs(c.Dest.Value) {
			move = func(p string) string { return s.rebase(p, workdir) }
		}
	}
	for k := range c.Sources {
		if src := &c.Sources[k]; !src.Known || src.URL || src.Git || src.Heredoc != nil {
			t.opaque = t.opaque || src.Heredoc == nil
		}
	}
	if c.Chown != "" {
		t.owners[move(c.DestPath)] = c.Chown
	}
	for _, f := range c.Selection().Files {
		target := c.Target(f.Path)
		if target == "" {
			continue
		}
		target = move(target)
		t.files[target], t.sizes[target] = f.Path, f.Size
		for dir := path.Dir(target); !t.dirs[dir]; dir = path.Dir(dir) {
			t.dirs[dir] = true
		}
	}
}

// has reports whether the context brought a file or folder with that path.
func (t *imageTree) has(p string) bool { return t.isFile(p) || t.isDir(p) }

func (t *imageTree) isFile(p string) bool { _, ok := t.files[p]; return ok }

func (t *imageTree) isDir(p string) bool { return p != "/" && t.dirs[p] }

// read returns the text of a file.
func (t *imageTree) read(p string) (string, bool) {
	name, ok := t.files[p]
	if !ok {
		return "", false
	}
	data, err := t.ctx.ReadFile(name, readLimit)
	if err != nil {
		return "", false
	}
	return string(data), true
}

// under returns the files below dir, sorted.
func (t *imageTree) under(dir string) []string {
	if dir == "/" {
		return t.names
	}
	prefix := dir + "/"
	from, _ := slices.BinarySearch(t.names, prefix)
	to := from
	for to < len(t.names) && strings.HasPrefix(t.names[to], prefix) {
		to++
	}
	return t.names[from:to]
}

// list returns the names of the files that lie in dir itself.
func (t *imageTree) list(dir string) []string {
	var names []string
	for _, p := range t.under(dir) {
		if path.Dir(p) == dir {
			names = append(names, path.Base(p))
		}
	}
	return names
}

// find returns the first of the names that is a file in dir.
func (t *imageTree) find(dir string, names ...string) (string, bool) {
	for _, name := range names {
		if p := path.Join(dir, name); t.isFile(p) {
			return p, true
		}
	}
	return "", false
}
