//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var kills = flag.Int("kills", 20, "how often TestKill kills dlint")

// The file that the faults are tried on, before and after --fix.
const (
	faultOld = "FROM a\nMAINTAINER b\n"
	faultNew = "FROM a\nLABEL org.opencontainers.image.authors=\"b\"\n"
)

// outcomeOf is how a run of dlint ended.
type outcomeOf struct {
	code           int
	stdout, stderr string
}

// dlintIn runs dlint, with the simple rules, in a folder. Whatever happens it
// ends within bounded time.
func dlintIn(t *testing.T, dir string, args ...string) outcomeOf {
	t.Helper()
	return runIn(t, dir, exec.Command("dlint", args...))
}

func runIn(t *testing.T, dir string, cmd *exec.Cmd) outcomeOf {
	t.Helper()
	return runWithin(t, 2*time.Minute, dir, cmd)
}

func runWithin(t *testing.T, limit time.Duration, dir string, cmd *exec.Cmd) outcomeOf {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		_ = cmd.Process.Kill()
		<-done
		t.Fatalf("%v hangs", cmd.Args)
	}
	out := outcomeOf{stdout: stdout.String(), stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		out.code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	if strings.Contains(out.stderr, "goroutine ") {
		t.Fatalf("%v panics: %s", cmd.Args, out.stderr)
	}
	return out
}

// want compares the code and what standard error holds.
func (o outcomeOf) want(t *testing.T, code int, stderr ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit code %d, want %d\nstdout: %.1000s\nstderr: %.1000s", o.code, code, o.stdout, o.stderr)
	}
	for _, s := range stderr {
		if !strings.Contains(o.stderr, s) {
			t.Errorf("standard error lacks %q: %.1000q", s, o.stderr)
		}
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// holds checks that a file has that text.
func holds(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

// names lists what lies below a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// faultTree lays out many folders with a file to fix in each.
func faultTree(t *testing.T, dir string, n int) []string {
	t.Helper()
	files := make([]string, n)
	for k := range files {
		files[k] = filepath.Join(dir, fmt.Sprint("d", k%7), fmt.Sprint("Dockerfile.", k))
		put(t, files[k], faultOld)
	}
	return files
}

// TestKill kills dlint --fix at random moments. Every file is the old or the new
// one, and the next run goes through and leaves nothing behind.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := faultTree(t, dir, 15)
	start := time.Now()
	dlintIn(t, dir, "--fix", "--select", "metadata").want(t, 0)
	whole := time.Since(start)
	partly, remnants := 0, 0
	for range *kills {
		for _, f := range files {
			put(t, f, faultOld)
		}
		cmd := exec.Command("dlint", "--fix", "--select", "metadata")
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(whole))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		fixed := 0
		for _, f := range files {
			switch text, err := os.ReadFile(f); {
			case err != nil:
				t.Fatal(err)
			case string(text) == faultNew:
				fixed++
			case string(text) != faultOld:
				t.Fatalf("%s holds %q", f, text)
			}
		}
		if 0 < fixed && fixed < len(files) {
			partly++
		}
		remnants += len(names(t, dir)) - len(files)
		dlintIn(t, dir, "--fix", "--select", "metadata").want(t, 0)
		for _, f := range files {
			holds(t, f, faultNew)
		}
		if left := names(t, dir); len(left) != len(files) {
			t.Fatalf("left behind: %q", left)
		}
	}
	t.Logf("killed %d times, %d of them between two files; %d temporary files were found and removed", *kills, partly, remnants)
}

// TestTwoAtOnce runs several dlints on one tree.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := faultTree(t, dir, 60)
	results := make(chan outcomeOf, 3)
	for range cap(results) {
		go func() { results <- dlintIn(t, dir, "--fix", "--select", "metadata") }()
	}
	for range cap(results) {
		out := <-results
		out.want(t, 0)
		if out.stderr != "" {
			t.Errorf("standard error: %s", out.stderr)
		}
	}
	for _, f := range files {
		holds(t, f, faultNew)
	}
	if left := names(t, dir); len(left) != len(files) {
		t.Errorf("left behind: %q", left)
	}
}

