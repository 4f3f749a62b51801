package split_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var standIns = flag.Bool("standins", true, "build the images of ../images instead of asking the engine for the real ones")

// standIn is an image that stands in for one that the engine lacks.
type standIn struct {
	file, stage string
	// layout is the folder where it lies, built.
	layout string
}

// images are the stand-ins by the names that they answer to.
type images map[string]*standIn

// standsFor is a line of a Dockerfile of ../images that names a stage and what it
// stands in for.
var standsFor = regexp.MustCompile(`(?m)^# (\S+) is (.+)$`)

// readImages lists the stand-ins; none is built yet.
func readImages(t *testing.T) images {
	t.Helper()
	out := images{}
	if !*standIns {
		return out
	}
	files, err := filepath.Glob("../images/*.Dockerfile")
	if err != nil || len(files) == 0 {
		t.Fatalf("no images: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range standsFor.FindAllStringSubmatch(string(text), -1) {
			image := &standIn{file: file, stage: m[1]}
			for _, name := range strings.Fields(m[2]) {
				out[name] = image
			}
		}
	}
	return out
}

// from is the base image of a stage.
var from = regexp.MustCompile(`(?mi)^FROM\s+(?:--\S+\s+)*(\S+)|^COPY\s+(?:--\S+\s+)*--from=(\S+)`)

// contexts builds what the Dockerfiles need and returns the flags of dlint that
// hand it to their builds.
func (i images) contexts(t *testing.T, dockerfiles ...string) []string {
	t.Helper()
	var flags []string
	given := map[string]bool{}
	for _, m := range from.FindAllStringSubmatch(strings.Join(dockerfiles, "\n"), -1) {
		name := m[1] + m[2]
		image := i[name]
		if image == nil || given[name] {
			continue
		}
		given[name] = true
		if image.layout == "" {
			image.layout = image.build(t)
		}
		flags = append(flags, "--build-context", name+"=oci-layout://"+image.layout)
	}
	return flags
}

// build builds a stand-in. The engine keeps what it is made of for the next run.
func (s *standIn) build(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dlint-lab-image-")
	if err != nil {
		t.Fatal(err)
	}
	cleanUp = append(cleanUp, dir)
	empty := filepath.Join(dir, "context")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	layout := filepath.Join(dir, "image")
	out, err := exec.Command(os.Getenv("BUILDCTL"), "build", "--progress", "plain", "--frontend", "dockerfile.v0",
		"--local", "context="+empty, "--local", "dockerfile="+filepath.Dir(s.file), "--opt", "filename="+filepath.Base(s.file),
		"--opt", "target="+s.stage, "--output", "type=oci,tar=false,dest="+layout).CombinedOutput()
	if err != nil {
		t.Fatalf("building %s of %s: %v\n%s", s.stage, s.file, err, out)
	}
	return layout
}

// cleanUp are folders that several tests share.
var cleanUp []string

func TestMain(m *testing.M) {
	flag.Parse()
	if dir := os.Getenv("DLINT_LAB"); dir != "" {
		for name, value := range map[string]string{
			"BUILDCTL": filepath.Join(dir, "bin", "buildctl"), "BUILDKIT_HOST": "unix://" + filepath.Join(dir, "buildkitd.sock"),
		} {
			if os.Getenv(name) == "" {
				_ = os.Setenv(name, value) // dlint, which runs the builds, reads them, too
			}
		}
	}
	code := m.Run()
	for _, dir := range cleanUp {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}
