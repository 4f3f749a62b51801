// Package worktree tells where the tree that a file belongs to ends. What comes
// with a tree, such as its configuration, its compose files and its symbolic
// links, must not make dlint read what lies outside: the tree may be a stranger's.
package worktree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
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
// followed. The path need not exist. What lies on another machine is not even
// looked at, for that would tell the machine about it.
func Holds(root, path string) bool {
	root, path = absolute(root), absolute(path)
	if foreign(root, path) {
		return false
	}
	root, err := resolve(root, root)
	if err != nil {
		return false
	}
	path, err = resolve(root, path)
	return err == nil && Inside(root, path)
}

// maxLinks is how many links a path may lead through.
const maxLinks = 255

var errLinks = errors.New("too many links")

// resolve follows the links of the part of an absolute path that exists, one
// after the other and none to another machine than root is on.
func resolve(root, path string) (string, error) {
	done, rest := split(path)
	own := len(rest) // how many of rest, the last ones, come from no link
	for links := 0; len(rest) > 0; {
		linked := len(rest) > own
		own = min(own, len(rest)-1)
		next := filepath.Join(done, rest[0]) // no link is left in done, so ".." is the folder above
		rest = rest[1:]
		info, err := os.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !linked:
			done, err = spelled(done)
			return filepath.Join(append([]string{done, filepath.Base(next)}, rest...)...), err
		case err != nil:
			return "", err // where a link leads to nothing, who knows
		case info.Mode()&fs.ModeSymlink == 0:
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "", errLinks
		}
		to, err := os.Readlink(next)
		if err != nil {
			return "", err
		}
		from, names := split(to)
		switch {
		case filepath.IsAbs(to) && !foreign(root, to):
			done = from
		case filepath.IsAbs(to) || filepath.VolumeName(to) != "":
			return "", fs.ErrNotExist
		case os.IsPathSeparator(to[0]): // the top of the same drive of Windows
			done = filepath.VolumeName(done) + from
		}
		rest = append(names, rest...)
	}
	return spelled(done)
}

// split cuts a path into the root that it starts from and the names below,
// "." left out.
func split(path string) (top string, names []string) {
	top = filepath.VolumeName(path)
	path = path[len(top):]
	isSeparator := func(r rune) bool { return r < utf8.RuneSelf && os.IsPathSeparator(byte(r)) }
	names = slices.DeleteFunc(strings.FieldsFunc(path, isSeparator), func(name string) bool { return name == "." })
	return top + string(filepath.Separator), names
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
