package verify

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
)

// openContext opens a build context as a Dockerfile sees it: an ignore file beside
// that counts in place of the one at the root.
func openContext(dir, dockerfile string) (*buildctx.Context, error) {
	c, err := buildctx.Open(dir)
	if err != nil {
		return nil, err // says what was done
	}
	if text, err := os.ReadFile(dockerfile + buildctx.IgnoreSuffix); err == nil {
		c = c.WithIgnore(buildctx.ParseIgnore(source.NewFile(dockerfile+buildctx.IgnoreSuffix, string(text))))
	}
	return c, nil
}

// copyContext makes a copy of a build context, so that a file of it can be
// touched. Regular files are linked where the file system can, and never written
// to. Folders that the ignore file leaves out as a whole are not copied, and own
// is not, which may lie inside.
func copyContext(from, dockerfile, to, own string) error {
	from, err := filepath.EvalSymlinks(from) // else the copy would be a link to the user's folder
	if err != nil {
		return fmt.Errorf("opening the build context: %w", err)
	}
	context, err := openContext(from, dockerfile)
	if err != nil {
		return err
	}
	skips := !context.Ignore().Exceptions()
	mine, err := os.Stat(own)
	if err != nil {
		return fmt.Errorf("opening the temporary folder: %w", err)
	}
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading the build context: %w", err)
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return fmt.Errorf("reading the build context: %w", err)
		}
		if ignored, _ := context.Ignored(filepath.ToSlash(rel)); ignored && skips && d.IsDir() && rel != "." {
			return fs.SkipDir
		}
		if info, err := d.Info(); err == nil && os.SameFile(info, mine) {
			return fs.SkipDir
		}
		if err := copyEntry(p, filepath.Join(to, rel), d); err != nil {
			return fmt.Errorf("copying the build context: %w", err)
		}
		return nil
	})
}

func copyEntry(from, to string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	switch {
	case d.IsDir():
		return os.MkdirAll(to, info.Mode().Perm()|0o700)
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !info.Mode().IsRegular():
		return nil // sockets and pipes are not sent
	}
	if os.Link(from, to) == nil {
		return nil
	}
	return copyFile(from, to, info.Mode())
}

func copyFile(from, to string, mode fs.FileMode) (err error) {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode.Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		_ = w.Close()
		return err
	}
	return w.Close()
}

// touch adds an empty line at the end of a file, which no language minds. The
// file is replaced, for it may be a link to the user's own; a link among the
// folders that lead to it must not lead out.
func touch(dir, name string) error {
	text, mode, err := readInside(dir, filepath.FromSlash(name))
	if err == nil {
		err = writeInside(dir, filepath.FromSlash(name), text+"\n", mode)
	}
	if err != nil {
		return fmt.Errorf("touching a source file: %w", err)
	}
	return nil
}

func readInside(dir, name string) (text string, mode fs.FileMode, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", 0, err
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err != nil {
		return "", 0, err
	}
	data, err := root.ReadFile(name)
	return string(data), info.Mode().Perm(), err
}

// writeInside writes a file of a folder anew, and the folders that lead to it.
func writeInside(dir, name, text string, mode fs.FileMode) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	// What cannot be removed is not written either: it may be a link.
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return root.WriteFile(name, []byte(text), mode)
}

// sourceEndings are the endings of files that people change all day, the
// likeliest first.
var sourceEndings = []string{
	".go", ".ts", ".tsx", ".rs", ".java", ".kt", ".scala", ".cs", ".py", ".rb", ".php", ".ex", ".swift", ".dart",
	".c", ".cc", ".cpp", ".js", ".mjs", ".jsx", ".vue", ".svelte", ".css", ".html",
}

// entryNames are the names of files where programs begin.
var entryNames = []string{"main", "index", "server", "app", "Main", "App", "Application", "Program", "lib"}

// sourceFile chooses the source file that a rebuild is measured with: of the
// likeliest language the file where the program begins, else the first. It
// returns nothing where there is none.
func sourceFile(dir, dockerfile string) string {
	context, err := openContext(dir, dockerfile)
	if err != nil {
		return ""
	}
	byEnding := map[string][]string{}
	for _, e := range context.Files() {
		if e.IsRegular() && !strings.Contains(e.Path, "node_modules/") && !strings.Contains(e.Path, "vendor/") {
			byEnding[path.Ext(e.Path)] = append(byEnding[path.Ext(e.Path)], e.Path)
		}
	}
	for _, ending := range sourceEndings {
		files := byEnding[ending]
		if len(files) == 0 {
			continue
		}
		for _, name := range entryNames {
			k := slices.IndexFunc(files, func(f string) bool { return path.Base(f) == name+ending })
			if k >= 0 {
				return files[k]
			}
		}
		return files[0]
	}
	return ""
}
