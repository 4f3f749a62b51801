package split_test

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// split is a split that has been verified, with what --with adds.
type split struct {
	folder, dockerfile string
	verified           *verified
}

// build builds the split and returns what the engine printed. The base images are
// those that the engine finds.
func (s *split) build(t *testing.T, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(s.dockerfile), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "--progress", "plain", "--frontend", "dockerfile.v0", "--local", "context=" + s.folder, "--local", "dockerfile=" + dir}
	out, err := exec.Command(os.Getenv("BUILDCTL"), append(args, more...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, s.dockerfile, out)
	}
	return string(out)
}

// testStage checks that the stage of the tests runs them, and that a plain build
// passes over them.
func testStage(t *testing.T, s *split) {
	const passed = "--- PASS: TestThereAndBack"
	if out := s.build(t, "--no-cache"); strings.Contains(out, passed) || strings.Contains(out, "[test ") {
		t.Errorf("a plain build runs the tests:\n%s", out)
	}
	if out := s.build(t, "--opt", "target=test", "--opt", "no-cache=test"); !strings.Contains(out, passed) {
		t.Errorf("the tests do not run:\n%s", out)
	}
}

// otherPlatform checks that a build for another platform makes a program for it.
func otherPlatform(t *testing.T, s *split) {
	archive := filepath.Join(t.TempDir(), "image.tar")
	s.build(t, "--opt", "platform=linux/arm64", "--output", "type=tar,dest="+archive)
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	machines := map[string]elf.Machine{}
	for files := tar.NewReader(file); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		if program, err := elf.NewFile(bytes.NewReader(data)); err == nil {
			machines[head.Name] = program.Machine
		}
	}
	if machines["usr/local/bin/units"] != elf.EM_AARCH64 {
		t.Errorf("the programs of the image for arm64 are %v", machines)
	}
}

// notRoot checks that the program runs without the rights of root.
func notRoot(t *testing.T, s *split) {
	k := slices.IndexFunc(s.verified.Config, func(d difference) bool { return d.Field == "User" })
	if k < 0 || strings.HasPrefix(s.verified.Config[k].After, "0") || s.verified.Config[k].After == "root" || s.verified.Config[k].After == "" {
		t.Errorf("the program runs as root: %+v", s.verified.Config)
	}
}

// allExtras checks all that go with the split of a Go program.
func allExtras(t *testing.T, s *split) {
	testStage(t, s)
	otherPlatform(t, s)
	notRoot(t, s)
}
