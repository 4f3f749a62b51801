package buildctx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/source"
)

// files builds a context in memory; a name alone makes a file of one byte.
func files(names ...string) *Context {
	m := map[string][]byte{}
	for _, n := range names {
		name, data, ok := strings.Cut(n, "=")
		if !ok {
			data = "x"
		}
		m[name] = []byte(data)
	}
	return FromFiles(m)
}

func paths(list []*Entry) []string {
	out := []string{}
	for _, e := range list {
		out = append(out, e.Path)
	}
	return out
}

func check[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, n := range names {
		name, data, _ := strings.Cut(n, "=")
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func symlink(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

func TestNilContext(t *testing.T) {
	t.Parallel()
	var c *Context
	if c.Known() || c.Assumed() || c.Root() != "" || c.Reason() != ByNothing || c.Dockerfile() != "" || c.Path("a") != "" {
		t.Error("a nil context claims to know something")
	}
	if c.Exists("a") || c.Has("a") || c.Included("a") || c.Truncated() != "" {
		t.Error("a nil context claims that a file exists")
	}
	if c.Files() != nil || c.Sent() != nil || c.All() != nil || c.Usage() != nil || c.Problems() != nil || c.Ignore() != nil {
		t.Error("a nil context lists something")
	}
	if ok, by := c.Ignored("a"); ok || by != nil {
		t.Error("a nil context ignores a file")
	}
	for what, err := range map[string]error{
		"ReadFile": second(c.ReadFile("a", 0)), "ReadHead": second(c.ReadHead("a", 0)),
		"Stat": second(c.Stat("a")), "Lstat": second(c.Lstat("a")), "Glob": second(c.Glob("*")),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s on a nil context gives %v", what, err)
		}
	}
	if c.For("x") != nil || c.WithIgnore(nil) != nil || c.WithLimits(Limits{}) != nil || c.WithReason(ByFlag) != nil {
		t.Error("a nil context begets others")
	}
	if got := c.FindBase(func(string) bool { return true }, FindOptions{Ignored: true}); got != nil {
		t.Errorf("FindBase = %v", got)
	}
	s := c.Select([]string{"a"}, SelectOptions{})
	check(t, "Select", s, &Selection{Sources: []SourceMatch{{Source: "a"}}})
}

func second[T any](_ T, err error) error { return err }

func TestWhichIgnoreFile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, dockerfile string
		files            []string
		want             string
		specific         bool
	}{
		{"none", "Dockerfile", []string{"a"}, "", false},
		{"root", "Dockerfile", []string{".dockerignore=a"}, ".dockerignore", false},
		{"specific", "Dockerfile", []string{".dockerignore=a", "Dockerfile.dockerignore=b"}, "Dockerfile.dockerignore", true},
		{"specific, empty", "Dockerfile", []string{".dockerignore=a", "Dockerfile.dockerignore="}, "Dockerfile.dockerignore", true},
		{"in a folder", "docker/app.Dockerfile", []string{".dockerignore=a", "docker/app.Dockerfile.dockerignore=b"}, "docker/app.Dockerfile.dockerignore", true},
		{"not that of the folder", "docker/Dockerfile", []string{"docker/.dockerignore=a"}, "", false},
		{"of another Dockerfile", "Dockerfile", []string{".dockerignore=a", "Dockerfile.dev.dockerignore=b"}, ".dockerignore", false},
		{"no Dockerfile known", "", []string{".dockerignore=a", ".dockerignore.dockerignore=x"}, ".dockerignore", false},
	}
	for _, tt := range tests {
		ig := files(tt.files...).For(tt.dockerfile).Ignore()
		if tt.want == "" {
			if ig != nil {
				t.Errorf("%s: found %s", tt.name, ig.Path)
			}
			continue
		}
		if ig == nil || ig.Path != tt.want || ig.Specific != tt.specific {
			t.Errorf("%s: found %+v, want %s", tt.name, ig, tt.want)
		}
	}
}