// TestFileTooLarge lets the system refuse to write more than a block, as a full
// disk or a quota does.
func TestFileTooLarge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := faultOld + strings.Repeat("# something\n", 10_000)
	file := filepath.Join(dir, "Dockerfile")
	put(t, file, long)
	for _, args := range []string{"--fix --select metadata", "--format sarif -o out.sarif", "--baseline b.json --write-baseline"} {
		cmd := exec.Command("sh", "-c", "ulimit -f 0 && exec dlint "+args)
		runIn(t, dir, cmd).want(t, 2, "file too large")
		holds(t, file, long)
		if left := names(t, dir); len(left) != 1 {
			t.Errorf("%s left %q", args, left)
		}
	}
}

// TestDiskFull fills a small file system.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "none", dir).CombinedOutput(); err != nil {
		t.Skipf("mounting a small file system needs root: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
	file := filepath.Join(dir, "Dockerfile")
	long := faultOld + strings.Repeat("# something\n", 1500)
	put(t, file, long)
	filler, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(filler, io.LimitReader(zeros{}, 1<<20)); err == nil {
		t.Fatalf("%d bytes fitted", n)
	}
	_ = filler.Close()
	dlintIn(t, dir, "--fix", "--select", "metadata").want(t, 2, "Dockerfile: ", "no space left on device")
	dlintIn(t, dir, "--format", "sarif", "-o", "out.sarif").want(t, 2, "no space left on device")
	holds(t, file, long)
	if left := names(t, dir); len(left) != 2 {
		t.Errorf("left %q", left)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestFullOutput writes to a device that is always full.
func TestFullOutput(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer full.Close()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "Dockerfile"), faultOld)
	for _, args := range [][]string{{}, {"--format", "json"}, {"--diff"}, {"rules"}, {"fmt", "-"}} {
		cmd := exec.Command("dlint", args...)
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, strings.NewReader(faultOld), full, &stderr
		err := cmd.Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitError || !strings.Contains(stderr.String(), "no space left on device") {
			t.Errorf("%v: %v, %s", args, err, stderr.String())
		}
	}
}

// stranger prepares a command to be run by a user without rights, and a folder
// that is open to it.
func stranger(t *testing.T, args ...string) (*exec.Cmd, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "dlint-stranger-") //nolint:usetesting // only its owner gets into that one
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		return exec.Command("dlint", args...), filepath.Join(dir, "tree")
	}
	self, err := exec.LookPath("dlint")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "dlint")
	// No other test may start a program meanwhile: it would hold the file open for
	// writing, so that it cannot be started.
	syscall.ForkLock.RLock()
	err = os.WriteFile(program, data, 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd, filepath.Join(dir, "tree")
}

// own gives a tree to the user of stranger.
func own(t *testing.T, dir string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, 65534, 65534))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoPermission(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		path   string // whose mode is changed
		mode   os.FileMode
		stderr string
	}{
		"read-only folder": {"d", 0o555, "d/Dockerfile: "},
		"closed folder":    {"d", 0o000, "d: permission denied"},
		"listed folder":    {"d", 0o444, "permission denied"},
		"read-only file":   {"d/Dockerfile", 0o444, "read-only: make it writable first"},
		"closed file":      {"d/Dockerfile", 0o000, "d/Dockerfile: permission denied"},
		"writable only":    {"d/Dockerfile", 0o222, "d/Dockerfile: permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, dir := stranger(t, "--fix", "--select", "metadata")
			put(t, filepath.Join(dir, "d/Dockerfile"), faultOld)
			put(t, filepath.Join(dir, "e/Dockerfile"), faultOld)
			own(t, dir)
			if err := os.Chmod(filepath.Join(dir, tc.path), tc.mode); err != nil {
				t.Fatal(err)
			}
			out := runIn(t, dir, cmd)
			if err := os.Chmod(filepath.Join(dir, tc.path), 0o755); err != nil {
				t.Fatal(err)
			}
			out.want(t, 2, tc.stderr)
			holds(t, filepath.Join(dir, "d/Dockerfile"), faultOld)
			holds(t, filepath.Join(dir, "e/Dockerfile"), faultNew)
			if left := names(t, dir); len(left) != 2 {
				t.Errorf("left %q", left)
			}
		})
	}
}

