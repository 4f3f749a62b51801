package fix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File is a file to be written.
type File struct {
	// Path is the file as the operating system names it. Root is the folder that
	// symbolic links may not lead out of; empty allows none.
	Path, Root string
	// Old is what the file held when it was read, New what it is to hold.
	Old, New string
	// Create says that the file must not exist yet. Its folder must.
	Create bool
}

// Write replaces the content of files, all or none as far as the system lets it:
// it first checks every file, then writes them in order, and when one fails puts
// back those before it.
//
// Each file is replaced at once: readers see the old or the new text, and no
// temporary file stays behind. Mode, owner and symbolic links stay as they are;
// hard links do not follow. It refuses files that have changed since they were
// read, are read-only, or are no regular files.
func Write(files ...File) error {
	plans := make([]plan, len(files))
	for k, f := range files {
		p, err := check(f)
		if err != nil {
			return err
		}
		plans[k] = p
	}
	for k := range plans {
		err := plans[k].write(plans[k].file.New)
		if err == nil {
			continue
		}
		for j := range k {
			if undo := plans[j].undo(); undo != nil {
				err = errors.Join(err, undo)
			}
		}
		return err
	}
	return nil
}

// plan is a file that was found fit to be written.
type plan struct {
	file File
	path string // links followed
	info fs.FileInfo
}

// check finds out what a path leads to and whether it may be written.
func check(f File) (plan, error) {
	p := plan{file: f}
	info, err := os.Lstat(f.Path)
	if f.Create {
		return checkNew(p, err)
	}
	if err != nil {
		return p, fmt.Errorf("writing %s: %w", f.Path, err)
	}
	link := info.Mode()&fs.ModeSymlink != 0
	p.path, err = filepath.EvalSymlinks(f.Path)
	if err != nil {
		return p, fmt.Errorf("following the links of %s: %w", f.Path, err)
	}
	if err := checkRoot(f, p.path, link); err != nil {
		return p, err
	}
	p.info, err = os.Stat(p.path)
	switch {
	case err != nil:
		return p, fmt.Errorf("writing %s: %w", f.Path, err)
	case !p.info.Mode().IsRegular():
		return p, fmt.Errorf("writing %s: it is no regular file", f.Path)
	case p.info.Mode().Perm()&0o200 == 0:
		return p, fmt.Errorf("writing %s: the file is read-only: make it writable first", f.Path)
	}
	return p, checkContent(p)
}

// checkContent compares what is on disk with what was read.
func checkContent(p plan) error {
	data, err := os.ReadFile(p.path)
	if err != nil {
		return fmt.Errorf("writing %s: %w", p.file.Path, err)
	}
	if string(data) != p.file.Old {
		return fmt.Errorf("writing %s: the file has changed since it was read: run dlint again", p.file.Path)
	}
	w, err := os.OpenFile(p.path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("writing %s: %w", p.file.Path, err)
	}
	return w.Close()
}

func checkNew(p plan, err error) (plan, error) {
	path := p.file.Path
	switch {
	case err == nil:
		return p, fmt.Errorf("creating %s: the file exists already: run dlint again", path)
	case !errors.Is(err, fs.ErrNotExist):
		return p, fmt.Errorf("creating %s: %w", path, err)
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return p, fmt.Errorf("creating %s: %w", path, err)
	}
	p.path = filepath.Join(dir, filepath.Base(path))
	return p, checkRoot(p.file, p.path, false)
}

// checkRoot refuses links that lead out of the root. A path that was never meant
// to lie inside is the user's own choice, as long as it is no link itself.
func checkRoot(f File, target string, link bool) error {
	if f.Root == "" {
		if link {
			return fmt.Errorf("writing %s: it is a symbolic link to %s: name that file instead", f.Path, target)
		}
		return nil
	}
	root, err := filepath.EvalSymlinks(f.Root)
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.Path, err)
	}
	if !link && !inside(f.Root, f.Path) || inside(root, target) {
		return nil
	}
	return fmt.Errorf("writing %s: symbolic links lead to %s, outside of %s: name that file instead", f.Path, target, f.Root)
}

// inside reports whether path lies below root, judged by their names alone.
func inside(root, path string) bool {
	root, err := filepath.Abs(root)
	if err != nil {
		return false
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// write brings text to the file.
func (p *plan) write(text string) error {
	if p.file.Create {
		return p.create(text)
	}
	return p.replace(text)
}

// undo brings back what was there before write.
func (p *plan) undo() error {
	if p.file.Create {
		return os.Remove(p.path)
	}
	return p.replace(p.file.Old)
}

func (p *plan) create(text string) error {
	w, err := os.OpenFile(p.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("creating %s: %w", p.file.Path, err)
	}
	if err := fill(w, text); err != nil {
		return errors.Join(fmt.Errorf("creating %s: %w", p.file.Path, err), os.Remove(p.path))
	}
	syncDir(filepath.Dir(p.path))
	return nil
}

// replace writes a temporary file beside the file and renames it.
func (p *plan) replace(text string) (err error) {
	dir := filepath.Dir(p.path)
	w, err := os.CreateTemp(dir, ".dlint-*.tmp")
	if err != nil {
		return fmt.Errorf("writing %s: a file beside it is needed: %w", p.file.Path, err)
	}
	name := w.Name()
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing %s: %w", p.file.Path, errors.Join(err, os.Remove(name)))
		}
	}()
	if err := fill(w, text); err != nil {
		return err
	}
	// The owner comes first: changing it clears the bits that lend rights.
	keepOwner(name, p.info)
	mode := p.info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	if err := os.Chmod(name, mode); err != nil {
		return err
	}
	if err := os.Rename(name, p.path); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}

// fill writes text, brings it to the disk and closes w, even on an error.
func fill(w *os.File, text string) error {
	_, err := w.WriteString(text)
	if err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close())
}

// syncDir brings a rename to the disk where the system knows how. Where not, the
// rename is still whole.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
