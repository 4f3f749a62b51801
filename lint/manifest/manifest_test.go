package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadGoMod(t *testing.T) {
	t.Parallel()
	got := ReadGoMod("module example.com/a // x\n\ngo 1.24\n\nrequire (\n\tb.example/b v1.0.0 // indirect\n)\nrequire c.example/c v0.1.0\nreplace (\n\td => ../d\n)\n")
	want := GoMod{Module: "example.com/a", Go: "1.24", Requires: []string{"b.example/b", "c.example/c"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadTSConfig(t *testing.T) {
	t.Parallel()
	got, err := ReadTSConfig("{ // c\n \"extends\": \"./base\", /* x */ \"compilerOptions\": {\"outDir\": \"a//b\", \"noEmit\": true,},\n}")
	if err != nil {
		t.Fatal(err)
	}
	if want := (TSConfig{Extends: "./base", OutDir: "a//b", NoEmit: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestReadTOML(t *testing.T) {
	t.Parallel()
	got := ReadTOML("[package]\nname = \"x\" # c\n[[bin]]\nname = 'a#b'\n[[bin]]\nname = \"c\"\n[workspace]\nmembers = [\n \"m/a\", # one\n 'm/b',\n]\n")
	if got.String("package", "name") != "x" || got.String("bin#0", "name") != "a#b" || got.String("bin#1", "name") != "c" {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff([]string{"m/a", "m/b"}, got.Strings("workspace", "members")); diff != "" {
		t.Error(diff)
	}
}

// TestReadTOMLLong reads what is long: many tables of a name, values of many lines, and
// one that never ends.
func TestReadTOMLLong(t *testing.T) {
	t.Parallel()
	const n = 100_000
	got := ReadTOML(strings.Repeat("[[bin]]\nname = 'a'\n", 12) + "[bin]\nname = \"\"\"\n[[bin]]\n\"\"\"\nrest = {\n" + strings.Repeat("'a', # b\n", n))
	if len(got) != 14 || got.String("bin#0", "name") != "a" || got.String("bin#11", "name") != "a" || !got.Has("bin") {
		t.Errorf("got %d tables", len(got))
	}
	if list := got.Strings("bin", "rest"); len(list) != n {
		t.Errorf("got %d strings, want %d", len(list), n)
	}
}

func TestReadRequirements(t *testing.T) {
	t.Parallel()
	got := ReadRequirements("# c\nFlask[async]>=2 ; python_version > '3'\n-e .\n-r base.txt\n--index-url https://pypi.example.com\nMy_Pkg==1 \\\n  --hash=sha256:0\ngit+https://example.com/a.git\n")
	want := []Requirement{
		{Name: "flask"}, {Editable: true, Ref: "-e ."}, {Include: "base.txt"}, {Name: "my-pkg"}, {Ref: "git+https://example.com/a.git"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadPOM(t *testing.T) {
	t.Parallel()
	got, err := ReadPOM("<project><parent><version>2.0</version></parent><artifactId>a</artifactId><properties><n>x</n></properties><build><finalName>${n}-${project.version}</finalName></build></project>")
	if err != nil {
		t.Fatal(err)
	}
	if got.FinalName != "x-2.0" || got.Packaging != "jar" {
		t.Errorf("got %+v", got)
	}
}
