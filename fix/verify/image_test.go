package verify

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// entry is a file of a layer.
type entry struct {
	tar.Header
	body string
}

func layerOf(t *testing.T, entries []entry) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		e.Size, e.Uid, e.Gid = int64(len(e.body)), os.Getuid(), os.Getgid()
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func imageOf(t *testing.T, config v1.Config, layers ...[]entry) *image {
	t.Helper()
	img := &image{config: config, files: map[string]*file{}}
	for k, entries := range layers {
		if err := img.addLayer(k, layerOf(t, entries)); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

func regular(name, body string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755}, body}
}

func symlink(name, target string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777}, ""}
}

func directory(name string) entry {
	return entry{tar.Header{Name: name + "/", Typeflag: tar.TypeDir, Mode: 0o755}, ""}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	start := v1.Config{WorkingDir: "/app", Cmd: []string{"./run.sh"}, User: "app"}
	before := imageOf(t, start, []entry{
		regular("bin/bash", "xxxx"), regular("usr/bin/perl", "x"), regular("etc/passwd", "app:x:1:1::/:/bin/sh\n"), regular("app/run.sh", "#!/bin/bash\n"),
		regular("app/data", "d"), regular("app/gone", "g"), regular("app/lib/tool.pl", "#!/usr/bin/env perl\n"),
	}, []entry{regular("app/.wh.gone", "")})
	after := imageOf(t, start, []entry{
		symlink("bin", "usr/bin"), regular("usr/bin/sh", "xxxx"), regular("app/run.sh", "#!/bin/bash\n"), regular("app/lib/tool.pl", "#!/usr/bin/env perl\n"),
	})
	if diff := cmp.Diff([]string{"/app/data"}, lost(before, after)); diff != "" {
		t.Error(diff)
	}
	found := findProblems(before, after)
	if diff := cmp.Diff([]string{"/app/run.sh needs /bin/bash, which is not there", "the user app does not exist"}, found.problems); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/app/lib/tool.pl needs perl, which is not there"}, found.notes); diff != "" {
		t.Error(diff)
	}
	if after.resolve("/bin/sh") == nil {
		t.Error("a link to a folder is not followed")
	}
}

// TestWhiteouts lays layers over each other: a whiteout is about the layers below,
// wherever it stands in its own.
func TestWhiteouts(t *testing.T) {
	t.Parallel()
	img := imageOf(t, v1.Config{}, []entry{
		regular("srv/old", "x"), regular("srv/deep/old", "x"), directory("gone"), regular("gone/a", "x"), directory("again"), regular("again/old", "x"),
	}, []entry{
		regular("srv/new", "x"), regular("srv/deep/new", "x"), regular("srv/.wh..wh..opq", ""), regular(".wh.gone", ""),
		directory("again"), regular("again/new", "x"), regular(".wh.again", ""),
	})
	want := []string{"/again", "/again/new", "/srv/deep/new", "/srv/new"}
	if diff := cmp.Diff(want, sorted(img.files)); diff != "" {
		t.Error(diff)
	}
}

func TestProgramGone(t *testing.T) {
	t.Parallel()
	config := v1.Config{Entrypoint: []string{"tini", "--"}, Cmd: []string{"serve"}, Env: []string{"PATH=/opt/bin:/bin"}}
	before := imageOf(t, config, []entry{regular("opt/bin/tini", "x"), regular("bin/serve", "x")})
	after := imageOf(t, config, []entry{regular("bin/serve", "x")})
	if diff := cmp.Diff([]string{"the program tini is not there"}, findProblems(before, after).problems); diff != "" {
		t.Error(diff)
	}
	if found := findProblems(after, after); len(found.problems) > 0 {
		t.Errorf("what was not there before is no problem: %v", found.problems)
	}
}

