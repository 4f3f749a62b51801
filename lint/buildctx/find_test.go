package buildctx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/lint/source"
)

// mapFS makes a file system from "name=text"; a name that ends in "/" is a folder.
func mapFS(names ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, n := range names {
		name, data, _ := strings.Cut(n, "=")
		m[strings.TrimSuffix(name, "/")] = &fstest.MapFile{Data: []byte(data)}
		if strings.HasSuffix(name, "/") {
			m[strings.TrimSuffix(name, "/")].Mode = os.ModeDir | 0o755
		}
	}
	return m
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		files      []string
		dockerfile string
		sources    string
		want       string // root, reason, entry
	}{
		{"folder", []string{"a/Dockerfile"}, "a/Dockerfile", "", "a folder of the Dockerfile"},
		{"short build", []string{"app/Dockerfile", "compose.yaml=services:\n  web:\n    build: ./app\n"}, "app/Dockerfile", "", "app compose file web"},
		{"dockerfile in a folder", []string{"docker/web.Dockerfile", "docker-compose.yml=services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/web.Dockerfile\n"}, "docker/web.Dockerfile", "", ". compose file web"},
		{"no context", []string{"x/d/D", "x/compose.yml=services:\n  web:\n    build:\n      dockerfile: d/D\n"}, "x/d/D", "", "x compose file web"},
		{"parent folder", []string{"svc/a/Dockerfile", "svc/a/docker-compose.yml=services:\n  a:\n    build:\n      context: ..\n      dockerfile: a/Dockerfile\n"}, "svc/a/Dockerfile", "", "svc compose file a"},
		{"nearest wins", []string{"a/Dockerfile", "a/compose.yaml=services: {near: {build: .}}", "compose.yaml=services: {far: {build: {context: ., dockerfile: a/Dockerfile}}}"}, "a/Dockerfile", "", "a compose file near"},
		{"standard name wins", []string{"Dockerfile", "docker-compose.yml=services: {old: {build: .}}", "compose.yaml=services: {new: {build: .}}"}, "Dockerfile", "", ". compose file new"},
		{"other Dockerfile", []string{"Dockerfile", "Dockerfile.dev", "compose.yaml=services: {web: {build: .}}"}, "Dockerfile.dev", "", ". folder of the Dockerfile"},
		{"variant file", []string{"d/Dockerfile.dev", "docker-compose.dev.yml=services: {web: {build: {context: ., dockerfile: d/Dockerfile.dev}}}"}, "d/Dockerfile.dev", "", ". compose file web"},
		{"variant on top of the standard file", []string{"d/Dockerfile.dev", "docker-compose.yml=services: {web: {build: {context: d}}}", "docker-compose.dev.yml=services: {web: {build: {dockerfile: Dockerfile.dev}}}"}, "d/Dockerfile.dev", "", "d compose file web"},
		{"override", []string{"d/Dockerfile", "compose.yaml=services: {web: {build: {context: d, args: {A: 1}}}}", "compose.override.yaml=services: {web: {build: {args: {B: 2}}}}"}, "d/Dockerfile", "", "d compose file web"},
		{"default of a variable", []string{"d/Dockerfile", "compose.yaml=services: {web: {build: '${DIR:-./d}'}}"}, "d/Dockerfile", "", "d compose file web"},
		{"variable without default", []string{"d/Dockerfile", "compose.yaml=services: {web: {build: '${DIR}'}}"}, "d/Dockerfile", "", "d folder of the Dockerfile"},
		{"remote context", []string{"Dockerfile", "compose.yaml=services: {web: {build: 'https://example.com/a.git'}}"}, "Dockerfile", "", ". folder of the Dockerfile"},
		{"context that does not exist", []string{"d/Dockerfile", "compose.yaml=services: {web: {build: {context: gone, dockerfile: ../d/Dockerfile}}}"}, "d/Dockerfile", "", "d folder of the Dockerfile"},
		{"anchor and merge", []string{"d/Dockerfile", "compose.yaml=x-b: &b\n  context: d\nservices:\n  web:\n    build:\n      <<: *b\n      target: t\n"}, "d/Dockerfile", "", "d compose file web"},
		{"alias", []string{"d/Dockerfile", "compose.yaml=x-b: &b {context: d}\nservices:\n  web: {build: *b}\n"}, "d/Dockerfile", "", "d compose file web"},
		{"extends", []string{"d/Dockerfile", "compose.yaml=services: {base: {build: {context: e}}, web: {extends: {service: base}, build: {context: d}}}"}, "d/Dockerfile", "", "d compose file web"},
		{"inherits build", []string{"d/Dockerfile", "compose.yaml=services:\n  web: {extends: base}\n  base: {build: d}\n"}, "d/Dockerfile", "", "d compose file web"},
		{"lower case name", []string{"d/dockerfile", "compose.yaml=services: {web: {build: d}}"}, "d/dockerfile", "", "d compose file web"},
		{"broken compose file", []string{"d/Dockerfile", "compose.yaml=services: [\n"}, "d/Dockerfile", "", "d folder of the Dockerfile"},
		{"no services", []string{"d/Dockerfile", "compose.yaml=- a\n"}, "d/Dockerfile", "", "d folder of the Dockerfile"},
		{"empty compose file", []string{"d/Dockerfile", "compose.yaml="}, "d/Dockerfile", "", "d folder of the Dockerfile"},
		{"bake", []string{"d/Dockerfile", "docker-bake.hcl=target \"app\" {\n  context = \".\"\n  dockerfile = \"d/Dockerfile\"\n}\n"}, "d/Dockerfile", "", ". bake file app"},
		{"bake, inherited", []string{"d/D", "docker-bake.hcl=target \"_base\" {\n context = \"d\"\n}\ntarget \"app\" {\n  inherits = [\"_base\"]\n  dockerfile = \"D\"\n}\n"}, "d/D", "", "d bake file app"},
		{"bake, json", []string{"d/Dockerfile", "docker-bake.json={\n\t\"target\": {\n\t\t\"app\": {\"context\": \"d\"}\n\t}\n}\n"}, "d/Dockerfile", "", "d bake file app"},
		{"compose before bake", []string{"Dockerfile", "compose.yaml=services: {web: {build: .}}", "docker-bake.hcl=target \"app\" {\n context = \".\"\n}\n"}, "Dockerfile", "", ". compose file web"},
		{"stops at the repository", []string{"r/.git/", "r/d/Dockerfile", "compose.yaml=services: {web: {build: r/d}}"}, "r/d/Dockerfile", "", "r/d folder of the Dockerfile"},
		{"the repository itself counts", []string{"r/.git/", "r/d/Dockerfile", "r/compose.yaml=services: {web: {build: d}}"}, "r/d/Dockerfile", "", "r/d compose file web"},
		{"too far away", []string{"1/2/3/4/5/6/7/8/9/Dockerfile", "compose.yaml=services: {web: {build: 1/2/3/4/5/6/7/8/9}}"}, "1/2/3/4/5/6/7/8/9/Dockerfile", "", "1/2/3/4/5/6/7/8/9 folder of the Dockerfile"},
		{"ancestor", []string{"docker/Dockerfile", "package.json", "src/a"}, "docker/Dockerfile", "package.json ./src/ .", ". folder that holds the files"},
		{"nearest ancestor", []string{"a/b/docker/Dockerfile", "a/b/go.mod", "go.mod"}, "a/b/docker/Dockerfile", "go.*", "a/b folder that holds the files"},
		{"one is here", []string{"docker/Dockerfile", "docker/entry.sh", "package.json", "entry.sh"}, "docker/Dockerfile", "entry.sh package.json", "docker folder of the Dockerfile"},
		{"not all above", []string{"docker/Dockerfile", "package.json"}, "docker/Dockerfile", "package.json none", "docker folder of the Dockerfile"},
		{"sources say nothing", []string{"docker/Dockerfile", "x"}, "docker/Dockerfile", ". ./ * $X https://example.com/a /", "docker folder of the Dockerfile"},
		{"variables aside", []string{"docker/Dockerfile", "x"}, "docker/Dockerfile", "$JAR x", ". folder that holds the files"},
	}
	for _, tt := range tests {
		f := NewFinderFS(mapFS(tt.files...))
		found, err := f.Find(tt.dockerfile, Options{Sources: func() []string { return strings.Fields(tt.sources) }})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := found.Context.Root() + " " + string(found.Context.Reason())
		if found.Build != nil {
			got += " " + found.Build.Name
		}
		if got != tt.want {
			t.Errorf("%s: found %q, want %q", tt.name, got, tt.want)
		}
		assumed := strings.Contains(tt.want, "folder ")
		if found.Context.Assumed() != assumed {
			t.Errorf("%s: Assumed = %v", tt.name, !assumed)
		}
		if rel := found.Context.Dockerfile(); !strings.HasSuffix(tt.dockerfile, rel) || rel == "" {
			t.Errorf("%s: Dockerfile = %q", tt.name, rel)
		}
	}
}

func TestFindOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, ".git/HEAD=x", "docker/Dockerfile=FROM scratch", "docker/Dockerfile.dockerignore=src", "src/a=1",
		"ctx/b=1", "ctx/.dockerignore=b", "compose.yaml=services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n")
	f := NewFinder()
	file := filepath.Join(dir, "docker", "Dockerfile")
	found, err := f.Find(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := found.Context
	if c.Root() != dir || c.Reason() != ByCompose || c.Dockerfile() != "docker/Dockerfile" || found.Build.Line != 1 {
		t.Errorf("found %s, %s, %s, %+v", c.Root(), c.Reason(), c.Dockerfile(), found.Build)
	}
	if ok, _ := c.Ignored("src/a"); !ok || !c.Ignore().Specific {
		t.Error("the ignore file of the Dockerfile does not count")
	}
	check(t, "ignore path", c.Ignore().File.Path, filepath.Join(dir, "docker", "Dockerfile.dockerignore"))

	// A context that the user names, with the Dockerfile outside.
	given, err := f.Find(file, Options{Context: filepath.Join(dir, "ctx")})
	if err != nil {
		t.Fatal(err)
	}
	c = given.Context
	if c.Reason() != ByFlag || c.Assumed() || c.Dockerfile() != "" || !c.Ignore().Specific {
		t.Errorf("given: %s, %q, %+v", c.Reason(), c.Dockerfile(), c.Ignore())
	}
	check(t, "files", paths(c.Files()), []string{".dockerignore", "b"})
	if given.Build == nil || given.Build.Name != "web" {
		t.Errorf("Build = %+v", given.Build)
	}
	if _, err := f.Find(file, Options{Context: filepath.Join(dir, "none")}); err == nil || !strings.Contains(err.Error(), "--context") {
		t.Errorf("a context that does not exist: %v", err)
	}
}