func TestParseIgnoreRanges(t *testing.T) {
	t.Parallel()
	text := source.BOM + "  node_modules/ \r\n# note\r\n\r\n! /keep/../me\n.git # no\n[bad\n!\nlast"
	f := source.NewFile(".dockerignore", text)
	ig := ParseIgnore(f)
	var got []string
	for i, p := range ig.Patterns {
		if p.Index != i || f.Slice(p.Range) != p.Text {
			t.Errorf("pattern %d: index %d, range holds %q, text %q", i, p.Index, f.Slice(p.Range), p.Text)
		}
		got = append(got, fmt.Sprintf("%d %q %q %v %v", p.Line, p.Text, p.Clean, p.Negated, p.Err != nil))
	}
	check(t, "patterns", got, []string{
		`0 "node_modules/" "node_modules" false false`,
		`3 "! /keep/../me" "me" true false`,
		`4 ".git # no" ".git # no" false false`,
		`5 "[bad" "[bad" false true`,
		`6 "!" "" true true`,
		`7 "last" "last" false false`,
	})
	if len(ig.Comments) != 1 || f.Slice(ig.Comments[0]) != "# note" {
		t.Errorf("comments = %v", ig.Comments)
	}
	if len(ig.Errors) != 2 || !strings.HasPrefix(ig.Errors[0].Error(), "line 6: pattern \"[bad\" is not valid") {
		t.Errorf("errors = %v", ig.Errors)
	}
}

func TestIgnoredNamesThePattern(t *testing.T) {
	t.Parallel()
	ig := ParseIgnore(source.NewFile("", "*.log\nlogs\n!logs/keep\nlogs/keep/not\n**/node_modules\n"))
	tests := []struct {
		name    string
		ignored bool
		by      string
	}{
		{"a.log", true, "*.log"},
		{"x/a.log", false, ""},
		{"logs", true, "logs"},
		{"logs/a", true, "logs"},
		{"logs/keep", false, "!logs/keep"},
		{"logs/keep/a", false, "!logs/keep"},
		{"logs/keep/not/x", true, "logs/keep/not"},
		{"a/b/node_modules/c", true, "**/node_modules"},
		{"./logs//a", true, "logs"},
		{".", false, ""},
		{"", false, ""},
	}
	for _, tt := range tests {
		ok, by := ig.Match(tt.name)
		text := ""
		if by != nil {
			text = by.Text
		}
		if ok != tt.ignored || text != tt.by {
			t.Errorf("Match(%q) = %v by %q, want %v by %q", tt.name, ok, text, tt.ignored, tt.by)
		}
	}
}

func TestCopyIgnored(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, src, want string }{
		{"a", "a", "a"},
		{"a", "./a/", "a"},
		{"a", "/a", ""},
		{"/**", "/a", "/**"},
		{"a", "a/b", "a"},
		{"a\n!b", "a", ""},
		{"*", ".", "*"},
		{"**/*", "/", "**/*"},
		{"a*", ".", ""},
		{"*.txt", "*.txt", "*.txt"},
		{"", "a", ""},
	}
	for _, tt := range tests {
		got := ""
		if p := ParseIgnore(source.NewFile("", tt.text)).CopyIgnored(tt.src); p != nil {
			got = p.Text
		}
		if got != tt.want {
			t.Errorf("%q: CopyIgnored(%q) = %q, want %q", tt.text, tt.src, got, tt.want)
		}
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	all := []string{"b", "a/z", "a-x", "a/b/c", "a.txt", ".git/HEAD", ".git/objects/1", "sub/.git=gitdir: x", "nm/x/y", "nm/keep/k"}
	tests := []struct{ name, ignore, want string }{
		{"nothing ignored", "", "a/b/c a/z a-x a.txt b nm/keep/k nm/x/y sub/.git"},
		{"a file and a folder", "*.txt\nnm", "a/b/c a/z a-x b sub/.git"},
		{"an exception", "nm\n!nm/keep", "a/b/c a/z a-x a.txt b nm/keep/k sub/.git"},
		{"an exception too early", "!nm/keep\nnm", "a/b/c a/z a-x a.txt b sub/.git"},
		{"all but", "*\n!a/b", "a/b/c"},
		{"a pattern that came too late to count for the folder", ".git\n!.git/HEAD\n*", ".git/HEAD"},
		{"only the head", "*\n!.git/HEAD", ".git/HEAD"},
		{"everything", "**", ""},
	}
	for _, tt := range tests {
		c := files(all...).WithIgnore(ParseIgnore(source.NewFile("", tt.ignore)))
		check(t, tt.name, strings.Join(paths(c.Files()), " "), tt.want)
		for _, e := range c.Sent() {
			if !c.Included(e.Path) {
				t.Errorf("%s: %s is sent, but not included", tt.name, e.Path)
			}
		}
		check(t, tt.name+": all", strings.Join(paths(c.All()), " "),
			".git a a/b a/b/c a/z a-x a.txt b nm nm/keep nm/keep/k nm/x nm/x/y sub sub/.git")
	}
}

