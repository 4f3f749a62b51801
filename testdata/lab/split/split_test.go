// Package split_test proves the splits of dlint with real builds: it splits each
// application of testdata/apps, builds both Dockerfiles, starts both images, and
// compares them.
//
// It needs an engine: BUILDKIT_HOST is its address, BUILDCTL the client's path, or
// DLINT_LAB is a folder with bin/buildctl and buildkitd.sock; and runc and root to
// start containers. Without them nothing is run. With
// -figures FILE a table of what was measured is written; what was not run keeps
// its line.
//
// Base images that an engine without a registry lacks are built from ../images,
// and given to the builds as named contexts; ../images/README.md tells how.
package split_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	figures = flag.String("figures", "", "write a table of what was measured to this file")
	program = flag.String("dlint", "", "the dlint to try (default: it is built)")
)

// app is one application and what is expected of its split.
type app struct {
	name string
	// of is the folder of testdata/apps; empty where it is called like the row.
	of   string
	what string // for the table
	// grade is A, B or the code of the refusal.
	grade string
	// answers is a text that the old image answers on /, prints where it ends by
	// itself.
	answers string
	flags   []string
	// with is what goes with the split; also checks what no comparison of two
	// images shows.
	with []string
	also func(t *testing.T, s *split)
}

// folder is where the application lies.
func (a *app) folder() string {
	if a.of != "" {
		return filepath.Join("../../apps", a.of)
	}
	return filepath.Join("../../apps", a.name)
}

var apps = []app{
	{name: "go-server", what: "Go, HTTP, health check of its own", grade: "A", answers: "hello from go"},
	{name: "go-start-script", what: "Go, start script, user", grade: "A", answers: "one"},
	{name: "go-templates", what: "Go, templates and static files", grade: "B", answers: "hello from templates"},
	{name: "go-vendor", what: "Go, vendored module, ENTRYPOINT and CMD", grade: "A", answers: "Hello, World!"},
	{name: "go-several", what: "Go, two programs", grade: "A", answers: "1+2+3=6"},
	{name: "go-cgo", what: "Go with C", grade: "A", answers: "abc 024d0127"},
	{name: "go-embed", what: "Go, embedded site", grade: "A", answers: "It rained", flags: []string{"--get", "/first.html"}},
	{name: "go-install", what: "Go, time zones", grade: "A", answers: "hour 14 in Europe/Berlin"},
	{name: "go-user-data", what: "Go, user, volume, migrations", grade: "B", answers: "user 2000 has done"},
	{name: "go-curl-health", what: "Go, HEALTHCHECK with curl", grade: "A", answers: "ready", flags: []string{"--get", "/ready", "--runtime", "slim"}},
	{name: "go-tested", what: "Go, tests among the steps of the build", grade: "A", answers: "100 C = 212 F"},
	{name: "go-tested --with test", of: "go-tested", what: "the same", grade: "A", answers: "100 C = 212 F", with: []string{"test"}, also: testStage},
	{name: "go-tested --with cross", of: "go-tested", what: "the same", grade: "A", answers: "100 C = 212 F", with: []string{"cross"}, also: otherPlatform},
	{name: "go-tested --with all four", of: "go-tested", what: "the same, with test, cross, cache and user", grade: "B", answers: "100 C = 212 F", with: []string{"test", "cross", "cache", "user"}, also: allExtras},
	{name: "node-compile", what: "TypeScript-like build, npm start", grade: "A", answers: "hello"},
	{name: "node-typescript", what: "TypeScript, npm ci, user", grade: "A", answers: "172800000"},
	{name: "node-typescript --with cache", of: "node-typescript", what: "the same", grade: "A", answers: "172800000", with: []string{"cache"}},
	{name: "node-native", what: "TypeScript, native module", grade: "B", answers: "40 + 2 = 42"},
	{name: "node-yarn", what: "esbuild, yarn 1, yarn start", grade: "A", answers: "YARN!"},
	{name: "node-pnpm", what: "tsc, pnpm, reads a file", grade: "B", answers: "Well begun"},
	{name: "node-plain", what: "Node without a build", grade: "nothing-to-drop"},
	{name: "node-vite", what: "Vite site, vite preview", grade: "B", answers: "<div id=\"app\">"},
	{name: "python-package", what: "Python, local package", grade: "B", answers: "hello"},
	{name: "python-extension", what: "Python, extension in C", grade: "A", answers: "sum 5050"},
	{name: "python-libpq", what: "Python, extension that links libpq", grade: "A", answers: "libpq"},
	{name: "python-package --with user", of: "python-package", what: "the same", grade: "B", answers: "hello", with: []string{"user"}, also: notRoot},
	{name: "python-venv", what: "Python, virtual environment, console script, user", grade: "B", answers: "Tea: 19.99 EUR"},
	{name: "java-fatjar", what: "Java, Maven, fat jar, HTTP", grade: "A", answers: "Hello, World!"},
	{name: "c-tool", what: "C program", grade: "A", answers: "47"},
	{name: "c-static", what: "C server, static", grade: "A", answers: "220 hello"},
	{name: "cpp-tool", what: "C++ program", grade: "A", answers: "the 2"},
	{name: "c-make", what: "C, make, zlib", grade: "B", answers: "25e6d5b6 words.txt"},
	{name: "cpp-cmake", what: "C++, CMake, cmake --install, SQLite", grade: "B", answers: "3 entries, 745 cents"},
	{name: "rust-tool", what: "Rust program", grade: "A", answers: "1984 MCMLXXXIV"},
	{name: "rust-server", what: "Rust workspace, HTTP", grade: "A", answers: "hello from rust"},
}

