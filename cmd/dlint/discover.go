package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/worktree"
)

// target is a Dockerfile to check, or what stands in the way.
type target struct {
	path  string // as it is shown
	stdin bool
	// build is the entry of a compose or bake file that was named, or nil; its
	// Inline, when set, is the Dockerfile.
	build *buildctx.Build
	err   error
}

// discovery turns the paths of the command line into targets.
type discovery struct {
	finder *buildctx.Finder
	// excluded reports whether a path is passed over in folders.
	excluded func(path string) bool
	// listed, unless nil, is told what each folder holds before excluded is asked.
	listed func(dir string, entries []fs.DirEntry)
	// forced applies excluded to paths of the command line as well.
	forced  bool
	verbose func(format string, args ...any)
	verbs   []string

	targets []target
	seen    map[string]int // index in targets by absolute path
}

// find returns the targets in the order of their paths, each once.
func (d *discovery) find(ctx context.Context, paths []string) []target {
	d.seen = map[string]int{}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	for _, p := range paths {
		if ctx.Err() != nil {
			return nil
		}
		d.path(ctx, p)
	}
	slices.SortStableFunc(d.targets, func(a, b target) int { return cmp.Compare(a.path, b.path) })
	return d.targets
}

// add adds a target unless it is there already.
func (d *discovery) add(t target) {
	key := t.path
	if abs, err := filepath.Abs(t.path); err == nil && !t.stdin {
		key = abs
	}
	if t.build != nil && t.build.Inline != nil {
		key += "\x00" + t.build.Name
	}
	if i, ok := d.seen[key]; ok {
		if old := &d.targets[i]; old.build == nil {
			old.build = t.build
		} else if t.build != nil && t.build.Target != old.build.Target {
			// Built for several targets: none of them is the one.
			b := *old.build
			b.Target = ""
			old.build = &b
		}
		return
	}
	d.seen[key] = len(d.targets)
	d.targets = append(d.targets, t)
}

// path adds what one argument names.
func (d *discovery) path(ctx context.Context, p string) {
	if p == "-" {
		d.add(target{path: p, stdin: true})
		return
	}
	info, err := os.Stat(p)
	switch {
	case err != nil:
		d.add(target{path: p, err: d.missing(p, err)})
	case d.forced && d.excludedAbove(p):
		d.verbose("%s: passed over, the configuration excludes it", p)
	case info.IsDir():
		d.directory(ctx, p)
	case isBuildFile(p):
		d.buildFile(p)
	default:
		d.add(target{path: p})
	}
}

// excludedAbove reports whether a path or a folder that it lies in is passed over.
func (d *discovery) excludedAbove(p string) bool {
	for {
		if d.excluded(p) {
			return true
		}
		up := filepath.Dir(p)
		if up == p || up == "." || filepath.Base(p) == ".." {
			return false
		}
		p = up
	}
}

// missing explains a path that cannot be looked at.
func (d *discovery) missing(p string, err error) error {
	plain := plainError(err)
	if errors.Is(err, fs.ErrNotExist) {
		if info, err := os.Lstat(p); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return errors.New("is a symbolic link to nothing")
		}
		if near := dockerfile.Nearest(p, d.verbs); near != "" {
			return fmt.Errorf("%w; did you mean the command %s?", plain, near)
		}
	}
	return plain
}

// isBuildFile recognizes compose and bake files, also those whose name tells
// nothing: no Dockerfile ends in .yaml.
func isBuildFile(p string) bool {
	if buildctx.IsBuildFile(p) {
		return true
	}
	switch strings.ToLower(filepath.Ext(p)) {
	case ".yaml", ".yml", ".hcl", ".json":
		return !dockerfile.IsFileName(filepath.Base(p))
	}
	return false
}