// countingFS counts how often a folder is read.
type countingFS struct {
	fstest.MapFS
	mu   sync.Mutex
	read map[string]int
}

func (f *countingFS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.mu.Lock()
	f.read[name]++
	f.mu.Unlock()
	return f.MapFS.ReadDir(name)
}

func TestIgnoredFoldersAreNotRead(t *testing.T) {
	t.Parallel()
	f := &countingFS{MapFS: fstest.MapFS{}, read: map[string]int{}}
	for _, n := range []string{"src/a.go", "node_modules/x/y.js", "web/node_modules/z/z.js", ".git/objects/aa/bb", "keep/in/x", "keep/out/x"} {
		f.MapFS[n] = &fstest.MapFile{}
	}
	f.MapFS[".dockerignore"] = &fstest.MapFile{Data: []byte("**/node_modules\n!src/**/*.md\nkeep\n!keep/in\n")}
	c := FromFS(f, "repo")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			c.Files()
			c.Select([]string{"."}, SelectOptions{})
		})
	}
	wg.Wait()
	check(t, "files", paths(c.Files()), []string{".dockerignore", "keep/in/x", "src/a.go"})
	for dir, n := range f.read {
		if strings.Contains(dir, "node_modules") || strings.HasPrefix(dir, ".git") || dir == "keep/out" {
			t.Errorf("%s has been read", dir)
		}
		if n > 8 {
			t.Errorf("%s has been read %d times", dir, n)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprintf("d%d/f", i%5)+fmt.Sprint(i))
	}
	c := files(append(names, "a/b/c/d/e/f")...)
	if c.Truncated() != "" {
		t.Errorf("truncated before any walk: %s", c.Truncated())
	}
	few := c.WithLimits(Limits{Entries: 20})
	if n := len(few.Files()); n > 20 || n < 10 {
		t.Errorf("%d files with a bound of 20 entries", n)
	}
	check(t, "entries", few.Truncated(), "more than 20 files")
	s := few.Select([]string{"."}, SelectOptions{})
	check(t, "selection", s.Truncated, "more than 20 files")
	if s := few.Select([]string{"d4"}, SelectOptions{}); len(s.Files) != 10 || s.Truncated != "" {
		t.Errorf("a small folder of a truncated context: %d files, %q", len(s.Files), s.Truncated)
	}
	flat := c.WithLimits(Limits{Depth: 3})
	if n := len(flat.Files()); n != 50 {
		t.Errorf("%d files with a bound of 3 folders, want 50", n)
	}
	check(t, "depth", flat.Truncated(), "folders lie more than 3 deep")
	one := files(names...).WithLimits(Limits{Entries: 3})
	one.All()
	check(t, "one folder", one.Truncated(), "more than 3 files")
	check(t, "no bound hit", files("a").WithLimits(Limits{Entries: 1}).All()[0].Path, "a")
}

