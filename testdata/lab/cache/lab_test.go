// Package cache_test compares what dlint cache predicts with what BuildKit does.
//
// It needs an engine: BUILDKIT_HOST is its address, BUILDCTL the client's path, or
// DLINT_LAB is a folder with bin/buildctl and buildkitd.sock. Without them nothing
// is run.
//
//	BUILDKIT_HOST=unix:///run/buildkit/buildkitd.sock BUILDCTL=buildctl go test ./cache
//
// Each archive in projects is a build context with an extra file EDITS. Each of
// its lines is one pair of builds: a name, a colon, and changes that are divided
// by semicolons:
//
//	write FILE TEXT      the file is made, or its text replaced
//	append FILE TEXT     a line is added at the end
//	sub FILE OLD=>NEW    a part of its text is replaced
//	remove FILE
//	rename FILE FILE
//	chmod MODE FILE
//	touch FILE           only its time changes
//	arg NAME=VALUE       a build argument of both builds
//	now NAME=VALUE       a build argument of the second build
//	then NAME=VALUE      a build argument of the first build
//	target STAGE         what is built
//
// An archive whose name ends in -NAME is built with that name's images; those
// that the engine does not have are skipped, and said to be.
package cache_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// step is one line, as both sides tell it.
type step struct {
	Stage, Text string
	Cached      bool
}

func TestPredictions(t *testing.T) {
	t.Parallel()
	dlint := builtDlint(t)
	archives, err := filepath.Glob("projects/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no projects: %v", err)
	}
	pairs := 0
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		project := txtar.Parse(data)
		for line := range strings.Lines(string(file(project, "EDITS"))) {
			edit, changes, ok := strings.Cut(strings.TrimSpace(line), ":")
			if !ok || strings.HasPrefix(edit, "#") {
				continue
			}
			pairs++
			t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar")+"/"+strings.ReplaceAll(edit, " ", "-"), func(t *testing.T) {
				pair(t, dlint, project, strings.Split(changes, ";"))
			})
		}
	}
	t.Logf("%d pairs of builds over %d projects", pairs, len(archives))
}

// builtDlint builds dlint, and skips the test where there is no engine.
func builtDlint(t *testing.T) string {
	t.Helper()
	if client() == "" {
		t.Skip("no engine: set BUILDKIT_HOST and BUILDCTL, or DLINT_LAB")
	}
	dlint := filepath.Join(t.TempDir(), "dlint")
	cmd := exec.Command("go", "build", "-o", dlint, "./cmd/dlint")
	cmd.Dir = "../../.." // this is a module of its own
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building dlint: %v\n%s", err, out)
	}
	return dlint
}

// client is the path of buildctl, "" when there is no engine.
func client() string {
	if dir := os.Getenv("DLINT_LAB"); dir != "" {
		return filepath.Join(dir, "bin", "buildctl")
	}
	if os.Getenv("BUILDKIT_HOST") == "" {
		return ""
	}
	return os.Getenv("BUILDCTL")
}

// buildctl is a call of the client.
func buildctl(args ...string) *exec.Cmd {
	if dir := os.Getenv("DLINT_LAB"); dir != "" {
		args = append([]string{"--addr", "unix://" + filepath.Join(dir, "buildkitd.sock")}, args...)
	}
	return exec.Command(client(), args...)
}