func TestNoAncestorOutsideOfRepositories(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "main.go=1", "app/docker/Dockerfile=1", "repo/.git/HEAD=x", "repo/main.go=1", "repo/docker/Dockerfile=1")
	for file, want := range map[string]string{"app/docker/Dockerfile": "app/docker", "repo/docker/Dockerfile": "repo"} {
		found, err := NewFinder().Find(filepath.Join(dir, file), Options{Sources: func() []string { return []string{"main.go"} }})
		if err != nil {
			t.Fatal(err)
		}
		check(t, file, found.Context.Root(), filepath.Join(dir, filepath.FromSlash(want)))
	}
}

// TestManySources holds a Dockerfile with very many sources to their number.
func TestManySources(t *testing.T) {
	t.Parallel()
	linear.Check(t, 10_000, func(n int) {
		sources := make([]string, n)
		for i := range sources {
			sources[i] = fmt.Sprintf("none/f%d", i)
		}
		found, err := NewFinderFS(mapFS(".git/HEAD", "d/Dockerfile")).Find("d/Dockerfile", Options{Sources: func() []string { return sources }})
		if err != nil {
			t.Error(err)
			return
		}
		check(t, "root", found.Context.Root(), "d")
	})
}

func TestRepository(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "repo/.git/HEAD=x", "repo/a/b/f=1", "linked/.git=gitdir: x", "linked/f=1", "repo/"+strings.Repeat("d/", maxAbove+1)+"f=1")
	for root, want := range map[string][2]string{
		"repo":                                   {"repo", "."},
		"repo/a/b":                               {"repo", "a/b"},
		"linked":                                 {"linked", "."},
		"repo/" + strings.Repeat("d/", maxAbove): {"repo", strings.Repeat("d/", maxAbove-1) + "d"},
		"repo/" + strings.Repeat("d/", maxAbove+1): {"repo/" + strings.Repeat("d/", maxAbove) + "d", "."},
	} {
		c, err := Open(filepath.Join(dir, filepath.FromSlash(root)))
		if err != nil {
			t.Fatal(err)
		}
		files, prefix := c.Repository()
		check(t, root, files.Root(), filepath.Join(dir, filepath.FromSlash(want[0])))
		check(t, root, prefix, want[1])
	}
}

