package fix

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/dlint/dlint/lint/worktree"
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
// Each file is replaced at once: readers see the old or the new text, even when
// the program is killed, and no temporary file stays behind unless it is. Mode,
// owner and symbolic links stay as they are; hard links do not follow. It refuses
// files that have changed since they were read, are read-only, or are no regular
// files. A file that holds the new text already is left alone.
func Write(files ...File) error {
	plans := make([]*plan, 0, len(files))
	defer func() {
		for _, p := range plans {
			p.close()
		}
	}()
	for _, f := range files {
		p := &plan{file: f}
		plans = append(plans, p)
		if err := p.check(); err != nil {
			return err
		}
	}
	for k, p := range plans {
		err := p.write()
		if err == nil {
			continue
		}
		for _, q := range plans[:k] {
			if undo := q.undo(); undo != nil {
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
	// dir is the folder that holds the file, opened, so that nobody can put
	// another one in its place; name is the file in it, links followed.
	dir  *os.Root
	name string
	info fs.FileInfo
	done bool // written, and not by somebody else
}

func (p *plan) close() {
	if p.dir != nil {
		_ = p.dir.Close()
	}
}

// fail says which file an error is about.
func (p *plan) fail(format string, args ...any) error {
	verb := "writing"
	if p.file.Create {
		verb = "creating"
	}
	return fmt.Errorf("%s %s: %w", verb, p.file.Path, fmt.Errorf(format, args...))
}

// check finds out what the path leads to and whether it may be written.
func (p *plan) check() error {
	f := p.file
	info, err := os.Lstat(f.Path)
	if f.Create {
		return p.checkNew(err)
	}
	if err != nil {
		return p.fail("%w", err)
	}
	path, err := filepath.EvalSymlinks(f.Path)
	if err != nil {
		return fmt.Errorf("following the links of %s: %w", f.Path, err)
	}
	if err := p.open(path, info.Mode()&fs.ModeSymlink != 0); err != nil {
		return err
	}
	p.info, err = p.dir.Lstat(p.name)
	switch {
	case err != nil:
		return p.fail("%w", err)
	case !p.info.Mode().IsRegular():
		return p.fail("it is no regular file")
	case p.info.Mode().Perm()&0o200 == 0:
		return p.fail("the file is read-only: make it writable first")
	}
	w, err := p.dir.OpenFile(p.name, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return p.fail("%w", err)
	}
	if err := w.Close(); err != nil {
		return p.fail("%w", err)
	}
	_, err = p.differs(f.Old, f.New)
	return err
}

// checkNew checks a file that is to be created; err is what Lstat says of it.
func (p *plan) checkNew(err error) error {
	path := p.file.Path
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p.fail("%w", err)
	}
	missing := err != nil
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return p.fail("%w", err)
	}
	if err := p.open(filepath.Join(dir, filepath.Base(path)), false); err != nil || missing {
		return err
	}
	return p.existing()
}

// existing judges a file that should not be there. Another dlint may have
// created it, with the same text.
func (p *plan) existing() error {
	if text, err := p.read(); err == nil && text == p.file.New {
		return nil
	}
	return p.fail("the file exists already: run dlint again")
}

// open opens the folder of a path whose links were followed; link says that the
// last element was one.
func (p *plan) open(path string, link bool) error {
	f := p.file
	if err := checkRoot(f, path, link); err != nil {
		return err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return p.fail("%w", err)
	}
	dir := filepath.Dir(path)
	p.name = filepath.Base(path)
	root, err := filepath.Abs(cmp.Or(f.Root, dir))
	if err == nil {
		root, err = filepath.EvalSymlinks(root)
	}
	if err != nil {
		return p.fail("%w", err)
	}
	if !worktree.Inside(root, path) {
		root = dir // the user's own choice
	}
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return p.fail("%w", err)
	}
	// From the root on, no link that somebody makes now leads out.
	top, err := os.OpenRoot(root)
	if err != nil {
		return p.fail("%w", err)
	}
	if rel == "." {
		p.dir = top
		return nil
	}
	defer top.Close()
	if p.dir, err = top.OpenRoot(rel); err != nil {
		return p.fail("%w", err)
	}
	return nil
}