// TestForeignFile fixes a file of somebody else in a folder of one's own.
func TestForeignFile(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root has files of somebody else")
	}
	cmd, dir := stranger(t, "--fix", "--select", "metadata")
	put(t, filepath.Join(dir, "Dockerfile"), faultOld)
	own(t, dir)
	if err := os.Chown(filepath.Join(dir, "Dockerfile"), 0, 0); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, cmd).want(t, 2, "Dockerfile: ", "permission denied")
	holds(t, filepath.Join(dir, "Dockerfile"), faultOld)
}

// TestPipes puts a pipe, which nobody writes to, and an endless device wherever
// dlint reads by itself.
func TestPipes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		".dlint.yaml", ".hadolint.yaml", ".gitignore", ".git/info/exclude", ".dockerignore", "Dockerfile.dockerignore",
		"compose.yaml", "docker-bake.hcl", "package.json", "Dockerfile",
	} {
		for _, kind := range []string{"pipe", "device"} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				put(t, filepath.Join(dir, ".git/HEAD"), "ref: refs/heads/main\n")
				put(t, filepath.Join(dir, "Dockerfile"), faultOld+"COPY . .\n")
				at := filepath.Join(dir, name)
				_ = os.Remove(at)
				if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
					t.Fatal(err)
				}
				var err error
				if kind == "pipe" {
					err = syscall.Mkfifo(at, 0o600)
				} else {
					err = os.Symlink("/dev/zero", at)
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, program := range []string{"dlint", "dlint-rules"} {
					if out := runIn(t, dir, exec.Command(program, "--select", "all", ".")); out.code > exitError {
						t.Errorf("%s: exit code %d: %s", program, out.code, out.stderr)
					}
				}
			})
		}
	}
}

// TestNamedPipes names pipes and devices on the command line.
func TestNamedPipes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "Dockerfile"), faultOld)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"pipe"},
		{"/dev/zero"},
		{"--baseline", "pipe"},
		{"--baseline", "/dev/zero"},
		{"--config", "/dev/zero"},
		{"--context", "pipe"},
		{"fmt", "pipe"},
		{"split", "pipe"},
		{"split", "/dev/zero"},
		{"cache", "pipe"},
		{"fmt", "/dev/zero"},
		{"cache", "/dev/zero"},
	} {
		if out := dlintIn(t, dir, args...); out.code != exitError || out.stderr == "" {
			t.Errorf("%v: exit code %d: %s", args, out.code, out.stderr)
		}
	}
}

// TestLoops has links that lead in circles and folders that hold themselves.
func TestLoops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "Dockerfile"), faultOld+"COPY a b self/self/self/x /\nCOPY . .\nCOPY sel*/self/*/y /\n")
	for name, to := range map[string]string{"a": "b", "b": "a", "self": ".", "up": "..", "d/Dockerfile": "Dockerfile", "d/self": "../d"} {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, program := range []string{"dlint", "dlint-rules"} {
		out := runIn(t, dir, exec.Command(program, "--select", "metadata,context", "--format", "gnu"))
		out.want(t, 1)
		if strings.Count(out.stdout, "MAINTAINER") == 0 {
			t.Errorf("%s says %s, %s", program, out.stdout, out.stderr)
		}
	}
	dlintIn(t, dir, "d/Dockerfile").want(t, 2, "d/Dockerfile: ")
	dlintIn(t, dir, "--fix", "--select", "metadata").want(t, 0)
	holds(t, filepath.Join(dir, "Dockerfile"), faultNew+"COPY a b self/self/self/x /\nCOPY . .\nCOPY sel*/self/*/y /\n")
}

