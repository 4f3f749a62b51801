package cache

import (
	"bytes"
	"io"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/layers"
)

// Changed returns the identities of a context before and after files were
// changed: those with the given paths, and what lies below them.
func Changed(paths []string) (before, after func(*buildctx.Entry) string) {
	hit := func(e *buildctx.Entry) bool {
		for _, p := range paths {
			if p == "." || p == e.Path || layers.Inside("/"+p, "/"+e.Path) {
				return true
			}
		}
		return false
	}
	before = func(e *buildctx.Entry) string { return e.Path }
	after = func(e *buildctx.Entry) string {
		if hit(e) {
			return e.Path + " changed"
		}
		return e.Path
	}
	return before, after
}

// Between returns the identities of two contexts whose files are compared byte
// by byte, but only where their sizes are equal.
func Between(a, b *buildctx.Context) (before, after func(*buildctx.Entry) string) {
	known := map[string]bool{}
	same := func(name string) bool {
		eq, ok := known[name]
		if !ok {
			eq = equal(a, b, name)
			known[name] = eq
		}
		return eq
	}
	identity := func(side string) func(*buildctx.Entry) string {
		return func(e *buildctx.Entry) string {
			if same(e.Path) {
				return e.Path
			}
			return e.Path + " " + side
		}
	}
	return identity("before"), identity("after")
}

func equal(a, b *buildctx.Context, name string) bool {
	x, err := a.Lstat(name)
	if err != nil {
		return false
	}
	y, err := b.Lstat(name)
	if err != nil || x.Size != y.Size || !x.IsRegular() || !y.IsRegular() {
		return false
	}
	return equalBytes(a, b, name)
}

// equalBytes compares two files of the same size.
func equalBytes(a, b *buildctx.Context, name string) bool {
	x, err := a.Open(name)
	if err != nil {
		return false
	}
	defer x.Close()
	y, err := b.Open(name)
	if err != nil {
		return false
	}
	defer y.Close()
	p, q := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, errX := io.ReadFull(x, p)
		m, errY := io.ReadFull(y, q)
		if n != m || !bytes.Equal(p[:n], q[:m]) {
			return false
		}
		if errX != nil || errY != nil {
			return errX != nil && errY != nil
		}
	}
}