// buildFile adds the Dockerfiles that a compose or bake file names or holds.
func (d *discovery) buildFile(p string) {
	builds, err := d.finder.Entries(p)
	if err != nil {
		d.add(target{path: p, err: errors.New(strings.TrimPrefix(err.Error(), "reading "+absolute(p)+": "))})
		return
	}
	found := false
	for _, b := range builds {
		switch {
		case b.Inline != nil:
			d.add(target{path: p, build: b})
		case b.Outside != "":
			d.add(target{path: p, err: fmt.Errorf("%s builds from %s, outside of %s: name the Dockerfile itself to have it checked",
				b.Name, shownAs(p, b.Outside), worktree.Root(filepath.Dir(p)))})
		case b.Dockerfile == "":
			d.verbose("%s: the Dockerfile of %s is not known", p, b.Name)
			continue
		default:
			t := target{path: shownAs(p, b.Dockerfile), build: b}
			if _, err := os.Stat(b.Dockerfile); err != nil {
				t.err = fmt.Errorf("%w (%s in %s builds it)", plainError(err), b.Name, p)
			}
			d.add(t)
		}
		found = true
	}
	if !found {
		d.add(target{path: p, err: errors.New("names no Dockerfile")})
	}
}

func absolute(p string) string {
	if abs, err := filepath.Abs(p); err == nil {
		return abs
	}
	return p
}

// shownAs returns an absolute path in the style of another one: relative to the
// working directory when that is.
func shownAs(like, abs string) string {
	if filepath.IsAbs(like) {
		return abs
	}
	wd, err := os.Getwd()
	if err != nil {
		return abs
	}
	rel, err := filepath.Rel(wd, abs)
	if err != nil {
		return abs
	}
	return rel
}

// directory adds the Dockerfiles below dir.
func (d *discovery) directory(ctx context.Context, dir string) {
	before := len(d.targets)
	ignores, inside := ignoresAbove(absolute(dir))
	w := walk{discovery: d, ctx: ctx, root: worktree.Root(dir)}
	w.enter(dir, ignores, inside)
	if len(d.targets) == before && w.known == 0 && ctx.Err() == nil {
		d.add(target{path: dir, err: errors.New(
			"no Dockerfile in this directory; name files explicitly if theirs have other names")})
	}
}

// walk looks through a directory.
type walk struct {
	*discovery
	ctx   context.Context
	known int    // Dockerfiles found, those known before included
	root  string // of the tree that links may not lead out of
}

func (w *walk) enter(dir string, ignores ignoreList, inside bool) {
	if w.ctx.Err() != nil {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		w.add(target{path: dir, err: plainError(err)})
		if len(entries) == 0 {
			return
		}
	} else if w.listed != nil {
		w.listed(dir, entries)
	}
	abs := absolute(dir)
	for _, e := range entries {
		switch e.Name() {
		case ".git": // a work tree of its own
			ignores, inside = ignoresAbove(abs)
		case ".gitignore":
			// ignoresAbove has read the one of the start.
			if inside && (len(ignores) == 0 || ignores[len(ignores)-1].dir != abs) {
				ignores = ignores.enter(abs)
			}
		}
	}
	for _, e := range entries {
		w.entry(dir, abs, e, ignores, inside)
	}
}

func (w *walk) entry(dir, abs string, e fs.DirEntry, ignores ignoreList, inside bool) {
	name := e.Name()
	isDir := e.IsDir()
	if isDir && (name == ".git" || name == "node_modules") || !isDir && !dockerfile.IsFileName(name) {
		return
	}
	if inside && ignores.ignored(filepath.Join(abs, name), isDir) {
		return
	}
	p := filepath.Join(dir, name)
	if w.excluded(p) {
		return
	}
	if isDir {
		w.enter(p, ignores, inside)
		return
	}
	if e.Type()&fs.ModeSymlink != 0 {
		if !worktree.Holds(w.root, p) {
			w.verbose("%s: passed over, the symbolic link leads to nothing or out of %s", p, w.root)
			return
		}
		if info, err := os.Stat(p); err != nil || !info.Mode().IsRegular() {
			w.verbose("%s: passed over, the symbolic link leads to no file", p)
			return
		}
	}
	w.known++
	w.add(target{path: p})
}
