package verify

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// image is what is read of a built image.
type image struct {
	source   v1.Image
	config   v1.Config
	platform string
	layers   int
	base     int   // layers below what the last stage adds
	size     int64 // of all layers, uncompressed
	files    map[string]*file
	// The lists of accounts and the cache of the loader of glibc.
	passwd, group, libraryCache string
	// cachedAt is the cache as it was read: where libraries lie, by name. Like
	// hasMusl it is worked out when it is first asked for.
	cachedAt map[string][]string
	hasMusl  *bool
}

// file is a file of the image's last state.
type file struct {
	kind       byte // as in a tar header
	layer      int
	size       int64
	link       string
	executable bool
	script     []string // the words after #!
	object     *object  // of programs and libraries
}

const (
	// fileLimit is the size up to which programs are looked into.
	fileLimit = 512 << 20
	// listLimit is the size up to which lists are read.
	listLimit = 4 << 20
)

// readImage reads an image. Its last own layers are those that the last
// instructions, that many, made.
func readImage(ctx context.Context, img v1.Image, instructions int) (*image, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the configuration of the image: %w", err)
	}
	layers, err := img.Layers()
	if err != nil {
		return nil, fmt.Errorf("reading the layers of the image: %w", err)
	}
	out := &image{
		source: img, config: config.Config, platform: config.OS + "/" + config.Architecture,
		layers: len(layers), base: baseLayers(config.History, len(layers), instructions), files: map[string]*file{},
	}
	for k, l := range layers {
		if err := out.readLayer(ctx, k, l); err != nil {
			return nil, fmt.Errorf("reading a layer: %w", err)
		}
	}
	return out, nil
}

// baseLayers returns how many layers come from the base: the history has an
// entry for each instruction. Engines that squash have no such history, and all
// layers count as own.
func baseLayers(history []v1.History, layers, instructions int) int {
	filled := 0
	for k, h := range history {
		if k < len(history)-instructions && !h.EmptyLayer {
			filled++
		}
	}
	if len(history) < instructions || filled > layers {
		return 0
	}
	return filled
}

func (i *image) readLayer(ctx context.Context, k int, l v1.Layer) error {
	r, err := openLayer(ctx, l)
	if err != nil {
		return err
	}
	defer r.Close()
	return i.addLayer(k, r)
}

// layerReader reads a layer until the context ends: layers may be large.
type layerReader struct {
	io.ReadCloser
	ctx context.Context
}

func openLayer(ctx context.Context, l v1.Layer) (io.ReadCloser, error) {
	r, err := l.Uncompressed()
	if err != nil {
		return nil, err
	}
	return &layerReader{r, ctx}, nil
}

// Read reads, or tells why the context has ended.
func (l *layerReader) Read(b []byte) (int, error) {
	if l.ctx.Err() != nil {
		return 0, context.Cause(l.ctx)
	}
	return l.ReadCloser.Read(b)
}

// addLayer lays the files of a layer over those below.
func (i *image) addLayer(layer int, r io.Reader) error {
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
		if gone, all, ok := whiteout(name); ok {
			i.removeLower(gone, all, layer)
			continue
		}
		i.size += h.Size
		if err := i.addFile(layer, name, h, t); err != nil {
			return err
		}
	}
}

// whiteout returns what an entry removes: a file, or all that a folder holds.
func whiteout(name string) (gone string, all, ok bool) {
	dir, base := path.Split(name)
	if base == ".wh..wh..opq" {
		return path.Clean(dir), true, true
	}
	if rest, ok := strings.CutPrefix(base, ".wh."); ok {
		return path.Join(dir, rest), false, true
	}
	return "", false, false
}

func (i *image) addFile(layer int, name string, h *tar.Header, r io.Reader) error {
	f := &file{kind: h.Typeflag, layer: layer, size: h.Size, link: h.Linkname, executable: h.Mode&0o111 != 0}
	if h.Typeflag == tar.TypeLink {
		if old := i.files[path.Clean("/"+h.Linkname)]; old != nil {
			copied := *old
			copied.layer = layer
			f = &copied
		}
	}
	if old := i.files[name]; old != nil && old.kind == tar.TypeDir && h.Typeflag != tar.TypeDir {
		i.removeLower(name, false, layer+1)
	}
	i.files[name] = f
	if h.Typeflag != tar.TypeReg {
		return nil
	}
	return i.inspect(name, f, r)
}

// removeLower removes a path, or all that a folder holds, as far as layers below
// that one brought it.
func (i *image) removeLower(name string, all bool, layer int) {
	if f := i.files[name]; f != nil && !all {
		if f.layer < layer {
			delete(i.files, name)
		}
		if f.kind != tar.TypeDir {
			return // most whiteouts are of files
		}
	}
	inside := strings.TrimSuffix(name, "/") + "/"
	for p, f := range i.files {
		if f.layer < layer && strings.HasPrefix(p, inside) {
			delete(i.files, p)
		}
	}
}

// inspect looks into lists, programs and scripts.
func (i *image) inspect(name string, f *file, r io.Reader) error {
	lists := map[string]*string{"/etc/passwd": &i.passwd, "/etc/group": &i.group, "/etc/ld.so.cache": &i.libraryCache}
	if list := lists[name]; list != nil {
		data, err := io.ReadAll(io.LimitReader(r, listLimit))
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		*list = string(data)
		return nil
	}
	if !f.executable && !strings.Contains(path.Base(name), ".so") || f.size > fileLimit {
		return nil
	}
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	switch all := io.MultiReader(bytes.NewReader(head[:n]), r); {
	case bytes.HasPrefix(head, []byte("#!")):
		data, err := io.ReadAll(io.LimitReader(all, 300))
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		line, _, _ := strings.Cut(string(data[2:]), "\n")
		f.script = strings.Fields(line)
	case string(head) == "\x7fELF":
		data, err := io.ReadAll(all)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		f.object = readObject(data)
	}
	return nil
}

// resolve follows symbolic links and returns the file, or nil.
func (i *image) resolve(name string) *file {
	_, f := i.follow(name)
	return f
}

// follow follows symbolic links and returns where they lead.
func (i *image) follow(name string) (string, *file) {
	for range 40 {
		f, next := i.step(name)
		if f != nil || next == "" {
			return path.Clean(name), f
		}
		name = next
	}
	return name, nil
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

// find returns the file that a program name means in the image.
func (i *image) find(name string) (string, *file) {
	if strings.Contains(name, "/") {
		if !path.IsAbs(name) {
			name = path.Join("/", i.config.WorkingDir, name)
		}
		return i.follow(name)
	}
	for dir := range strings.SplitSeq(i.env("PATH", defaultPath), ":") {
		if at, f := i.follow(path.Join("/", dir, name)); f != nil && f.kind != tar.TypeDir {
			return at, f
		}
	}
	return "", nil
}

// defaultPath is what container runtimes set where the image has no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// env returns a variable of the image's environment.
func (i *image) env(name, unset string) string {
	for _, e := range i.config.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			unset = v
		}
	}
	return unset
}

// fileMode returns the mode that a tar header asks for.
func fileMode(h *tar.Header) fs.FileMode { return h.FileInfo().Mode() }