// TestOddNames has names that no one should give to files.
func TestOddNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	odd := []string{"new\nline", "bad\xff\xfebytes", "esc\x1b[31mred", "tab\tbell\a", "-rf", " ", "a:1:2: error", "\u202erid", strings.Repeat("n", 240)}
	for _, name := range odd {
		at := filepath.Join(dir, name, "Dockerfile")
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Skipf("the file system does not take %q", name)
		}
		put(t, at, faultOld+"COPY . .\n")
	}
	out := dlintIn(t, dir, "--fix", "--select", "metadata", "--verbose", "--color", "never")
	out.want(t, 0)
	if strings.ContainsAny(out.stdout+out.stderr, "\x1b\a") {
		t.Errorf("control characters: %q", out.stdout+out.stderr)
	}
	for _, name := range odd {
		holds(t, filepath.Join(dir, name, "Dockerfile"), faultNew+"COPY . .\n")
	}
	runIn(t, dir, exec.Command("dlint-rules", "--context", ".", "--select", "all", filepath.Join(" ", "Dockerfile"))).want(t, 1)
}

// TestLongNames has names and depths that the system does not take.
func TestLongNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := strings.Repeat("n", 10_000)
	put(t, filepath.Join(dir, "Dockerfile"), "FROM a\nCOPY "+long+" "+strings.Repeat("a/", 5000)+"b /\nWORKDIR /"+long+"\n")
	dlintIn(t, dir, long).want(t, 2, "file name too long")
	dlintIn(t, dir, "--fix", long).want(t, 2, "file name too long")
	dlintIn(t, dir, "--baseline", long).want(t, 2, "file name too long")
	dlintIn(t, dir, "-o", long).want(t, 2, "file name too long")
	dlintIn(t, dir, "--stdin-filename", long, "-").want(t, 0)
	runIn(t, dir, exec.Command("dlint-rules", "--select", "all")).want(t, 1)

	// Deeper than a path may be long.
	deep := filepath.Join(dir, "deep")
	at := deep
	if err := os.Mkdir(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		t.Fatal(err)
	}
	for range 40 {
		name := strings.Repeat("d", 200)
		if err := root.Mkdir(name, 0o755); err != nil {
			t.Fatal(err)
		}
		next, err := root.OpenRoot(name)
		if err != nil {
			t.Fatal(err)
		}
		_ = root.Close()
		root = next
	}
	if err := root.WriteFile("Dockerfile", []byte(faultOld), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = root.Close()
	put(t, filepath.Join(deep, "Dockerfile"), "FROM a\nCOPY . .\n")
	dlintIn(t, deep, "--select", "metadata").want(t, 2, "file name too long")
	runIn(t, dir, exec.Command("dlint-rules", "--select", "all", "deep/Dockerfile")).want(t, 1)
}

// TestReaderLeaves reads one line of a long report and goes. Without --fix that
// ends dlint, with it what is to be fixed is fixed.
func TestReaderLeaves(t *testing.T) {
	t.Parallel()
	for _, fix := range []bool{false, true} {
		dir := t.TempDir()
		files := faultTree(t, dir, 50)
		put(t, filepath.Join(dir, "Dockerfile"), "FROM a\n"+strings.Repeat("env A_PASSWORD=b\n", 20_000))
		args := []string{"--select", "metadata,secrets", "--format", "gnu", fmt.Sprint("--fix=", fix)}
		cmd := exec.Command("dlint", args...)
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stderr = dir, &stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		_ = out.Close()
		err = cmd.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitError || stderr.Len() > 0 {
			t.Errorf("fix=%v: %v, %s", fix, err, stderr.String())
		}
		want := faultOld
		if fix {
			want = faultNew
		}
		for _, f := range files {
			holds(t, f, want)
		}
	}
}