// report is the part of dlint split --verify --format json that is looked at.
type report struct {
	Proposals []struct {
		Grade      string
		Recipe     string
		Dockerfile string
		Declined   []struct{ With, Text string }
		Verified   *verified
	}
	Refusals []struct{ Code, Message string }
}

type verified struct {
	Before, After measured
	Config        []difference
	Start         struct {
		Verdict, Reason string
		Before, After   *observation
		Differences     []difference
	}
	Problems, Notes, Lost []string
}

type measured struct {
	Size, Compressed int64
	Layers           int
	Seconds, Rebuild float64
}

type difference struct{ Field, Before, After string }

type observation struct {
	State, Output string
	Code          int
	Answers       []struct{ Request, Status, Text string }
	Health        *struct{ Status string }
}

// row is a line of the table.
type row struct {
	app
	grade  string
	recipe string
	v      *verified
	remark string
}

func TestApps(t *testing.T) {
	t.Parallel()
	if os.Getenv("BUILDKIT_HOST") == "" || os.Getenv("BUILDCTL") == "" {
		t.Skip("no engine: set BUILDKIT_HOST and BUILDCTL, or DLINT_LAB")
	}
	dlint := *program
	if dlint == "" {
		dlint = filepath.Join(t.TempDir(), "dlint")
		cmd := exec.Command("go", "build", "-o", dlint, "./cmd/dlint")
		cmd.Dir = "../../.." // this is a module of its own
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("building dlint: %v\n%s", err, out)
		}
	}
	every(t)
	base := readImages(t)
	for _, a := range apps {
		t.Run(a.name, func(t *testing.T) {
			r := row{app: a}
			defer record(t, &r)
			try(t, dlint, base, &r)
		})
	}
}

