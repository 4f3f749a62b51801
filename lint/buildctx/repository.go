package buildctx

import (
	"path"
	"path/filepath"
	"sync"

	"github.com/dlint/dlint/lint/worktree"
)

// repository is the git repository around a tree, found when first asked for.
type repository struct {
	once   sync.Once
	tree   *tree
	prefix string
}

const maxAbove = 16 // folders above a context that may hold the repository

// Repository returns the files of the git repository that holds the context, for
// settings that concern the whole of it, and the path of the context's root in it.
// It is the context itself, and ".", when there is no folder with .git above.
func (c *Context) Repository() (files *Context, prefix string) {
	if c == nil {
		return nil, "."
	}
	r := &c.tree.repo
	r.once.Do(func() { r.tree, r.prefix = findRepository(c.tree) })
	if r.tree == c.tree {
		return c, "."
	}
	return newContext(r.tree, c.reason), r.prefix
}

func findRepository(t *tree) (*tree, string) {
	switch b := t.back.(type) {
	case dirBackend:
		dir := b.dir
		for n := 0; !worktree.IsTop(dir); n++ {
			up := filepath.Dir(dir)
			if up == dir || n == maxAbove {
				return t, "."
			}
			dir = up
		}
		rel, err := filepath.Rel(dir, b.dir)
		if err != nil || rel == "." {
			return t, "."
		}
		return newTree(dir, dirBackend{dir}, Limits{}), filepath.ToSlash(rel)
	case fsBackend:
		if b.base != "." {
			return newTree(".", fsBackend{b.fsys, "."}, Limits{}), path.Clean(b.base)
		}
	}
	return t, "."
}