func TestFinderSharesWork(t *testing.T) {
	t.Parallel()
	fsys := &countingFS{MapFS: mapFS("compose.yaml=services: {a: {build: {context: ., dockerfile: d/1}}, b: {build: {context: ., dockerfile: d/2}}}", "d/1", "d/2", "x/y/z"), read: map[string]int{}}
	f := NewFinderFS(fsys)
	var wg sync.WaitGroup
	got := make([]*Context, 20)
	for i := range got {
		wg.Go(func() {
			found, err := f.Find(fmt.Sprintf("d/%d", 1+i%2), Options{})
			if err == nil {
				got[i] = found.Context
				got[i].Files()
			}
		})
	}
	wg.Wait()
	for i, c := range got {
		if c == nil || c.Reason() != ByCompose || c.Root() != "." || &c.Files()[0] != &got[0].Files()[0] {
			t.Fatalf("context %d is not shared", i)
		}
	}
	// Once by the finder, once by the walk.
	if n := fsys.read["x/y"]; n != 1 {
		t.Errorf("x/y has been read %d times", n)
	}
	if n := fsys.read["."]; n != 2 {
		t.Errorf("the root has been read %d times", n)
	}
}

func entries(t *testing.T, name, text string) []*Build {
	t.Helper()
	list, err := NewFinderFS(mapFS(name+"="+text, "Dockerfile")).Entries(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return list
}

func TestComposeEntries(t *testing.T) {
	t.Parallel()
	const text = `services:
  db:
    image: postgres
  web:
    platform: linux/amd64
    build:
      context: ./web
      dockerfile: ../docker/web.Dockerfile
      target: prod
      args:
        VERSION: "1.2"
        N: 3
        ON: true
        SECRET:
        FROM_ENV: ${X}
        WITH_DEFAULT: ${X:-a-b}
        DOLLAR: a$$b
      additional_contexts:
        lib: ../lib
        img: docker-image://alpine
  list:
    build:
      context: .
      args: [A=1, B, "C=x=y"]
      additional_contexts: [lib=../lib]
      platforms: [linux/arm64, "${P}"]
  inline:
    build:
      context: .
      dockerfile_inline: |
        FROM scratch
        COPY . .
  remote: {build: "git@example.com:a/b.git"}
  unknown: {build: {context: ., dockerfile: "$NAME"}}
`
	got := entries(t, "compose.yaml", text)
	for _, b := range got {
		if text[b.Range.Start:b.Range.End] != b.Name || strings.Count(text[:b.Range.Start], "\n") != b.Line {
			t.Errorf("%s: range holds %q, line %d", b.Name, text[b.Range.Start:b.Range.End], b.Line)
		}
		b.Range, b.Line = source.Range{}, 0
	}
	in := text[strings.Index(text, "        FROM scratch"):strings.Index(text, "\n  remote")]
	start := strings.Index(text, in)
	want := []*Build{
		{
			File: "compose.yaml", Name: "web", Context: "web", Dockerfile: "docker/web.Dockerfile", Target: "prod",
			Args: []Arg{
				{"VERSION", "1.2", true},
				{"N", "3", true},
				{"ON", "true", true},
				{"SECRET", "", false},
				{"FROM_ENV", "", false},
				{"WITH_DEFAULT", "a-b", true},
				{"DOLLAR", "a$b", true},
			},
			Contexts: map[string]string{"lib": "../lib", "img": "docker-image://alpine"}, Platforms: []string{"linux/amd64"},
		},
		{
			File: "compose.yaml", Name: "list", Context: ".", Dockerfile: "Dockerfile", DefaultName: true,
			Args:     []Arg{{"A", "1", true}, {"B", "", false}, {"C", "x=y", true}},
			Contexts: map[string]string{"lib": "../lib"}, Platforms: []string{"linux/arm64"},
		},
		{
			File: "compose.yaml", Name: "inline", Context: ".", DefaultName: true,
			Inline: &InlineDockerfile{
				Name: "inline", Text: "FROM scratch\nCOPY . .\n", Line: strings.Count(text[:start], "\n"),
				Range: source.Range{Start: start, End: start + len(in)}, Indent: 8, Exact: true,
			},
		},
		{File: "compose.yaml", Name: "remote", DefaultName: true},
		{File: "compose.yaml", Name: "unknown", Context: "."},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	inline, err := NewFinderFS(mapFS("compose.yaml=" + text)).Inline("compose.yaml")
	if err != nil || len(inline) != 1 || inline[0].Name != "inline" {
		t.Errorf("Inline = %+v, %v", inline, err)
	}
}

func TestInlinePositions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value string
		text, slice string
		line        int
		exact       bool
	}{
		{"literal", "|\n        FROM a\n          x\n\n        RUN b\n", "FROM a\n  x\n\nRUN b\n", "        FROM a\n          x\n\n        RUN b", 4, true},
		{"strip", "|-\n        FROM a\n", "FROM a", "        FROM a", 4, true},
		{"comment behind", "| # here\n        FROM a\n", "FROM a\n", "        FROM a", 4, true},
		{"explicit indent", "|2\n        FROM a\n", "FROM a\n", "        FROM a", 4, true},
		{"folded", ">\n        FROM a\n        b\n", "FROM a b\n", "        FROM a", 4, false},
		{"quoted", "\"FROM a\\nRUN b\"\n", "FROM a\nRUN b", "\"FROM a\\nRUN b\"", 3, false},
		{"empty line first", "|\n\n        FROM a\n", "\nFROM a\n", "\n        FROM a", 4, true},
	}
	for _, tt := range tests {
		text := "services:\n  web:\n    build:\n      dockerfile_inline: " + tt.value
		b := entries(t, "compose.yaml", text)
		if len(b) != 1 || b[0].Inline == nil {
			t.Errorf("%s: no Dockerfile in %q", tt.name, text)
			continue
		}
		in := b[0].Inline
		want := fmt.Sprintf("%q %q %d %v", tt.text, tt.slice, tt.line, tt.exact)
		got := fmt.Sprintf("%q %q %d %v", in.Text, text[in.Range.Start:in.Range.End], in.Line, in.Exact)
		if got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got, want)
		}
		if !in.Exact {
			continue
		}
		// Offsets in Text lead to offsets in the file.
		for i, l := range strings.Split(strings.TrimSuffix(in.Text, "\n"), "\n") {
			line := strings.Split(text, "\n")[in.Line+i]
			if l != "" && line[in.Indent:] != l {
				t.Errorf("%s: line %d is %q, want %q", tt.name, i, line[in.Indent:], l)
			}
		}
	}
}

