package verify

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// unpack writes the files of an image into an empty folder, layer by layer, with
// owners and modes. Links are followed inside the folder only.
func (i *image) unpack(ctx context.Context, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpacking the image: %w", err)
	}
	defer root.Close()
	layers, err := i.source.Layers()
	if err != nil {
		return fmt.Errorf("unpacking the image: %w", err)
	}
	for _, l := range layers {
		r, err := openLayer(ctx, l)
		if err != nil {
			return fmt.Errorf("unpacking the image: %w", err)
		}
		err = unpackLayer(root, r)
		_ = r.Close()
		if err != nil {
			return fmt.Errorf("unpacking the image: %w", err)
		}
	}
	return nil
}

func unpackLayer(root *os.Root, r io.Reader) error {
	t := tar.NewReader(r)
	made := map[string]bool{} // by this layer, so that its whiteouts spare them
	times := map[string]time.Time{}
	within := folder{root: root}
	defer within.close()
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading a layer: %w", err)
		}
		name := path.Clean("/" + h.Name)
		if gone, all, ok := whiteout(name); ok {
			within.close()
			if err := removeLower(root, inside(root, gone), all, made); err != nil {
				return err
			}
			continue
		}
		if name == "/" {
			continue
		}
		if err := within.enter(path.Dir(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		at := path.Join(within.at, path.Base(name))
		made[at] = true
		if err := within.unpack(at, h, t); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if h.Typeflag == tar.TypeDir {
			times[at] = h.ModTime
		}
	}
	for at, when := range times {
		_ = root.Chtimes(at, when, when) // may be gone again
	}
	return nil
}

// folder is the folder that files are unpacked into: layers list them folder by
// folder, and to find it again for each would take most of the time.
type folder struct {
	root *os.Root
	name string // as the layer calls it
	at   string // where it really is
	open *os.Root
}

// enter makes a folder the one that is unpacked into.
func (f *folder) enter(name string) error {
	if f.open != nil && f.name == name {
		return nil
	}
	f.close()
	f.name, f.at = name, inside(f.root, name)
	if err := f.root.MkdirAll(f.at, 0o755); err != nil {
		return err
	}
	open, err := f.root.OpenRoot(f.at)
	f.open = open
	return err
}

func (f *folder) close() {
	if f.open != nil {
		_ = f.open.Close() // nothing was written to it
		f.open = nil
	}
}

// unpack writes an entry. What is no file may change where the folder's name
// leads, which is then looked up again.
func (f *folder) unpack(at string, h *tar.Header, r io.Reader) error {
	if h.Typeflag == tar.TypeReg {
		return unpackFile(f.open, path.Base(at), h, r)
	}
	f.close()
	return unpackEntry(f.root, at, h)
}

// inside returns the real place of a folder, relative to the root: links are
// followed as if the root were the whole system.
func inside(root *os.Root, dir string) string {
	rest, at := strings.Split(strings.Trim(dir, "/"), "/"), "."
	for hops := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		if part == "" || part == "." {
			continue
		}
		if part == ".." {
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, part)
		target, err := root.Readlink(next)
		if err != nil || hops > 40 {
			at = next
			continue
		}
		hops++
		if path.IsAbs(target) {
			at = "."
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return at
}

// removeLower removes what a whiteout names, but for what its own layer made.
func removeLower(root *os.Root, at string, all bool, made map[string]bool) error {
	if !all {
		if made[at] {
			return nil
		}
		return root.RemoveAll(at)
	}
	d, err := root.Open(at)
	if err != nil {
		return nil //nolint:nilerr // nothing to remove
	}
	names, err := d.Readdirnames(-1)
	_ = d.Close()
	if err != nil {
		return err
	}
	for _, n := range names {
		if child := path.Join(at, n); !made[child] {
			if err := root.RemoveAll(child); err != nil {
				return err
			}
		}
	}
	return nil
}

// clearWay removes what is in the way of an entry; a folder stays for a folder.
func clearWay(root *os.Root, at string, h *tar.Header) error {
	old, err := root.Lstat(at)
	if err == nil && (!old.IsDir() || h.Typeflag != tar.TypeDir) {
		return root.RemoveAll(at)
	}
	return nil
}

// unpackEntry writes an entry that is no file; its folder is there.
func unpackEntry(root *os.Root, at string, h *tar.Header) error {
	if err := clearWay(root, at, h); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		if err := root.MkdirAll(at, 0o755); err != nil {
			return err
		}
		if err := root.Lchown(at, h.Uid, h.Gid); err != nil {
			return err
		}
		return root.Chmod(at, modeBits(h)) // its time is set when it is full
	case tar.TypeSymlink:
		if err := root.Symlink(h.Linkname, at); err != nil {
			return err
		}
		return root.Lchown(at, h.Uid, h.Gid)
	case tar.TypeLink:
		target := path.Clean("/" + h.Linkname)
		return root.Link(path.Join(inside(root, path.Dir(target)), path.Base(target)), at)
	}
	return nil // devices come from the runtime
}

func modeBits(h *tar.Header) fs.FileMode {
	return fileMode(h) & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
}

// unpackFile writes a regular file of a folder.
func unpackFile(dir *os.Root, name string, h *tar.Header, r io.Reader) error {
	if err := clearWay(dir, name, h); err != nil {
		return err
	}
	w, err := dir.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	if err == nil {
		err = w.Chown(h.Uid, h.Gid)
	}
	if err == nil {
		err = w.Chmod(modeBits(h)) // after Chown, which takes set-user-ID away
	}
	if closed := w.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return dir.Chtimes(name, h.ModTime, h.ModTime)
}
