package main

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/cache/gittree"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
	"github.com/dlint/dlint/lint/worktree"
)

// build is a Dockerfile on disk with its context.
type build struct {
	path  string // of the Dockerfile
	shown string
	text  string
	found *buildctx.Found
	opts  stage.Options
}

// loadBuild reads the Dockerfile that a command line names.
func (a *app) loadBuild(o *cacheOptions, name string) (*build, error) {
	file := name
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		if file, err = dockerfileIn(name); err != nil {
			return nil, err
		}
	}
	text, err := readFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(file), err)
	}
	b := &build{path: file, shown: file, text: text}
	b.found, err = buildctx.NewFinder().Find(file, buildctx.Options{
		Context: o.context, Sources: func() []string { return copySources(text) },
	})
	if err != nil {
		return nil, err
	}
	known := lint.Build{Options: stage.Options{Target: o.target, Platform: o.platform, Args: map[string]string{}}}
	if c := b.found.Build; c != nil {
		known.FillFrom(c, c.Target)
	}
	b.opts = known.Options
	return b, b.checkTarget()
}

// checkTarget refuses a --target that is no stage.
func (b *build) checkTarget() error {
	d := b.document(b.text, b.found.Context, nil)
	if d.Stages().Target == nil && b.opts.Target != "" {
		return fmt.Errorf("%s has no stage %q", filepath.ToSlash(b.path), b.opts.Target)
	}
	return nil
}

// dockerfileIn returns the Dockerfile of a folder.
func dockerfileIn(dir string) (string, error) {
	for _, name := range [...]string{"Dockerfile", "Containerfile", "dockerfile"} {
		p := filepath.Join(dir, name)
		info, err := os.Lstat(p)
		if err != nil || info.IsDir() {
			continue
		}
		if tree := worktree.Root(dir); info.Mode()&fs.ModeSymlink != 0 && !worktree.Holds(tree, p) {
			return "", fmt.Errorf("%s is a symbolic link to nothing or out of %s: name the file", filepath.ToSlash(p), tree)
		}
		return p, nil
	}
	return "", fmt.Errorf("%s holds no Dockerfile: name it", filepath.ToSlash(dir))
}

// document is the build with another text or context, and with arguments of its
// own.
func (b *build) document(text string, c *buildctx.Context, args map[string]string) *lint.Document {
	opts := b.opts
	opts.Args = maps.Clone(b.opts.Args)
	maps.Copy(opts.Args, args)
	return lint.NewDocument(source.NewFile(filepath.ToSlash(b.shown), text), lint.Build{Options: opts, Context: c})
}

// graph models the build at a context.
func (b *build) graph(text string, c *buildctx.Context, args map[string]string, id func(*buildctx.Entry) string) *cache.Graph {
	return cache.New(cache.Input{Doc: b.document(text, c, args), Identity: id})
}

func parseArgs(list []string, env map[string]string) (map[string]string, error) {
	return (&options{buildArgs: list}).args(env)
}