// withObject puts a program or library into an image.
func withObject(i *image, name string, layer int, o object) {
	o.class, o.machine = elf.ELFCLASS64, elf.EM_X86_64
	if o.digest == ([32]byte{}) {
		copy(o.digest[:], name)
	}
	i.files[name] = &file{kind: tar.TypeReg, layer: layer, executable: true, object: &o}
}

func TestLibraries(t *testing.T) {
	t.Parallel()
	img := imageOf(t, v1.Config{Env: []string{"LD_LIBRARY_PATH=/env"}}, nil)
	for _, lib := range []string{"/lib/x86_64-linux-gnu/libc.so.6", "/app/lib/liborigin.so", "/env/libenv.so", "/opt/cached/libcached.so", "/run/librun.so", "/old/libold.so"} {
		withObject(img, lib, 0, object{})
	}
	img.libraryCache = cacheOf(map[string]string{"libcached.so": "/opt/cached/libcached.so", "libstale.so": "/opt/cached/libstale.so"})
	for _, c := range []struct {
		name string
		o    object
		want []string
	}{
		{"usual folder", object{needed: []string{"libc.so.6", "libgone.so"}}, []string{"libgone.so"}},
		{"origin", object{needed: []string{"liborigin.so"}, runpath: []string{"$ORIGIN/../lib"}}, nil},
		{"without runpath", object{needed: []string{"liborigin.so"}}, []string{"liborigin.so"}},
		{"environment", object{needed: []string{"libenv.so"}}, nil},
		{"cache", object{needed: []string{"libcached.so", "libstale.so"}}, []string{"libstale.so"}},
		{"rpath", object{needed: []string{"libold.so"}, rpath: []string{"/old"}}, nil},
		{"runpath before rpath", object{needed: []string{"libold.so"}, rpath: []string{"/old"}, runpath: []string{"/run"}}, []string{"libold.so"}},
		{"path", object{needed: []string{"/run/librun.so", "/run/libno.so"}}, []string{"/run/libno.so"}},
		{"musl", object{interpreter: "/lib/ld-musl-x86_64.so.1", needed: []string{"libc.musl-x86_64.so.1", "libcached.so"}}, []string{"libcached.so"}},
	} {
		c.o.class, c.o.machine = elf.ELFCLASS64, elf.EM_X86_64
		if diff := cmp.Diff(c.want, img.missing("/app/bin/program", &c.o)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	arm := object{class: elf.ELFCLASS64, machine: elf.EM_AARCH64, needed: []string{"libenv.so"}}
	if got := img.missing("/app/program", &arm); len(got) != 1 {
		t.Error("a library of another machine is taken")
	}
}

// cacheOf writes a cache as ldconfig does.
func cacheOf(libs map[string]string) string {
	strings, entries := []byte{}, []byte{}
	end := cacheHeader + cacheEntry*len(libs)
	put := func(s string) []byte {
		at := binary.LittleEndian.AppendUint32(nil, uint32(end+len(strings)))
		strings = append(append(strings, s...), 0)
		return at
	}
	for _, name := range sorted(libs) {
		e := binary.LittleEndian.AppendUint32(nil, 3)
		e = append(e, put(name)...)
		e = append(e, put(libs[name])...)
		entries = append(append(entries, e...), make([]byte, cacheEntry-len(e))...)
	}
	header := binary.LittleEndian.AppendUint32([]byte(cacheMagic), uint32(len(libs)))
	header = append(header, make([]byte, cacheHeader-len(header))...)
	return string(header) + string(entries) + string(strings)
}

func TestObjectProblems(t *testing.T) {
	t.Parallel()
	program := object{interpreter: "/lib64/ld-linux-x86-64.so.2", needed: []string{"libpq.so.5"}}
	before := imageOf(t, v1.Config{}, nil)
	withObject(before, "/lib64/ld-linux-x86-64.so.2", 0, object{})
	withObject(before, "/usr/lib/libpq.so.5", 0, object{})
	withObject(before, "/app/report", 1, program)
	withObject(before, "/usr/bin/psql", 0, program)
	after := imageOf(t, v1.Config{}, nil)
	after.base = 1
	withObject(after, "/lib64/ld-linux-x86-64.so.2", 0, object{})
	withObject(after, "/report", 1, program)
	withObject(after, "/usr/bin/psql", 0, program)
	found := findProblems(before, after)
	if diff := cmp.Diff([]string{"/report needs the library libpq.so.5, which is not there"}, found.problems); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/usr/bin/psql needs the library libpq.so.5, which is not there"}, found.notes); diff != "" {
		t.Error(diff)
	}
	delete(after.files, "/lib64/ld-linux-x86-64.so.2")
	if diff := cmp.Diff([]string{"/report needs the loader /lib64/ld-linux-x86-64.so.2, which is not there"}, findProblems(before, after).problems); diff != "" {
		t.Error(diff)
	}
}

func TestReadObject(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Skip("no program to read")
	}
	if o := readObject(data); o == nil || o.class != elf.ELFCLASS64 {
		t.Errorf("the test's own program is not read: %+v", o)
	}
	if readObject([]byte("\x7fELF and nothing")) != nil {
		t.Error("what is no program is read as one")
	}
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, l := range [][]entry{
		{directory("etc"), regular("etc/a", "1"), regular("etc/b", "2"), directory("run"), symlink("var", "/run"), directory("d"), regular("d/old", "x"), symlink("out", "/../../outside")},
		{
			regular("etc/.wh.a", ""), regular("etc/b", "new"), regular("var/pid", "7"), regular("d/.wh..wh..opq", ""), regular("d/fresh", "y"),
			{tar.Header{Name: "link", Typeflag: tar.TypeLink, Linkname: "var/pid"}, ""},
			regular("out/file", "inside"),
			{tar.Header{Name: "d/tool", Typeflag: tar.TypeReg, Mode: 0o4751, ModTime: time.Unix(1e9, 0)}, "t"},
			// A folder is replaced while it is being filled.
			directory("e"), regular("e/1", "old"), symlink("e", "/f"), regular("e/1", "new"),
		},
	} {
		if err := unpackLayer(root, layerOf(t, l)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"etc/b": "new", "run/pid": "7", "d/fresh": "y", "link": "7", "outside/file": "inside", "f/1": "new"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q: %v", name, got, err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "d/tool")); err != nil || info.Mode() != fs.ModeSetuid|0o751 || !info.ModTime().Equal(time.Unix(1e9, 0)) {
		t.Errorf("the mode or time is not kept: %v, %v", info, err)
	}
	for _, name := range []string{"etc/a", "d/old"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestBaseLayers(t *testing.T) {
	t.Parallel()
	history := []v1.History{{}, {EmptyLayer: true}, {}, {EmptyLayer: true}, {}}
	for _, c := range []struct{ layers, instructions, want int }{{3, 3, 1}, {3, 1, 2}, {3, 0, 3}, {3, 9, 0}, {1, 1, 0}} {
		if got := baseLayers(history, c.layers, c.instructions); got != c.want {
			t.Errorf("%d layers, %d instructions: %d, want %d", c.layers, c.instructions, got, c.want)
		}
	}
}

func TestLookUp(t *testing.T) {
	t.Parallel()
	img := &image{passwd: "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/srv:/bin/sh\n", group: "root:x:0:\nweb:x:34:\ncdrom:x:24:web,other\n"}
	for user, want := range map[string]account{
		"":         {home: "/root"},
		"web":      {uid: 33, gid: 34, groups: []int{24}, home: "/srv"},
		"33":       {uid: 33, gid: 34, groups: []int{24}, home: "/srv"},
		"web:root": {uid: 33, home: "/srv"},
		"99":       {uid: 99, home: "/"},
		"99:24":    {uid: 99, gid: 24, home: "/"},
	} {
		if diff := cmp.Diff(want, lookUp(img, user), cmp.AllowUnexported(account{})); diff != "" {
			t.Errorf("%q: %s", user, diff)
		}
	}
}
