package verify

import (
	"archive/tar"
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func imageOf(t *testing.T, config v1.Config, layers ...[]tar.Header) *image {
	t.Helper()
	img := &image{config: config, layers: len(layers), files: map[string]*file{}}
	for k, headers := range layers {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range headers {
			body := h.PAXRecords["DLINT.body"]
			h.PAXRecords = nil
			h.Size = int64(len(body))
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(body)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := img.addLayer(k, &b); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

func regular(name, body string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, PAXRecords: map[string]string{"DLINT.body": body}}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	start := v1.Config{WorkingDir: "/app", Cmd: []string{"./run.sh"}, User: "app"}
	before := imageOf(t, start, []tar.Header{
		regular("bin/bash", "xxxx"), regular("etc/passwd", "app:x:1:1\n"), regular("app/run.sh", "#!/bin/bash\n"), regular("app/data", "d"), regular("app/gone", "g"),
	}, []tar.Header{regular("app/.wh.gone", "")})
	after := imageOf(t, start, []tar.Header{
		{Name: "bin", Typeflag: tar.TypeSymlink, Linkname: "usr/bin"}, regular("usr/bin/sh", "xxxx"), regular("app/run.sh", "#!/bin/bash\n"),
	})
	if diff := cmp.Diff([]string{"/app/data"}, lost(before, after)); diff != "" {
		t.Error(diff)
	}
	found := findProblems(before, after)
	want := []string{"/app/run.sh needs /bin/bash, which is not there", "the user app does not exist"}
	if diff := cmp.Diff(want, found.problems); diff != "" {
		t.Error(diff)
	}
	if after.resolve("/bin/sh") == nil {
		t.Error("a link to a folder is not followed")
	}
}

func TestConfigDifferences(t *testing.T) {
	t.Parallel()
	got := configDifferences(&v1.Config{Env: []string{"A=1", "B=2"}, User: "x"}, &v1.Config{Env: []string{"B=3"}, Labels: map[string]string{"l": "v"}, User: "x"})
	want := []Difference{{"Env A", "1", ""}, {"Env B", "2", "3"}, {"Label l", "", "v"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFindEngine(t *testing.T) {
	t.Parallel()
	if _, err := FindEngine("nonsense", func(string) string { return "" }); err == nil {
		t.Error("an unknown engine is accepted")
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b string }{
		{"2026-11-27T06:30:00Z listening", "2026-11-28 07:31:02.5 listening"},
		{"served in 12.5ms", "served in 3 ms"},
		{"pid=17", "pid=4"},
		{"from 127.0.0.1:40112", "from 127.0.0.1:51002"},
	} {
		if a, b := normalize(c.a), normalize(c.b); a != b {
			t.Errorf("%q and %q differ", a, b)
		}
	}
	if normalize("port 8080") == normalize("port 8081") {
		t.Error("what the program says is lost")
	}
}

func TestInterpreter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words []string
		want  string
	}{
		{nil, "/bin/sh"},
		{[]string{"/bin/bash", "-e"}, "/bin/bash"},
		{[]string{"/usr/bin/env", "-S", "A=1", "python3"}, "python3"},
	} {
		if got := interpreter(c.words); got != c.want {
			t.Errorf("%q: got %s, want %s", c.words, got, c.want)
		}
	}
}