// compareBuilds returns the build before and the one that is asked about.
func (a *app) compareBuilds(ctx context.Context, o *cacheOptions, b *build) (before, after *cache.Graph, err error) {
	now, err := parseArgs(o.buildArgs, a.env)
	if err != nil {
		return nil, nil, err
	}
	then, err := parseArgs(o.buildArgsBefore, a.env)
	if err != nil {
		return nil, nil, err
	}
	moved := map[string]bool{}
	for _, name := range o.moved {
		moved[name] = true
	}
	was := cache.Input{}
	is := cache.Input{Doc: b.document(b.text, b.found.Context, now), Moved: moved}
	switch {
	case o.since == "":
		err = b.sinceEdit(o, &was, &is, then)
	case isDir(o.since):
		err = b.sinceFolder(o, &was, &is, then)
	default:
		err = b.sinceRevision(ctx, o, &was, &is, then)
	}
	if err != nil {
		return nil, nil, err
	}
	return cache.New(was), cache.New(is), nil
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// sinceEdit compares with the same folder before some files were changed.
func (b *build) sinceEdit(o *cacheOptions, was, is *cache.Input, then map[string]string) error {
	was.Doc = b.document(b.text, b.found.Context, then)
	var paths []string
	for _, name := range o.changed {
		p, err := b.contextPath(name)
		if err != nil {
			return err
		}
		paths = append(paths, p)
		if p == ".git" || strings.HasPrefix(p, ".git/") {
			is.GitDir = "changed"
		}
	}
	was.Identity, is.Identity = cache.Changed(paths)
	return b.removed(was, is, paths)
}

// removed takes changed files that are not there to have been removed.
func (b *build) removed(was, is *cache.Input, paths []string) error {
	c := b.found.Context
	var gone []string
	for _, p := range paths {
		if !c.Exists(p) {
			gone = append(gone, p)
		}
	}
	if len(gone) == 0 || !c.Known() {
		return nil
	}
	tree, err := gittree.Add(os.DirFS(c.Root()), gone)
	if err != nil {
		return err
	}
	older := buildctx.FromFS(tree, c.Root()).For(b.inContext(c)).WithIgnore(c.Ignore())
	was.Doc = b.document(b.text, older, was.Doc.Build.Args)
	is.Doc = b.document(b.text, c, is.Doc.Build.Args)
	return nil
}

// contextPath turns a file on the command line into a path of the context.
func (b *build) contextPath(name string) (string, error) {
	c := b.found.Context
	root, err := filepath.Abs(c.Root())
	if err != nil {
		return "", fmt.Errorf("finding the build context: %w", err)
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	rel, err := filepath.Rel(root, abs)
	inside := err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	if _, err := os.Lstat(abs); inside && err == nil {
		return filepath.ToSlash(rel), nil
	}
	slash := path.Clean(filepath.ToSlash(name))
	if !filepath.IsAbs(name) && slash != ".." && !strings.HasPrefix(slash, "../") {
		return slash, nil
	}
	if inside {
		return filepath.ToSlash(rel), nil
	}
	return "", fmt.Errorf("--changed %s: not part of the build context %s", name, filepath.ToSlash(c.Root()))
}

// inContext is the path of the Dockerfile in the context; "" when it lies
// elsewhere.
func (b *build) inContext(c *buildctx.Context) string {
	if p := c.Dockerfile(); p != "" {
		return p
	}
	root, err1 := filepath.Abs(c.Root())
	file, err2 := filepath.Abs(b.path)
	if err1 != nil || err2 != nil {
		return ""
	}
	rel, err := filepath.Rel(root, file)
	if err != nil || !fs.ValidPath(filepath.ToSlash(rel)) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// sinceFolder compares with the build in another folder.
func (b *build) sinceFolder(o *cacheOptions, was, is *cache.Input, then map[string]string) error {
	c := b.found.Context
	older, err := buildctx.Open(o.since)
	if err != nil {
		return err
	}
	file := b.inContext(c)
	text := b.text
	if file != "" {
		older = older.For(file)
		data, err := older.ReadFile(file, maxSize)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.ToSlash(filepath.Join(o.since, file)), plainError(err))
		}
		text = string(data)
	}
	was.Doc = b.document(text, older, then)
	was.Identity, is.Identity = cache.Between(older, c)
	was.Contents, is.Contents = true, true
	was.GitDir, is.GitDir = gitDirID(older), gitDirID(c)
	return nil
}

// gitDirID stands for the content of .git: what any use of git changes.
func gitDirID(c *buildctx.Context) string {
	var id strings.Builder
	for _, name := range [...]string{".git/HEAD", ".git/index", ".git/logs/HEAD", ".git/FETCH_HEAD", ".git/ORIG_HEAD", ".git/config", ".git/packed-refs"} {
		data, err := c.ReadFile(name, 64<<20)
		if err == nil {
			id.WriteString(name + "\x00")
			id.Write(data)
		}
	}
	return id.String()
}

// sinceRevision compares with the build at a git revision.
func (b *build) sinceRevision(ctx context.Context, o *cacheOptions, was, is *cache.Input, then map[string]string) error {
	c := b.found.Context
	repo, err := gittree.Open(ctx, c.Root())
	if err != nil {
		return err
	}
	defer repo.Close()
	commit, err := repo.Resolve(ctx, o.since)
	if err != nil {
		return err
	}
	tree, err := repo.Tree(ctx, commit, ".")
	if err != nil {
		return err
	}
	ignored, err := repo.Ignored(ctx)
	if err != nil {
		return err
	}
	if err := overlay(tree, c, ignored); err != nil {
		return err
	}
	text := b.text
	older := buildctx.FromFS(tree, c.Root())
	if file := b.inContext(c); file != "" {
		older = older.For(file)
		data, err := fs.ReadFile(tree, file)
		if err != nil {
			return fmt.Errorf("%s was not there at %s", file, o.since)
		}
		text = string(data)
	}
	// The graphs read files while git is still running.
	older.Sent()
	was.Doc = b.document(text, older, then)
	was.GitModes, is.GitModes = true, true
	was.Identity, is.Identity = revisionIdentities(tree, c)
	was.Contents, is.Contents = true, true
	was.GitDir, is.GitDir = "before", "after"
	if head, err := repo.Resolve(ctx, "HEAD"); err == nil && head == commit {
		was.GitDir = "after"
	}
	*was = freeze(*was)
	return nil
}

// overlay adds to a revision what is in the context and in no revision: files that git
// ignores, and .git, which counts as one thing.
func overlay(tree *gittree.Tree, c *buildctx.Context, ignored []string) error {
	return tree.Overlay(c.Root(), append(ignored, ".git"), func(name string) bool {
		out, _ := c.Ignored(name)
		return out || strings.HasPrefix(name, ".git/")
	})
}

// freeze makes the graph's reads happen now.
func freeze(in cache.Input) cache.Input {
	cache.New(in)
	return in
}

// revisionIdentities tells files at a commit from those on disk by git's names.
func revisionIdentities(tree *gittree.Tree, c *buildctx.Context) (before, after func(*buildctx.Entry) string) {
	before = func(e *buildctx.Entry) string {
		if id := tree.ID(e.Path); id != "" {
			return id
		}
		return e.Path
	}
	after = func(e *buildctx.Entry) string {
		like := tree.ID(e.Path)
		if like == "" {
			if tree.Overlaid(e.Path) {
				return e.Path
			}
			return e.Path + " new"
		}
		f, err := c.Open(e.Path)
		if err != nil {
			return e.Path + " unreadable"
		}
		defer f.Close()
		id, err := gittree.HashBlob(f, e.Size, like)
		if err != nil {
			return e.Path + " unreadable"
		}
		return id
	}
	return before, after
}