// record writes the line of one application into the table.
func record(t *testing.T, r *row) {
	if *figures == "" {
		return
	}
	old, err := os.ReadFile(*figures)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.WriteFile(*figures, []byte(table(string(old), r)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// every checks that no application is left out.
func every(t *testing.T) {
	dirs, err := filepath.Glob("../../apps/*/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		name := filepath.Base(filepath.Dir(d))
		if !slices.ContainsFunc(apps, func(a app) bool { return filepath.Base(a.folder()) == name }) {
			t.Errorf("the application %s is not in the list", name)
		}
	}
}

// missingImage tells a base image that the engine cannot get.
var missingImage = regexp.MustCompile(`(\S+): failed to resolve source metadata|pull access denied`)

// propose runs dlint split on an application.
func propose(t *testing.T, dlint string, r *row, flags ...string) (rep *report, messages string, failed error) {
	t.Helper()
	args := slices.Concat([]string{"split", "--format", "json"}, r.flags, flags, []string{r.folder()})
	if len(r.with) > 0 {
		args = append(args, "--with", strings.Join(r.with, ","))
	}
	cmd := exec.Command(dlint, args...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	failed = cmd.Run()
	rep = new(report)
	if err := json.Unmarshal(out.Bytes(), rep); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.Bytes(), log.Bytes())
	}
	return rep, log.String(), failed
}

// try splits one application, verifies the split, and checks what comes out.
func try(t *testing.T, dlint string, base images, r *row) {
	rep, _, _ := propose(t, dlint, r)
	if len(rep.Proposals) == 0 {
		r.grade = rep.Refusals[0].Code
		r.remark = rep.Refusals[0].Message
		if r.grade != r.app.grade {
			t.Errorf("refused: %s (%s)", r.remark, r.grade)
		}
		return
	}
	old, err := os.ReadFile(filepath.Join(r.folder(), "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	flags := base.contexts(t, string(old), rep.Proposals[0].Dockerfile)
	rep, messages, failed := propose(t, dlint, r, append(flags, "--verify", "--wait", "2m")...)
	p := rep.Proposals[0]
	r.grade, r.recipe, r.v = p.Grade, p.Recipe, p.Verified
	if r.grade != r.app.grade {
		t.Errorf("grade %s, want %s\n%s", r.grade, r.app.grade, p.Dockerfile)
	}
	if p.Verified == nil {
		if m := missingImage.FindString(messages); m != "" {
			r.remark = "not built: a base image is not there"
			t.Skipf("%s: %s", r.remark, m)
		}
		r.remark = "does not build"
		t.Fatalf("no comparison\n%s\n%s", p.Dockerfile, messages)
	}
	for _, d := range p.Declined {
		t.Errorf("--with %s is not done: %s", d.With, d.Text)
	}
	check(t, r, failed, p.Dockerfile)
	if r.also != nil {
		r.also(t, &split{folder: r.folder(), dockerfile: p.Dockerfile, verified: p.Verified})
	}
}

// check looks at a comparison. What rests on an assumption may differ, and is
// told in the table.
func check(t *testing.T, r *row, failed error, dockerfile string) {
	v := r.v
	fail := t.Errorf
	if r.grade != "A" {
		fail = t.Logf
	}
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		t.Fatal(failed)
	}
	if v.Start.Before == nil || v.Start.After == nil {
		t.Fatalf("not started: %s", v.Start.Reason)
	}
	if !says(v.Start.Before, r.answers) {
		t.Errorf("the old image does not say %q: %+v", r.answers, v.Start.Before)
	}
	if v.Start.Verdict != "same" {
		r.remark = "starts otherwise"
		fail("starts otherwise: %+v\n%s", v.Start.Differences, dockerfile)
	}
	for _, p := range v.Problems {
		fail("problem: %s\n%s", p, dockerfile)
	}
	for _, d := range v.Config {
		if !expected(d, dockerfile) {
			fail("the configuration differs: %+v\n%s", d, dockerfile)
		}
	}
	if v.After.Size >= v.Before.Size {
		fail("the new image is not smaller: %d, was %d", v.After.Size, v.Before.Size)
	}
}

// says reports whether a container printed or answered a text.
func says(o *observation, text string) bool {
	if strings.Contains(o.Output, text) {
		return true
	}
	for _, a := range o.Answers {
		if strings.Contains(a.Text, text) {
			return true
		}
	}
	return false
}

// expected reports whether a difference of the configuration is what a split
// makes: variables that the old base set, and those for the build alone.
func expected(d difference, dockerfile string) bool {
	name, ok := strings.CutPrefix(d.Field, "Env ")
	if !ok {
		return false
	}
	for _, prefix := range [...]string{"CGO_", "GO", "npm_config_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return !strings.Contains(dockerfile, "ENV "+name)
}
