package verify

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"io"
	"path"
	"strings"
)

// object is what is read of a program or library.
type object struct {
	class       elf.Class
	machine     elf.Machine
	interpreter string // the loader of a program
	needed      []string
	rpath       []string
	runpath     []string
	digest      [sha256.Size]byte
}

// readObject reads an ELF file; it returns nil for what cannot be read.
func readObject(data []byte) *object {
	e, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	o := &object{class: e.Class, machine: e.Machine, digest: sha256.Sum256(data)}
	o.needed, _ = e.ImportedLibraries()
	o.rpath = searchList(e, elf.DT_RPATH)
	o.runpath = searchList(e, elf.DT_RUNPATH)
	for _, p := range e.Progs {
		if p.Type == elf.PT_INTERP {
			b, _ := io.ReadAll(io.LimitReader(p.Open(), 4096))
			o.interpreter = strings.TrimRight(string(b), "\x00")
		}
	}
	return o
}

func searchList(e *elf.File, tag elf.DynTag) []string {
	values, _ := e.DynString(tag)
	var out []string
	for _, v := range values {
		for dir := range strings.SplitSeq(v, ":") {
			if dir != "" {
				out = append(out, dir)
			}
		}
	}
	return out
}

// missing returns the libraries that the loader will not find for the object
// that lies at name.
func (i *image) missing(name string, o *object) []string {
	var out []string
	for _, lib := range o.needed {
		if !i.loads(name, o, lib) {
			out = append(out, lib)
		}
	}
	return out
}

// loads reports whether the loader finds a library for an object.
func (i *image) loads(name string, o *object, lib string) bool {
	if strings.Contains(lib, "/") {
		return i.fits(lib, o)
	}
	musl := i.musl(o)
	if musl && muslBuiltIn(lib) {
		return true
	}
	for _, dir := range i.searchPath(name, o, musl) {
		if i.fits(path.Join(dir, lib), o) {
			return true
		}
	}
	if musl {
		return false
	}
	for _, at := range i.cached(lib) {
		if i.fits(at, o) {
			return true
		}
	}
	return false
}

// fits reports whether a library of the same machine lies there.
func (i *image) fits(name string, o *object) bool {
	f := i.resolve(name)
	if f == nil {
		return false
	}
	if f.object == nil {
		return f.size > fileLimit
	}
	return f.object.class == o.class && f.object.machine == o.machine
}

// searchPath returns the folders in which the loader looks, in its order.
func (i *image) searchPath(name string, o *object, musl bool) []string {
	var dirs []string
	if len(o.runpath) == 0 || musl {
		dirs = append(dirs, o.rpath...)
	}
	dirs = append(dirs, strings.FieldsFunc(i.env("LD_LIBRARY_PATH", ""), func(r rune) bool { return r == ':' || r == ';' })...)
	dirs = append(dirs, o.runpath...)
	if musl {
		dirs = append(dirs, "/lib", "/usr/local/lib", "/usr/lib")
	} else {
		for _, parent := range [...]string{"/lib", "/usr/lib"} {
			dirs = append(dirs, path.Join(parent, triplet(o.machine)), parent+"64", parent)
		}
	}
	at, _ := i.follow(name)
	tokens := strings.NewReplacer("$ORIGIN", path.Dir(at), "${ORIGIN}", path.Dir(at), "${LIB}", "$LIB")
	var out []string
	for _, dir := range dirs {
		dir = tokens.Replace(dir)
		if !strings.Contains(dir, "$LIB") {
			out = append(out, dir)
			continue
		}
		for _, l := range [...]string{"lib", "lib64", path.Join("lib", triplet(o.machine))} {
			out = append(out, strings.ReplaceAll(dir, "$LIB", l))
		}
	}
	return out
}

// triplet returns Debian's folder of libraries for a machine.
func triplet(m elf.Machine) string {
	switch m {
	case elf.EM_X86_64:
		return "x86_64-linux-gnu"
	case elf.EM_AARCH64:
		return "aarch64-linux-gnu"
	case elf.EM_386:
		return "i386-linux-gnu"
	case elf.EM_ARM:
		return "arm-linux-gnueabihf"
	case elf.EM_PPC64:
		return "powerpc64le-linux-gnu"
	case elf.EM_S390:
		return "s390x-linux-gnu"
	case elf.EM_RISCV:
		return "riscv64-linux-gnu"
	}
	return ""
}

// musl reports whether an object is loaded by musl's loader.
func (i *image) musl(o *object) bool {
	if o.interpreter != "" {
		return strings.Contains(o.interpreter, "ld-musl")
	}
	for _, lib := range o.needed {
		if strings.HasPrefix(lib, "libc.musl-") {
			return true
		}
		if lib == "libc.so.6" {
			return false
		}
	}
	if i.hasMusl == nil {
		has := false
		for name := range i.files {
			has = has || strings.HasPrefix(name, "/lib/ld-musl-")
		}
		i.hasMusl = &has
	}
	return *i.hasMusl
}

// muslBuiltIn reports whether the loader itself is that library.
func muslBuiltIn(lib string) bool {
	name, _, _ := strings.Cut(lib, ".")
	switch strings.TrimPrefix(name, "lib") {
	case "c", "pthread", "rt", "m", "dl", "util", "xnet":
		return true
	}
	return false
}

// The cache that ldconfig writes: a header of 48 bytes, then 24 for each library,
// with the places of two strings in them.
const (
	cacheMagic  = "glibc-ld.so.cache1.1"
	cacheHeader = 48
	cacheEntry  = 24
)

// cached returns where the cache of the loader says that a library lies. What
// was copied after ldconfig ran is not in it, and not found at run time either.
func (i *image) cached(lib string) []string {
	if i.cachedAt == nil {
		i.cachedAt = readCache(i.libraryCache)
	}
	return i.cachedAt[lib]
}

func readCache(text string) map[string][]string {
	out := map[string][]string{}
	at := strings.Index(text, cacheMagic)
	if at < 0 || len(text)-at < cacheHeader {
		return out
	}
	data := []byte(text[at:])
	count := int(binary.LittleEndian.Uint32(data[len(cacheMagic):]))
	for k := range count {
		from := cacheHeader + k*cacheEntry
		if from+cacheEntry > len(data) {
			break
		}
		lib := cString(data, binary.LittleEndian.Uint32(data[from+4:]))
		out[lib] = append(out[lib], cString(data, binary.LittleEndian.Uint32(data[from+8:])))
	}
	return out
}

func cString(data []byte, at uint32) string {
	if int64(at) >= int64(len(data)) {
		return ""
	}
	s, _, _ := bytes.Cut(data[at:min(len(data), int(at)+4096)], []byte{0})
	return string(s)
}
