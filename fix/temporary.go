package fix

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// How long to wait for another dlint that writes the same file.
const (
	patience = 10 * time.Second
	pause    = 5 * time.Millisecond
)

// temporary is a new file that is going to take the name of another one. Its own
// name follows from that, so that two runs never write one file at the same time,
// and what a killed run has left is found and removed. While it is open, a lock
// tells it from a remnant.
type temporary struct {
	*os.File
	name    string // in the folder
	renamed bool
}

// temporary makes the file that p writes.
func (p *plan) temporary(mode fs.FileMode) (*temporary, error) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(p.name))
	t := &temporary{name: fmt.Sprintf(".dlint-%016x.tmp", h.Sum64())}
	for end := time.Now().Add(patience); ; time.Sleep(pause) {
		f, err := p.dir.OpenFile(t.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		switch {
		case err == nil && p.owns(f, t.name):
			t.File = f
			return t, nil
		case err == nil:
			_ = f.Close() // taken for a remnant
		case !errors.Is(err, fs.ErrExist):
			return nil, fmt.Errorf("a file beside it is needed: %w", err)
		default:
			removed, err := p.removeRemnant(t.name)
			if err != nil {
				return nil, err
			}
			if removed {
				continue
			}
		}
		if time.Now().After(end) {
			return nil, errors.New("another dlint is writing it: run dlint again")
		}
	}
}

// discard closes the file and removes its name unless it has another one now.
// The lock ends last: without it the file would be a remnant to others.
func (p *plan) discard(t *temporary) error {
	if t.renamed {
		_ = t.Close()
		return nil
	}
	if p.dir.Remove(t.name) == nil {
		_ = t.Close()
		return nil
	}
	_ = t.Close() // Windows removes no open files
	return p.dir.Remove(t.name)
}

// owns locks an open file and reports whether it is the one of that name.
func (p *plan) owns(f *os.File, name string) bool {
	if !tryLock(f) {
		return false
	}
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := p.dir.Lstat(name)
	return err == nil && os.SameFile(mine, there)
}

// removeRemnant removes a temporary file that nobody has in hand.
func (p *plan) removeRemnant(name string) (bool, error) {
	info, err := p.dir.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("%s stands in the way: remove it", name)
	}
	f, err := p.dir.OpenFile(name, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("%s stands in the way: %w", name, err)
	}
	defer f.Close()
	if !p.owns(f, name) {
		return false, nil
	}
	if p.dir.Remove(name) == nil {
		return true, nil
	}
	_ = f.Close()
	return p.dir.Remove(name) == nil, nil
}