// read returns what the file holds now, as far as it matters.
func (p *plan) read() (string, error) {
	f, err := p.dir.OpenFile(p.name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err != nil {
		return "", err
	}
	limit := max(len(p.file.Old), len(p.file.New)) + 1
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)))
	return string(data), err
}

// differs compares what is on disk with the old and the new text. What is
// neither is an error.
func (p *plan) differs(before, after string) (bool, error) {
	text, err := p.read()
	switch {
	case err != nil:
		return false, p.fail("%w", err)
	case text == after:
		return false, nil
	case text != before:
		return false, p.fail("the file has changed since it was read: run dlint again")
	}
	return true, nil
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
	if !link && !worktree.Inside(f.Root, f.Path) || worktree.Inside(root, target) {
		return nil
	}
	return fmt.Errorf("writing %s: symbolic links lead to %s, outside of %s: name that file instead", f.Path, target, f.Root)
}

// write brings the new text to the file.
func (p *plan) write() (err error) {
	if p.file.Create {
		p.done, err = p.create()
	} else {
		p.done, err = p.replace(p.file.Old, p.file.New)
	}
	return err
}

// undo brings back what was there before write.
func (p *plan) undo() error {
	if !p.done {
		return nil
	}
	if p.file.Create {
		return p.dir.Remove(p.name)
	}
	_, err := p.replace(p.file.New, p.file.Old)
	return err
}

// create writes a temporary file and gives it the name, unless another file has
// it.
func (p *plan) create() (done bool, err error) {
	w, err := p.temporary(0o644)
	if err != nil {
		return false, p.fail("%w", err)
	}
	defer func() {
		if removed := p.discard(w); err == nil && removed != nil {
			err = p.fail("%w", removed)
		}
	}()
	if err := fill(w, p.file.New); err != nil {
		return false, p.fail("%w", err)
	}
	if runtime.GOOS == "windows" {
		_ = w.Close()
	}
	err = p.dir.Link(w.name, p.name)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// Not every file system has hard links.
		if _, missing := p.dir.Lstat(p.name); errors.Is(missing, fs.ErrNotExist) {
			err = p.dir.Rename(w.name, p.name)
			w.renamed = err == nil
		}
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return false, p.existing()
	case err != nil:
		return false, p.fail("%w", err)
	}
	p.sync()
	return true, nil
}

// replace writes a temporary file beside the file and renames it. It returns
// false when somebody else has written the same text.
func (p *plan) replace(before, after string) (done bool, err error) {
	w, err := p.temporary(0o600)
	if err != nil {
		return false, p.fail("%w", err)
	}
	defer func() {
		if removed := p.discard(w); err == nil && removed != nil {
			err = p.fail("%w", removed)
		}
	}()
	if err := fill(w, after); err != nil {
		return false, p.fail("%w", err)
	}
	// The owner comes first: changing it clears the bits that lend rights.
	keepOwner(w.File, p.info)
	mode := p.info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	if err := w.Chmod(mode); err != nil {
		return false, p.fail("%w", err)
	}
	// The longest part is over: this is the time to look again.
	if differs, err := p.differs(before, after); !differs {
		return false, err
	}
	if runtime.GOOS == "windows" {
		_ = w.Close()
	}
	if err := p.dir.Rename(w.name, p.name); err != nil {
		return false, p.fail("%w", err)
	}
	w.renamed = true
	p.sync()
	return true, nil
}

// fill writes text and brings it to the disk.
func fill(w *temporary, text string) error {
	if _, err := w.WriteString(text); err != nil {
		return err
	}
	return w.Sync()
}

// sync brings a rename to the disk where the system knows how. Where not, the
// rename is still whole.
func (p *plan) sync() {
	if d, err := p.dir.Open("."); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
