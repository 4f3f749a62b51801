package verify

import (
	"archive/tar"
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
func (i *image) unpack(dir string) error {
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
		r, err := l.Uncompressed()
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
			if err := removeLower(root, inside(root, gone), all, made); err != nil {
				return err
			}
			continue
		}
		if name == "/" {
			continue
		}
		at := path.Join(inside(root, path.Dir(name)), path.Base(name))
		made[at] = true
		if err := unpackEntry(root, at, h, t); err != nil {
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

func unpackEntry(root *os.Root, at string, h *tar.Header, r io.Reader) error {
	old, err := root.Lstat(at)
	if err == nil && (!old.IsDir() || h.Typeflag != tar.TypeDir) {
		if err := root.RemoveAll(at); err != nil {
			return err
		}
	}
	if err := root.MkdirAll(path.Dir(at), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		if err := root.MkdirAll(at, 0o755); err != nil {
			return err
		}
	case tar.TypeSymlink:
		if err := root.Symlink(h.Linkname, at); err != nil {
			return err
		}
		return root.Lchown(at, h.Uid, h.Gid)
	case tar.TypeLink:
		target := path.Clean("/" + h.Linkname)
		return root.Link(path.Join(inside(root, path.Dir(target)), path.Base(target)), at)
	case tar.TypeReg:
		if err := writeFile(root, at, r); err != nil {
			return err
		}
	default:
		return nil // devices come from the runtime
	}
	if err := root.Lchown(at, h.Uid, h.Gid); err != nil {
		return err
	}
	if err := root.Chmod(at, fileMode(h)&(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky)); err != nil {
		return err
	}
	return root.Chtimes(at, h.ModTime, h.ModTime)
}

func writeFile(root *os.Root, at string, r io.Reader) error {
	w, err := root.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		_ = w.Close()
		return err
	}
	return w.Close()
}
