package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestConfigDifferences(t *testing.T) {
	t.Parallel()
	got := configDifferences(
		&v1.Config{Env: []string{"A=1", "B=2"}, User: "x", Cmd: []string{"a b"}},
		&v1.Config{Env: []string{"B=3"}, Labels: map[string]string{"l": "v"}, User: "x", Cmd: []string{"a", "b"}})
	want := []Difference{{"Cmd", `["a b"]`, `["a" "b"]`}, {"Env A", "1", ""}, {"Env B", "2", "3"}, {"Label l", "", "v"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRootIsRoot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after string
		differ        bool
	}{
		{"", "0", false},
		{"root", "0:0", false},
		{"", "65532", true},
		{"app", "", true},
		{"0:5", "0", true},
	} {
		got := configDifferences(&v1.Config{User: c.before}, &v1.Config{User: c.after})
		if len(got) > 0 != c.differ {
			t.Errorf("%q and %q: %v", c.before, c.after, got)
		}
	}
}

func TestFindEngine(t *testing.T) {
	t.Setenv("PATH", "")
	if _, err := FindEngine("", func(string) string { return "" }); !errors.Is(err, ErrNoEngine) {
		t.Errorf("an engine is found where there is none: %v", err)
	}
	if _, err := FindEngine("nonsense", func(string) string { return "" }); err == nil {
		t.Error("an unknown engine is accepted")
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	var told []string
	s := &steps{tell: func(step string) { told = append(told, step) }}
	text := "#1 [internal] load build definition\n#5 [build 2/6] WORKDIR /app\n#6 [3/6] RUN make\n#6 0.1 cc\nSTEP 2/3: RUN x\n[2/2] STEP 1/4: FROM y\n" +
		"#6 ERROR: exit code: 2\n------\n > [3/6] RUN make:\n0.1 cc: no such file\n------\nerror: failed\n"
	for k := range len(text) { // in pieces, as pipes give it
		if _, err := s.Write([]byte(text[k : k+1])); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"WORKDIR /app", "RUN make", "RUN x", "FROM y"}, told); diff != "" {
		t.Error(diff)
	}
	if got := s.failure(); !strings.HasPrefix(got, "------\n > [3/6] RUN make:\n0.1 cc: no such file") {
		t.Errorf("the failing step is not shown: %q", got)
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026/11/27 06:30:00 ready":                               "TIME ready",
		"2026-11-27T06:30:00.123Z ready in 12.5ms":                "TIME ready in DURATION",
		"127.0.0.1 - - [27/Nov/2026 06:30:00] \"GET / HTTP/1.1\"": "127.0.0.1 - - [TIME] \"GET / HTTP/1.1\"",
		"Fri, 27 Nov 2026 06:30:00 GMT":                           "TIME",
		"from 127.0.0.1:43210":                                    "from 127.0.0.1:PORT",
		"pid=17 at 0xc000123456":                                  "pid=PID at ADDRESS",
		"sum 5050, version 1.2.3, 42 items":                       "sum 5050, version 1.2.3, 42 items",
		"\x1b[32mok\x1b[0m\r\n":                                   "ok",
	} {
		if got := normalize(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCopyAndTouch(t *testing.T) {
	t.Parallel()
	from := t.TempDir()
	to := filepath.Join(from, "tmp", "copy") // temporary files may lie in the context
	for name, text := range map[string]string{"src/main.go": "package main\n", "src/other.go": "package main\n", "node_modules/x/index.js": "x", ".dockerignore": "node_modules\n"} {
		if err := replaceFile(from, name, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(from, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(from, "Dockerfile")
	if err := copyContext(from, file, to, filepath.Dir(to)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(to, "node_modules")); err == nil {
		t.Error("an ignored folder is copied")
	}
	name := sourceFile(from, file)
	if name != "src/main.go" {
		t.Fatalf("the source file is %q", name)
	}
	if err := touch(to, name); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{from: "package main\n", to: "package main\n\n"} {
		if got, _ := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
			t.Errorf("%s holds %q", dir, got)
		}
	}
}

// TestCopyLinkedContext holds that a context that is named by a link is copied, so
// that what is changed in the copy is not the user's own.
func TestCopyLinkedContext(t *testing.T) {
	t.Parallel()
	users, tmp := t.TempDir(), t.TempDir()
	if err := replaceFile(users, "main.go", "package main\n"); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "current")
	if err := os.Symlink(users, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	to := filepath.Join(tmp, "copy")
	if err := copyContext(link, filepath.Join(link, "Dockerfile"), to, tmp); err != nil {
		t.Fatal(err)
	}
	if err := touch(to, "main.go"); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{users: "package main\n", to: "package main\n\n"} {
		if got, _ := os.ReadFile(filepath.Join(dir, "main.go")); string(got) != want {
			t.Errorf("%s holds %q, want %q", dir, got, want)
		}
	}
}

// TestCopyOwnIgnore holds that the ignore file of a Dockerfile counts in place of the
// one of the context.
func TestCopyOwnIgnore(t *testing.T) {
	t.Parallel()
	from, tmp := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		".dockerignore": "web\n", "web.Dockerfile.dockerignore": "api\n", "web/main.ts": "x\n", "api/main.go": "x\n",
	} {
		if err := replaceFile(from, name, text); err != nil {
			t.Fatal(err)
		}
	}
	file, to := filepath.Join(from, "web.Dockerfile"), filepath.Join(tmp, "copy")
	if err := copyContext(from, file, to, tmp); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"web": true, "api": false} {
		if _, err := os.Stat(filepath.Join(to, name)); (err == nil) != want {
			t.Errorf("%s is copied: %v, want %v", name, err == nil, want)
		}
	}
	if got := sourceFile(from, file); got != "web/main.ts" {
		t.Errorf("the source file is %q, which is not sent", got)
	}
}

// TestTouchStaysInside holds that no link leads what is changed out of the copy.
func TestTouchStaysInside(t *testing.T) {
	t.Parallel()
	dir, users := t.TempDir(), t.TempDir()
	if err := replaceFile(users, "main.go", "package main\n"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(users, filepath.Join(dir, "src")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if err := touch(dir, "src/main.go"); err == nil {
		t.Error("a link leads out")
	}
	if got, _ := os.ReadFile(filepath.Join(users, "main.go")); string(got) != "package main\n" {
		t.Errorf("the user's own file holds %q", got)
	}
}

func TestLastInstructions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "Dockerfile")
	text := "FROM a AS base\nRUN x\nFROM b AS build\nRUN y\nRUN z\nFROM base\nCOPY --from=build /x /x\nCMD [\"/x\"]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := lastInstructions(file); n != 3 || err != nil {
		t.Errorf("%d instructions, %v", n, err)
	}
}

// fake is a container whose program is a server of this process.
type fake struct {
	at    string
	text  string
	ends  chan struct{}
	late  bool // its end is known only when it is asked for
	hangs bool // what is run in it
	exits int
	test  func([]string) (string, int)
}

func (f *fake) done() <-chan struct{}   { return f.ends }
func (f *fake) started(context.Context) {}
func (f *fake) settle(context.Context) {
	if f.late {
		close(f.ends)
	}
}
func (f *fake) code() int       { return f.exits }
func (f *fake) output() string  { return f.text }
func (f *fake) ports() []string { return nil }
func (f *fake) dial(ctx context.Context, _ string) (net.Conn, error) {
	if f.at == "" {
		return nil, errors.New("nothing listens")
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", f.at)
}

func (f *fake) exec(ctx context.Context, args []string) (string, int, error) {
	if f.hangs {
		<-ctx.Done()
		return "", -1, ctx.Err()
	}
	text, code := f.test(args)
	return text, code, nil
}

func (f *fake) signal(context.Context, string) error {
	select {
	case <-f.ends:
	default:
		close(f.ends)
	}
	return nil
}
func (f *fake) remove() {}

// fakeRunner starts fakes by the name of the side.
type fakeRunner map[string]func() *fake

func (r fakeRunner) name() string { return "fake" }

func (r fakeRunner) start(_ context.Context, s *side, _ *StartOptions) (container, error) {
	return r[s.name](), nil
}

// serve starts a server on the loopback address.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func site(style string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<link href="/style.css"><a href="http://elsewhere.example.com/">x</a>`)
	})
	if style != "" {
		mux.HandleFunc("/style.css", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, style) })
	}
	return mux
}