func TestBakeHCL(t *testing.T) {
	t.Parallel()
	const text = `# comment
variable "TAG" { default = "latest" }
variable "DIR" {
  default = "docker"
  validation { condition = TAG != "" }
}
variable "NODE" { default = null }
function "f" { params = [a] result = "${a}" }
group "default" { targets = ["app", "other"] }
target "_common" {
  args = { A = "1", B = "base" }
  platforms = ["linux/amd64", "linux/arm64"]
}
target "app" {
  inherits   = ["_common"]
  context    = "."   // here
  dockerfile = "${DIR}/app.Dockerfile"
  target     = DIR
  args = {
    B = "own"
    C = "v-${TAG}"
    D = NODE
    E = upper("x")
    "F" : 5
    G = TAG == "a" ? "b" : "c"
  }
  contexts = {
    lib = "./lib"
    base = "target:base"
  }
  tags = [for t in ["a", "b"] : "x/${t}"]
  labels = merge({ a = "}" }, { b = "{" })
  secret = [{ type = "env", id = "x" }]
}
target "matrix" {
  matrix = { tgt = ["a", "b"] }
  name = tgt
  dockerfile = "${tgt}.Dockerfile"
}
target "inline" {
  dockerfile-inline = <<-EOT
    FROM scratch
      COPY a b
  EOT
}
target "plain" {
  dockerfile = "dir\\x\"y" /* odd */
}
target "docker-metadata-action" {}
`
	got := entries(t, "docker-bake.hcl", text)
	for _, b := range got {
		if text[b.Range.Start:b.Range.End] != b.Name {
			t.Errorf("%s: range holds %q", b.Name, text[b.Range.Start:b.Range.End])
		}
		b.Range, b.Line = source.Range{}, 0
	}
	start := strings.Index(text, "    FROM scratch")
	end := strings.Index(text, "  EOT\n")
	want := []*Build{
		{
			File: "docker-bake.hcl", Name: "app", Bake: true, Context: ".", Dockerfile: "docker/app.Dockerfile", Target: "docker",
			Args: []Arg{
				{"B", "own", true},
				{"C", "v-latest", true},
				{"D", "", false},
				{"E", "", false},
				{"F", "5", true},
				{"G", "", false},
				{"A", "1", true},
			},
			Contexts:  map[string]string{"lib": "./lib", "base": "target:base"},
			Platforms: []string{"linux/amd64", "linux/arm64"},
		},
		{File: "docker-bake.hcl", Name: "matrix", Bake: true, Context: "."},
		{
			File: "docker-bake.hcl", Name: "inline", Bake: true, Context: ".", DefaultName: true,
			Inline: &InlineDockerfile{
				Name: "inline", Text: "FROM scratch\n  COPY a b\n", Line: strings.Count(text[:start], "\n"),
				Range: source.Range{Start: start, End: end}, Indent: 4, Exact: true,
			},
		},
		{File: "docker-bake.hcl", Name: "plain", Bake: true, Context: ".", Dockerfile: `dir\x"y`},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
}

func TestBakeJSON(t *testing.T) {
	t.Parallel()
	text := "{\n\t\"variable\": {\"V\": {\"default\": \"x\"}},\n\t\"target\": {\n\t\t\"base\": {\"args\": {\"A\": \"${V}\", \"N\": null}},\n\t\t\"app\": {\"inherits\": [\"base\"], \"dockerfile\": \"a.Dockerfile\", \"contexts\": {\"c\": \"..\"}}\n\t}\n}\n"
	got := entries(t, "docker-bake.json", text)
	if len(got) != 1 {
		t.Fatalf("%d entries, want 1", len(got))
	}
	b := got[0]
	if text[b.Range.Start:b.Range.End] != "app" || b.Line != 4 {
		t.Errorf("range holds %q, line %d", text[b.Range.Start:b.Range.End], b.Line)
	}
	b.Range, b.Line = source.Range{}, 0
	check(t, "entry", b, &Build{
		File: "docker-bake.json", Name: "app", Bake: true, Context: ".", Dockerfile: "a.Dockerfile",
		Args: []Arg{{"A", "x", true}, {"N", "", false}}, Contexts: map[string]string{"c": ".."},
	})
}

// TestLongBuildFiles holds what grows in a build file to its number: services that merge
// a long mapping, defaults in defaults, blocks that do not end.
func TestLongBuildFiles(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		size int
		text func(n int) string
	}{
		"compose.yaml": {1000, func(n int) string {
			var keys, services strings.Builder
			for i := range n {
				fmt.Fprintf(&keys, "  k%d: 1\n", i)
				fmt.Fprintf(&services, "  s%d: {<<: *a}\n", i)
			}
			return "x: &a\n" + keys.String() + "services:\n" + services.String()
		}},
		"compose.2.yaml": {4000, func(n int) string {
			return "services: {a: {build: '" + strings.Repeat("${A:-", n) + strings.Repeat("}", n) + "'}}"
		}},
		"docker-bake.hcl":   {4000, func(n int) string { return strings.Repeat("target \"a\" { x = {", n) }},
		"docker-bake.2.hcl": {8000, func(n int) string { return strings.Repeat("a = \"${", n) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			linear.Check(t, tt.size, func(n int) {
				_, _ = NewFinderFS(mapFS(name + "=" + tt.text(n))).Entries(name) // refused or not
			})
		})
	}
}