func TestSymlinks(t *testing.T) {
	t.Parallel()
	outer := t.TempDir()
	dir := filepath.Join(outer, "ctx")
	write(t, outer, "secret=top", "ctx/real/f=data", "ctx/etc/passwd=mine")
	symlink(t, "real", filepath.Join(dir, "dirlink"))
	symlink(t, "real/f", filepath.Join(dir, "filelink"))
	symlink(t, "../secret", filepath.Join(dir, "out"))
	symlink(t, filepath.Join(outer, "secret"), filepath.Join(dir, "abs"))
	symlink(t, "/etc/passwd", filepath.Join(dir, "clamped"))
	symlink(t, "loop2", filepath.Join(dir, "loop1"))
	symlink(t, "loop1", filepath.Join(dir, "loop2"))
	symlink(t, ".", filepath.Join(dir, "self"))
	symlink(t, "gone", filepath.Join(dir, "dangling"))
	symlink(t, "../real", filepath.Join(dir, "real", "up"))
	symlink(t, "f/x", filepath.Join(dir, "real", "through"))
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, want string
		err        error
	}{
		{"dirlink/f", "data", nil},
		{"filelink", "data", nil},
		{"self/self/self/real/f", "data", nil},
		{"real/up/up/f", "data", nil},
		{"clamped", "mine", nil}, // as in BuildKit, the root is that of the context
		{"out", "", ErrOutside},
		{"abs", "", ErrOutside},
		{"loop1", "", ErrLoop},
		{"loop1/x", "", ErrLoop},
		{"dangling", "", fs.ErrNotExist},
		{"../secret", "", fs.ErrNotExist},
		{"real/../../secret", "", fs.ErrNotExist},
		{"real/through", "", fs.ErrNotExist},
		{"real/f/x", "", fs.ErrNotExist},
		{"real", "", ErrNotRegular},
		{"dirlink", "", ErrNotRegular},
	}
	for _, tt := range tests {
		got, err := c.ReadFile(tt.name, 0)
		if string(got) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ReadFile(%q) = %q, %v; want %q, %v", tt.name, got, err, tt.want, tt.err)
		}
		if ex := c.Exists(tt.name); ex != (tt.err == nil || errors.Is(tt.err, ErrNotRegular)) {
			t.Errorf("Exists(%q) = %v", tt.name, ex)
		}
	}
	for _, e := range c.Files() {
		if strings.Contains(e.Path, "link/") || strings.Contains(e.Path, "self/") {
			t.Errorf("the walk has followed a link: %s", e.Path)
		}
	}
	e, err := c.Lstat("dirlink")
	if err != nil || !e.IsSymlink() || e.Link != "real" {
		t.Errorf("Lstat = %+v, %v", e, err)
	}
	states := map[string]SourceState{
		"dirlink": SourceFound, "filelink": SourceFound, "out": SourceOutside, "abs": SourceOutside, "loop1": SourceUnreadable,
		"dangling": SourceMissing, "self": SourceFound, "out*": SourceOutside,
	}
	for src, want := range states {
		if got := c.Select([]string{src}, SelectOptions{}).Sources[0].State; got != want {
			t.Errorf("source %s: state %d, want %d", src, got, want)
		}
	}
	check(t, "a linked folder", paths(c.Select([]string{"dirlink"}, SelectOptions{}).Files), []string{"real/f", "real/through", "real/up"})
}

func TestReadFileBounds(t *testing.T) {
	t.Parallel()
	c := files("a=0123456789")
	for range 2 { // the second time from the cache
		if _, err := c.ReadFile("a", 9); !errors.Is(err, ErrTooLarge) {
			t.Errorf("ReadFile with a bound of 9: %v", err)
		}
		got, err := c.ReadHead("a", 4)
		if string(got) != "0123" || err != nil {
			t.Errorf("ReadHead = %q, %v", got, err)
		}
		if got, err := c.ReadFile("a", 10); string(got) != "0123456789" || err != nil {
			t.Errorf("ReadFile = %q, %v", got, err)
		}
	}
	if _, err := c.ReadFile("b", 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadFile of nothing: %v", err)
	}
}

func TestIsBinary(t *testing.T) {
	t.Parallel()
	if IsBinary([]byte("text\xff")) || IsBinary(nil) || !IsBinary([]byte("\x7fELF\x00")) {
		t.Error("IsBinary is wrong")
	}
}

func TestStrangeNames(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the file system takes no such names")
	}
	dir := t.TempDir()
	names := []string{"new\nline", "bad\xff\xfe.txt", "d\xff/x", `back\slash`, "[x]", "a b", "-rf"}
	for _, n := range names {
		write(t, dir, n+"=1")
	}
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := paths(c.Files())
	slices.Sort(got)
	slices.Sort(names)
	check(t, "files", got, names)
	for _, n := range names {
		if data, err := c.ReadFile(n, 0); string(data) != "1" || err != nil {
			t.Errorf("ReadFile(%q) = %q, %v", n, data, err)
		}
	}
}

func TestUnreadableFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "a=1", "closed/x=1", "z=1")
	closed := filepath.Join(dir, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	if _, err := os.ReadDir(closed); err == nil {
		t.Skip("this user may read everything")
	}
	c, _ := Open(dir)
	check(t, "files", paths(c.Files()), []string{"a", "z"})
	p := c.Problems()
	if len(p) != 1 || p[0].Path != "closed" || !errors.Is(p[0].Err, fs.ErrPermission) {
		t.Errorf("problems = %v", p)
	}
}

// brokenFS fails on one folder, for users who may read everything.
type brokenFS struct{ fstest.MapFS }