func startBoth(t *testing.T, config v1.Config, before, after func() *fake) Start {
	t.Helper()
	r := &run{Options: Options{Start: StartOptions{Wait: 2 * time.Second}, Progress: func(string, string) {}}}
	img := &image{config: config}
	out, err := r.compareStarts(t.Context(), fakeRunner{"b": before, "a": after}, &side{job: job{name: "b"}, img: img}, &side{job: job{name: "a"}, img: img})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStartLosesFile(t *testing.T) {
	t.Parallel()
	with, without := serve(t, site("b{}")), serve(t, site(""))
	config := v1.Config{ExposedPorts: map[string]struct{}{"80/tcp": {}}, Healthcheck: &v1.HealthConfig{Test: []string{"CMD-SHELL", "test"}}}
	running := func(at string, code int) func() *fake {
		return func() *fake {
			return &fake{at: at, ends: make(chan struct{}), test: func(args []string) (string, int) { return strings.Join(args, " "), code }}
		}
	}
	same := startBoth(t, config, running(with, 0), running(with, 0))
	if same.Verdict != Same || len(same.Before.Answers) != 2 || same.Before.Health.Status != "exit code 0" {
		t.Errorf("%+v %+v", same, same.Before)
	}
	got := startBoth(t, config, running(with, 0), running(without, 0))
	if got.Verdict != Differs || got.Differences[0] != (Difference{"GET :80/style.css: status", "200 OK", "404 Not Found"}) {
		t.Errorf("%+v", got)
	}
}

// TestHealthHangs holds that a health check that does not end is given up after the
// time that it says.
func TestHealthHangs(t *testing.T) {
	t.Parallel()
	img := &image{config: v1.Config{Healthcheck: &v1.HealthConfig{Test: []string{"CMD", "/check"}, Timeout: time.Millisecond}}}
	f := &fake{hangs: true, ends: make(chan struct{})}
	close(f.ends) // so that it is not tried again
	if got := checkHealth(t.Context(), f, img); got.Status != "no end within 1ms" {
		t.Errorf("%+v", got)
	}
}

// TestLineAt holds that a long line is cut between characters.
func TestLineAt(t *testing.T) {
	t.Parallel()
	if got := lineAt([]string{"x" + strings.Repeat("é", 150)}, 0); got != "x"+strings.Repeat("é", 99)+"..." {
		t.Errorf("%q", got)
	}
}

func TestStartExits(t *testing.T) {
	t.Parallel()
	exits := func(text string, code int) func() *fake {
		return func() *fake {
			f := &fake{text: text, exits: code, ends: make(chan struct{})}
			close(f.ends)
			return f
		}
	}
	if got := startBoth(t, v1.Config{}, exits("at 12:00:00\n", 0), exits("at 13:00:00\n", 0)); got.Verdict != Same {
		t.Errorf("%+v", got)
	}
	got := startBoth(t, v1.Config{}, exits("fine\n", 0), exits("no such file\n", 127))
	if want := []Difference{{"exit code", "0", "127"}, {"output", "fine", "no such file"}}; got.Verdict != Differs || !cmp.Equal(got.Differences, want) {
		t.Errorf("%+v", got)
	}
	late := func() *fake { return &fake{text: "fine\n", exits: 3, ends: make(chan struct{}), late: true} }
	if got := startBoth(t, v1.Config{}, late, late); got.Before.State != "exited" || got.Before.Code != 3 {
		t.Errorf("a program that has ended is taken for one that runs: %+v", got.Before)
	}
	n := 0
	changing := func() *fake { n++; return exits(fmt.Sprint("take ", n), 0)() }
	if got := startBoth(t, v1.Config{}, changing, changing); got.Verdict != Same || !cmp.Equal(got.Varies, []string{"output"}) {
		t.Errorf("what varies by itself is taken for a difference: %+v", got)
	}
}

// TestReplaceFile holds that a file of the split takes the place of a link, and that
// no link leads it out of the copy of the context.
func TestReplaceFile(t *testing.T) {
	t.Parallel()
	dir, users := t.TempDir(), t.TempDir()
	own := filepath.Join(users, "ignore")
	if err := os.WriteFile(own, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{".dockerignore": own, "sub": users} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	if err := replaceFile(dir, ".dockerignore", "new"); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(dir, filepath.Join("a", "b"), "new"); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(dir, filepath.Join("sub", "ignore"), "new"); err == nil {
		t.Error("a link leads out")
	}
	for path, want := range map[string]string{
		own: "mine", filepath.Join(dir, ".dockerignore"): "new", filepath.Join(dir, "a", "b"): "new",
	} {
		if got, err := os.ReadFile(path); string(got) != want {
			t.Errorf("%s: got %q and %v, want %q", path, got, err, want)
		}
	}
}