// TestHostileBuildFiles reads files that would not be read to their end if all that
// they ask for were done.
func TestHostileBuildFiles(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 {context: x}\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("a%d: &a%d {<<: [%s]}\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	bomb += "services: {web: {build: {<<: *a39, args: *a39}}}\n"
	var keys strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&keys, "  k%d: 1\n", i)
	}
	wide := "x: &a\n" + keys.String() + "services:\n"
	keys.Reset()
	for i := range 15_000 {
		fmt.Fprintf(&keys, "  s%d: {<<: *a}\n", i)
	}
	wide += keys.String()
	tests := map[string]string{
		"compose.yaml":    bomb,
		"compose.2.yaml":  wide,
		"compose.3.yaml":  "services: &s {web: *s}\n",
		"compose.4.yaml":  "services: {a: {extends: b, build: {args: {x: y}}}, b: {extends: a}}\n",
		"compose.5.yaml":  strings.Repeat("[", 100_000),
		"compose.6.yaml":  "services:\n" + strings.Repeat("  a: &a\n", 3) + "\x00\xff",
		"compose.7.yaml":  "services: {a: {build: '" + strings.Repeat("${A:-", 10_000) + strings.Repeat("}", 10_000) + "'}}",
		"docker-bake.hcl": strings.Repeat("target \"a\" { x = {", 20_000),
		"docker-bake.2.hcl": `variable "A" { default = "${B}${B}${B}${B}${B}${B}${B}${B}" }` + "\n" +
			`variable "B" { default = "${A}${A}${A}${A}${A}${A}${A}${A}" }` + "\ntarget \"t\" { context = \"${A}\" }",
		"docker-bake.3.hcl": "target \"a\" { inherits = [\"b\"] }\ntarget \"b\" { inherits = [\"a\"] }\n" + strings.Repeat("a = \"${", 30_000),
		"docker-bake.4.hcl": strings.Repeat("]})", 30_000) + "<<",
		"docker-bake.json":  "{\"target\": " + strings.Repeat("{\"a\":", 5000),
	}
	for name, text := range tests {
		list, err := NewFinderFS(mapFS(name + "=" + text)).Entries(name)
		if len(list) > 20_000 {
			t.Errorf("%s: %d entries, %v", name, len(list), err)
		}
	}
	_, err := NewFinderFS(mapFS("compose.yaml=" + strings.Repeat("# x\n", 300_000))).Entries("compose.yaml")
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("a file of 1.2 MB: %v", err)
	}
}

