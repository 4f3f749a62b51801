// Package worktree tells where the tree that a file belongs to ends. What comes
// with a tree, such as its configuration, its compose files and its symbolic
// links, must not make dlint read what lies outside: the tree may be a stranger's.
package worktree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Root returns the top of the tree that holds a folder: the git work tree, else
// the current directory where that holds it, else the folder itself.
func Root(dir string) string {
	dir = absolute(dir)
	for d := dir; ; d = filepath.Dir(d) {
		if IsTop(d) {
			return d
		}
		if isFileSystem(d) {
			break
		}
	}
	if wd, err := os.Getwd(); err == nil && !isFileSystem(wd) && Inside(wd, dir) {
		return wd
	}
	return dir
}

// isFileSystem reports whether dir is the root of everything.
func isFileSystem(dir string) bool { return filepath.Dir(dir) == dir }

// IsTop reports whether dir is the top of a git work tree; in a linked one .git
// is a file.
func IsTop(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}

// Holds reports whether a path lies in a tree when all symbolic links are
// followed. The path need not exist.
func Holds(root, path string) bool {
	root, err := resolve(root)
	if err != nil {
		return false
	}
	path, err = resolve(path)
	return err == nil && Inside(root, path)
}

// resolve follows the links of the part of a path that exists.
func resolve(path string) (string, error) {
	path = absolute(path)
	target, err := filepath.EvalSymlinks(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) || isFileSystem(path) {
		return target, err
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", fs.ErrNotExist // where a link leads to nothing, who knows
	}
	dir, err := resolve(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// Inside reports whether a path is a folder or lies below it, judged by their
// names alone.
func Inside(dir, path string) bool {
	rel, err := filepath.Rel(absolute(dir), absolute(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}
