package verify

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// image is what is read of a built image.
type image struct {
	config v1.Config
	layers int
	size   int64 // of all layers, uncompressed
	files  map[string]*file
	users  map[string]bool
}

// file is a file of the image's last state.
type file struct {
	kind        byte // as in a tar header
	size        int64
	link        string
	executable  bool
	interpreter string   // of a script, or the loader of a program
	needed      []string // libraries of a program
}

// fileLimit is the size up to which programs are looked into.
const fileLimit = 256 << 20

// readArchive unpacks an OCI archive into dir and reads the image in it.
func readArchive(archive, dir string) (*image, error) {
	if err := unpack(archive, dir); err != nil {
		return nil, fmt.Errorf("unpacking the image: %w", err)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the image layout: %w", err)
	}
	img, err := firstImage(index)
	if err != nil {
		return nil, err
	}
	return readImage(img)
}

// firstImage returns the image of an index, through nested ones.
func firstImage(index v1.ImageIndex) (v1.Image, error) {
	m, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("reading the index of the image: %w", err)
	}
	for _, d := range m.Manifests {
		switch {
		case d.Annotations["vnd.docker.reference.type"] != "":
		case d.MediaType.IsImage():
			return index.Image(d.Digest)
		case d.MediaType.IsIndex():
			inner, err := index.ImageIndex(d.Digest)
			if err != nil {
				return nil, fmt.Errorf("reading the index of the image: %w", err)
			}
			return firstImage(inner)
		}
	}
	return nil, errors.New("the archive holds no image")
}

func readImage(img v1.Image) (*image, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the configuration of the image: %w", err)
	}
	layers, err := img.Layers()
	if err != nil {
		return nil, fmt.Errorf("reading the layers of the image: %w", err)
	}
	out := &image{config: config.Config, layers: len(layers), files: map[string]*file{}, users: map[string]bool{}}
	for _, l := range layers {
		r, err := l.Uncompressed()
		if err != nil {
			return nil, fmt.Errorf("reading a layer: %w", err)
		}
		err = out.addLayer(r)
		_ = r.Close()
		if err != nil {
			return nil, fmt.Errorf("reading a layer: %w", err)
		}
	}
	return out, nil
}

// addLayer lays the files of a layer over those below.
func (i *image) addLayer(r io.Reader) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading an entry: %w", err)
		}
		name := path.Clean("/" + h.Name)
		dir, base := path.Split(name)
		if base == ".wh..wh..opq" {
			i.remove(path.Clean(dir), false)
			continue
		}
		if gone, ok := strings.CutPrefix(base, ".wh."); ok {
			i.remove(path.Join(dir, gone), true)
			continue
		}
		i.size += h.Size
		f := &file{kind: h.Typeflag, size: h.Size, link: h.Linkname, executable: h.Mode&0o111 != 0}
		if h.Typeflag == tar.TypeLink {
			if old := i.files[path.Clean("/"+h.Linkname)]; old != nil {
				f = old
			}
		}
		if h.Typeflag == tar.TypeReg {
			if err := i.inspect(name, f, t); err != nil {
				return err
			}
		}
		i.files[name] = f
	}
}

func (i *image) remove(name string, itself bool) {
	if itself {
		delete(i.files, name)
	}
	for p := range i.files {
		if strings.HasPrefix(p, name+"/") {
			delete(i.files, p)
		}
	}
}

// inspect looks into programs, scripts and the list of users.
func (i *image) inspect(name string, f *file, r io.Reader) error {
	if name == "/etc/passwd" {
		data, err := io.ReadAll(io.LimitReader(r, 1<<20))
		if err != nil {
			return fmt.Errorf("reading /etc/passwd: %w", err)
		}
		clear(i.users)
		for line := range strings.SplitSeq(string(data), "\n") {
			user, _, _ := strings.Cut(line, ":")
			i.users[user] = true
		}
		return nil
	}
	if !f.executable && !strings.Contains(path.Base(name), ".so") || f.size > fileLimit || f.size < 4 {
		return nil
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if bytes.HasPrefix(data, []byte("#!")) {
		line, _, _ := strings.Cut(string(data[2:min(len(data), 300)]), "\n")
		if fields := strings.Fields(line); len(fields) > 0 {
			f.interpreter = fields[0]
		}
		return nil
	}
	e, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil //nolint:nilerr // no program
	}
	f.needed, _ = e.ImportedLibraries()
	for _, p := range e.Progs {
		if p.Type == elf.PT_INTERP {
			b, _ := io.ReadAll(p.Open())
			f.interpreter = strings.TrimRight(string(b), "\x00")
		}
	}
	return nil
}

// resolve follows symbolic links and returns the file, or nil.
func (i *image) resolve(name string) *file {
	for range 40 {
		f, next := i.step(name)
		if f != nil || next == "" {
			return f
		}
		name = next
	}
	return nil
}

// step follows the first symbolic link on the way to name.
func (i *image) step(name string) (f *file, next string) {
	parts := strings.Split(strings.TrimPrefix(path.Clean(name), "/"), "/")
	at := ""
	for k, p := range parts {
		at += "/" + p
		f := i.files[at]
		if f == nil {
			continue // folders need no entry
		}
		if f.kind == tar.TypeSymlink {
			target := f.link
			if !path.IsAbs(target) {
				target = path.Join(path.Dir(at), target)
			}
			return nil, path.Join(append([]string{target}, parts[k+1:]...)...)
		}
	}
	return i.files[path.Clean(name)], ""
}

// unpack writes a tar file into dir.
func unpack(archive, dir string) error {
	r, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("opening the archive: %w", err)
	}
	defer r.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("opening the folder: %w", err)
	}
	defer root.Close()
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the archive: %w", err)
		}
		name := filepath.FromSlash(strings.TrimPrefix(path.Clean("/"+h.Name), "/"))
		if h.Typeflag != tar.TypeReg || name == "" {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return fmt.Errorf("making a folder: %w", err)
		}
		w, err := root.Create(name)
		if err != nil {
			return fmt.Errorf("writing the layout: %w", err)
		}
		_, err = io.Copy(w, t) //nolint:gosec // the archive comes from the user's own engine
		if err := errors.Join(err, w.Close()); err != nil {
			return fmt.Errorf("writing the layout: %w", err)
		}
	}
}
