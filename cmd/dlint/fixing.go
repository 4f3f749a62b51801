package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/worktree"
)

// fix applies fixes: to the file, to standard output, or to a diff.
func (c *checker) fix(ctx context.Context, doc *lint.Document) error {
	if c.compose != nil {
		// An inline Dockerfile is reported, but the file around it stays as it is.
		return c.lint(ctx, doc)
	}
	res, err := fix.Run(ctx, c.engine, doc, c.options.least())
	if err == nil && c.options.fix {
		res, err = c.write(ctx, doc, res)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.target.stdin {
			c.out.text = &doc.Source.Text // what is piped must not get lost
		}
		return errors.Join(err, c.lint(ctx, doc))
	}
	for _, p := range res.Panics {
		c.out.fail(c.explain(p))
	}
	for _, a := range res.Applied {
		c.out.fixes += a.Count
		c.verbose("%s: %s [%s], %s", c.out.file.Path, a.Title, a.Rule.ID, count(a.Count, "time", "times"))
	}
	c.out.file.Source = res.Document.Source
	c.out.file.Diagnostics = res.Remaining
	if c.options.diff {
		c.diff(doc, res)
	} else if c.target.stdin {
		c.out.text = &res.Text
	}
	return nil
}

// lock keeps others from fixing the same file, which symbolic links may lead to
// from several places. The result unlocks.
func (c *checker) lock(path string) func() {
	if target, err := filepath.EvalSymlinks(absolute(path)); err == nil {
		path = target
	}
	m, _ := c.locks.LoadOrStore(path, &sync.Mutex{})
	m.(*sync.Mutex).Lock()
	return m.(*sync.Mutex).Unlock
}

// write writes what has been fixed. It returns the result that was written,
// which is another one when a file of the build context had changed meanwhile.
func (c *checker) write(ctx context.Context, doc *lint.Document, res *fix.Result) (*fix.Result, error) {
	if len(res.Others) == 0 {
		if !res.Changed || c.target.stdin {
			return res, nil
		}
		return res, fix.Write(c.changed(doc, res)...)
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.finder != c.runner.finder() {
		// The fix of another Dockerfile has written a file of some context.
		again, err := c.document(doc.Source)
		if err != nil {
			return nil, err
		}
		if res, err = fix.Run(ctx, c.engine, again, c.options.least()); err != nil {
			return nil, err
		}
	}
	if err := fix.Write(c.changed(doc, res)...); err != nil {
		return nil, err
	}
	c.ctxFinder.Store(buildctx.NewFinder())
	return res, nil
}

// changed lists the files to be written.
func (c *checker) changed(doc *lint.Document, res *fix.Result) []fix.File {
	var files []fix.File
	if res.Changed && !c.target.stdin {
		files = append(files, fix.File{
			Path: c.target.path, Root: worktree.Root(filepath.Dir(c.target.path)), Old: doc.Source.Text, New: res.Text,
		})
	}
	for _, o := range res.Others {
		files = append(files, fix.File{
			Path: c.context.Path(o.Path), Root: c.context.Root(), Old: o.Old, New: o.Text, Create: o.Create,
		})
	}
	return files
}

// fileDiff is what --diff shows of one file.
type fileDiff struct {
	path, text string
	create     bool
}

// diff notes what would change.
func (c *checker) diff(doc *lint.Document, res *fix.Result) {
	add := func(path, before, after string, create bool) {
		path = strings.TrimPrefix(path, "/")
		if text := fix.Diff(path, before, after, create); text != "" {
			c.out.diffs = append(c.out.diffs, fileDiff{path, text, create})
		}
	}
	add(c.out.file.Path, doc.Source.Text, res.Text, false)
	for _, o := range res.Others {
		path := c.context.Path(o.Path)
		if !c.target.stdin {
			path = shownAs(c.target.path, path)
		}
		add(filepath.ToSlash(path), o.Old, o.Text, o.Create)
	}
}

// showDiffs prints diffs. A file that several Dockerfiles want is shown once.
func (r *runner) showDiffs(diffs []fileDiff, stop func()) {
	for _, d := range diffs {
		if d.create && r.created[d.path] {
			continue
		}
		if d.create {
			if r.created == nil {
				r.created = map[string]bool{}
			}
			r.created[d.path] = true
		}
		r.failing = true
		r.changed++
		r.emit(r.out, d.text, stop)
	}
}