func (f brokenFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "closed" {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrPermission}
	}
	return f.MapFS.ReadDir(name)
}

func TestBrokenFolder(t *testing.T) {
	t.Parallel()
	c := FromFS(brokenFS{fstest.MapFS{"a": {}, "closed/x": {}, "z": {}}}, "x")
	check(t, "files", paths(c.Files()), []string{"a", "z"})
	if p := c.Problems(); len(p) != 1 || p[0].Path != "closed" {
		t.Errorf("problems = %v", p)
	}
}

func TestFromFS(t *testing.T) {
	t.Parallel()
	c := FromFS(fstest.MapFS{
		"dir/f":         {Data: []byte("hello"), Mode: 0o755},
		"link":          {Data: []byte("dir/f"), Mode: fs.ModeSymlink},
		"pipe":          {Mode: fs.ModeNamedPipe},
		".dockerignore": {Data: []byte("dir")},
	}, "commit")
	if data, err := c.ReadFile("link", 0); string(data) != "hello" || err != nil {
		t.Errorf("ReadFile(link) = %q, %v", data, err)
	}
	if _, err := c.ReadFile("pipe", 0); !errors.Is(err, ErrNotRegular) {
		t.Errorf("ReadFile(pipe): %v", err)
	}
	e, _ := c.Stat("link")
	if e == nil || e.Path != "dir/f" || e.Size != 5 || e.Mode.Perm() != 0o755 {
		t.Errorf("Stat(link) = %+v", e)
	}
	check(t, "files", paths(c.Files()), []string{".dockerignore", "link", "pipe"})
	if s := c.Select([]string{"link"}, SelectOptions{}).Sources[0]; s.State != SourceIgnored || s.By == nil || s.By.Text != "dir" {
		t.Errorf("a link to an ignored file: %+v", s)
	}
	check(t, "Path", c.Path("a"), "commit/a")
}

func TestFindBaseAndHas(t *testing.T) {
	t.Parallel()
	c := files("a/.env", ".env", "nm/.env", "nm/x", ".dockerignore=nm")
	env := func(b string) bool { return b == ".env" }
	check(t, "sent", paths(c.FindBase(env, FindOptions{})), []string{".env", "a/.env"})
	check(t, "all", paths(c.FindBase(env, FindOptions{Ignored: true})), []string{".env", "a/.env", "nm/.env"})
	check(t, "one", paths(c.FindBase(env, FindOptions{Ignored: true, Max: 1})), []string{".env"})
	if !c.Has("none", "nm/x") || c.Has("none") || c.Has() {
		t.Error("Has is wrong")
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	c := files("a.log", "src/x.go", "nm/p/README.md", ".git/HEAD", "docs/a", ".dockerignore="+strings.Join([]string{
		"*.log", "nm", "nm/p", "nm/q", "nm/**/*.md", "*.tmp", "dist", ".git # vcs", "!docs/a", "docs", "[", "**/HEAD", "*.txt",
	}, "\n"))
	var got []string
	for _, u := range c.Usage() {
		got = append(got, fmt.Sprintf("%s %v %v %v", u.Pattern.Text, u.Known, u.Matches, u.Decides))
	}
	check(t, "usage", got, []string{
		"*.log true true true",
		"nm true true true",
		"nm/p true true false",
		"nm/q true false false",
		"nm/**/*.md false false false",
		"*.tmp true false false",
		"dist true false false",
		".git # vcs true false false",
		"!docs/a true true false",
		"docs true true true",
		"[ true false false",
		"**/HEAD false false false",
		"*.txt true false false",
	})
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "f=1")
	for _, name := range []string{"none", "f"} {
		if _, err := Open(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), "opening build context") {
			t.Errorf("Open(%s): %v", name, err)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": ".", ".": ".", "/": ".", "./": ".", "a": "a", "a/": "a", "/a": "a", "./a": "a", "a//b": "a/b", "../a": "a", "a/../..": ".", "a/.": "a", "..a": "..a", "a/..b/c": "a/..b/c",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestComparePathsIsWalkOrder(t *testing.T) {
	t.Parallel()
	list := []string{"a", "a/b", "a/b/c", "a/z", "a-x", "a.b", "ab", "b"}
	shuffled := slices.Clone(list)
	slices.Reverse(shuffled)
	slices.SortFunc(shuffled, comparePaths)
	check(t, "order", shuffled, list)
}