func file(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// pair builds a project, changes it, builds it again, and compares.
func pair(t *testing.T, dlint string, project *txtar.Archive, changes []string) {
	before, after := filepath.Join(t.TempDir(), "ctx"), filepath.Join(t.TempDir(), "ctx")
	nonce := strconv.FormatInt(time.Now().UnixNano(), 36)
	for _, dir := range []string{before, after} {
		for _, f := range project.Files {
			if f.Name != "EDITS" {
				write(t, filepath.Join(dir, f.Name), f.Data)
			}
		}
	}
	var then, now, common []string
	for _, c := range changes {
		verb, rest, _ := strings.Cut(strings.TrimSpace(c), " ")
		switch verb {
		case "arg":
			then, now = append(then, rest), append(now, rest)
		case "now":
			now = append(now, rest)
		case "then":
			then = append(then, rest)
		case "target":
			common = append(common, rest)
		default:
			apply(t, after, verb, rest)
		}
	}
	for _, dir := range []string{before, after} {
		unique(t, filepath.Join(dir, "Dockerfile"), nonce)
	}
	build(t, before, then, common)
	got := build(t, after, now, common)
	args := []string{"cache", "--format", "json", "--since", before}
	for _, a := range now {
		args = append(args, "--build-arg", a)
	}
	for _, a := range then {
		args = append(args, "--build-arg-before", a)
	}
	for _, s := range common {
		args = append(args, "--target", s)
	}
	want := predict(t, dlint, append(args, filepath.Join(after, "Dockerfile")))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("predicted (-), BuildKit (+):\n%s", diff)
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// unique makes the build one that the engine has never seen: every stage gets a
// file of its own behind FROM.
func unique(t *testing.T, name, nonce string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	from := regexp.MustCompile(`(?mi)^FROM .*\n`)
	write(t, name, from.ReplaceAll(data, []byte("${0}COPY <<NONCE /.nonce\n"+nonce+"\nNONCE\n")))
}

func apply(t *testing.T, dir, verb, rest string) {
	t.Helper()
	first, rest, _ := strings.Cut(rest, " ")
	name := filepath.Join(dir, first)
	var err error
	switch verb {
	case "write":
		write(t, name, []byte(strings.ReplaceAll(rest, `\n`, "\n")+"\n"))
	case "append":
		data, _ := os.ReadFile(name)
		write(t, name, append(data, rest+"\n"...))
	case "sub":
		data, _ := os.ReadFile(name)
		from, to, _ := strings.Cut(rest, "=>")
		from, to = strings.ReplaceAll(from, `\n`, "\n"), strings.ReplaceAll(to, `\n`, "\n")
		if !bytes.Contains(data, []byte(from)) {
			t.Fatalf("%s does not hold %q", first, from)
		}
		write(t, name, bytes.Replace(data, []byte(from), []byte(to), 1))
	case "remove":
		err = os.RemoveAll(name)
	case "rename":
		err = os.Rename(name, filepath.Join(dir, rest))
	case "chmod":
		mode, _ := strconv.ParseUint(first, 8, 32)
		err = os.Chmod(filepath.Join(dir, rest), os.FileMode(mode))
	case "touch":
		err = os.Chtimes(name, time.Unix(1e9, 0), time.Unix(1e9, 0))
	case "":
	default:
		t.Fatalf("unknown change %q", verb)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var (
	header = regexp.MustCompile(`^#(\d+) \[(?:(\S+) +)? *\d+/\d+\] (.*)$`)
	status = regexp.MustCompile(`^#(\d+) (CACHED|DONE)`)
)

// engine is held by the build that runs: the engine shows builds that run at once
// each other's names of what they share. Builds of others are none of the test's
// business: their stages are left out.
var engine sync.Mutex

// stageName is the name of a stage, where it has one.
var stageName = regexp.MustCompile(`(?mi)^FROM[ \t]+(?:--\S+[ \t]+)*\S+(?:[ \t]+AS[ \t]+(\S+))?`)

// stages returns how BuildKit calls the stages of a folder's Dockerfile.
func stages(t *testing.T, dir string) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{"": true}
	for k, m := range stageName.FindAllStringSubmatch(string(data), -1) {
		if m[1] == "" {
			m[1] = "stage-" + strconv.Itoa(k)
		}
		names[strings.ToLower(m[1])] = true
	}
	return names
}

// build builds a folder and returns the steps that BuildKit shows.
func build(t *testing.T, dir string, args, target []string) map[step]int {
	t.Helper()
	steps, _ := measured(t, dir, args, target)
	return steps
}

// measured builds and returns how long it took, too.
func measured(t *testing.T, dir string, args, target []string) (map[step]int, time.Duration) {
	t.Helper()
	list := []string{"build", "--progress", "plain", "--frontend", "dockerfile.v0", "--local", "context=" + dir, "--local", "dockerfile=" + dir}
	for _, a := range args {
		list = append(list, "--opt", "build-arg:"+a)
	}
	for _, s := range target {
		list = append(list, "--opt", "target="+s)
	}
	engine.Lock()
	start := time.Now()
	out, err := buildctl(list...).CombinedOutput()
	took := time.Since(start)
	engine.Unlock()
	if err != nil {
		t.Fatalf("building %s: %v\n%s", dir, err, out)
	}
	steps := map[string]*step{}
	var order []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimRight(line, "\n")
		if m := header.FindStringSubmatch(line); m != nil && steps[m[1]] == nil {
			steps[m[1]] = &step{Stage: m[2], Text: m[3]}
			order = append(order, m[1])
		} else if m := status.FindStringSubmatch(line); m != nil && steps[m[1]] != nil {
			steps[m[1]].Cached = m[2] == "CACHED"
		}
	}
	found, own := map[step]int{}, stages(t, dir)
	for _, id := range order {
		s := *steps[id]
		if strings.HasPrefix(s.Text, "FROM ") {
			if !own[s.Stage] {
				continue
			}
			// FROM is resolved each time; what it shows depends on what else needs it.
			s.Text, _, _ = strings.Cut(s.Text, "@")
			s.Cached = true
		}
		found[s]++
	}
	return found, took
}

// predict asks dlint.
func predict(t *testing.T, dlint string, args []string) map[step]int {
	t.Helper()
	cmd := exec.Command(dlint, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("dlint %s: %v", strings.Join(args, " "), err)
	}
	var r struct {
		Stages []struct {
			Name  string
			Steps []struct {
				Instruction, Text string
				Cached            bool
				Because           []any
			}
		}
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	steps := map[step]int{}
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s.Cached != (len(s.Because) == 0) {
				t.Errorf("%s %s: cached %v because %v", st.Name, s.Text, s.Cached, s.Because)
			}
			cached := s.Cached || s.Instruction == "FROM" // see build
			steps[step{st.Name, s.Text, cached}]++
		}
	}
	if len(steps) == 0 {
		t.Errorf("dlint %v predicts no step", args)
	}
	return steps
}