func FuzzBuildFiles(f *testing.F) {
	f.Add("target \"a\" {\n args = { A = \"1\" }\n dockerfile-inline = <<EOT\nFROM a\nEOT\n}\n")
	f.Add("services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM a\n")
	f.Add("{\"target\": {\"a\": {\"args\": {\"B\": [1, null]}}}}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"compose.yaml", "docker-bake.hcl", "docker-bake.json"} {
			fsys := fstest.MapFS{name: {Data: []byte(text)}}
			list, err := NewFinderFS(fsys).Entries(name)
			if err != nil && len(list) > 0 {
				t.Errorf("%s: entries and an error", name)
			}
			for _, b := range list {
				if b.Range.Start < 0 || b.Range.End > len(text) || b.Range.Len() < 0 {
					t.Errorf("%s: range %v of %d", name, b.Range, len(text))
				}
				if in := b.Inline; in != nil && (in.Range.Start < 0 || in.Range.End > len(text) || in.Range.Len() < 0) {
					t.Errorf("%s: range %v of %d", name, in.Range, len(text))
				}
			}
		}
	})
}

func TestInterpolate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, out string
		ok      bool
	}{
		{"a", "a", true},
		{"$$a", "$a", true},
		{"${A:-b}", "b", true},
		{"${A-b}", "b", true},
		{"x${A:-}y", "xy", true},
		{"${A:-${B:-c}}/d", "c/d", true},
		{"${A:-a-b}", "a-b", true},
		{"${A}", "", false},
		{"$A", "", false},
		{"${A:?e-f}", "", false},
		{"${A:+b-c}", "", false},
		{"${A", "", false},
		{"a$", "", false},
		{"${A:-$B}", "", false},
		{"${A:-a?b}", "a?b", true},
	}
	for _, tt := range tests {
		if out, ok := interpolate(tt.in); out != tt.out || ok != tt.ok {
			t.Errorf("interpolate(%q) = %q, %v; want %q, %v", tt.in, out, ok, tt.out, tt.ok)
		}
	}
}

func TestIsBuildFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"compose.yaml": true, "docker-compose.yml": true, "a/docker-compose.prod.yml": true, "docker-compose-dev.yaml": true,
		`a\compose.yml`: true, "docker-bake.hcl": true, "docker-bake.override.json": true, "docker-bake_x.hcl": true,
		"composer.json": false, "compose.json": false, "composed.yml": false, "main.hcl": false, "docker-bakery.hcl": false, "Dockerfile": false,
	} {
		if got := IsBuildFile(name); got != want {
			t.Errorf("IsBuildFile(%q) = %v", name, got)
		}
	}
}
