package verify

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Engine builds images with a program of the user.
type Engine struct {
	// Name is buildctl, docker, podman or buildah; Path the program.
	Name, Path string
}

// ErrNoEngine says that no program that builds images was found.
var ErrNoEngine = errors.New("no build engine found: install docker with buildx, podman or buildah, or buildctl with BUILDKIT_HOST set")

// EngineNames returns the engines that can be asked for, in the order in which
// they are looked for.
func EngineNames() []string { return []string{"buildctl", "docker", "podman", "buildah"} }

// FindEngine returns the engine with that name, or with an empty name the first
// that is there. The variable BUILDCTL names buildctl where it is not in the PATH.
func FindEngine(name string, env func(string) string) (*Engine, error) {
	for _, try := range EngineNames() {
		if name != "" && name != try {
			continue
		}
		program := try
		if try == "buildctl" {
			if env("BUILDKIT_HOST") == "" && name == "" {
				continue
			}
			if p := env("BUILDCTL"); p != "" {
				program = p
			}
		}
		if found, err := exec.LookPath(program); err == nil {
			return &Engine{Name: try, Path: found}, nil
		}
	}
	if name != "" {
		return nil, fmt.Errorf("the engine %q was not found: buildctl, docker, podman or buildah", name)
	}
	return nil, ErrNoEngine
}

// BuildError is a build that failed.
type BuildError struct {
	Dockerfile string
	// Output is what the engine printed about the step that failed.
	Output string
	Err    error
}

// Error names the Dockerfile and shows the output of the step that failed.
func (e *BuildError) Error() string {
	return fmt.Sprintf("building %s failed: %v\n%s", e.Dockerfile, e.Err, e.Output)
}

// Unwrap returns the error of the program.
func (e *BuildError) Unwrap() error { return e.Err }

// job is one build.
type job struct {
	// name is how errors call the Dockerfile, dockerfile where it lies.
	name, dockerfile, context string
	// tag is the name under which engines with a store of their own keep it.
	tag string
	// args are build arguments, contexts named contexts, as NAME=VALUE.
	args, contexts []string
	// step is told each step that begins.
	step func(string)
}

// image builds, and writes the image below dir, from where it is read.
func (e *Engine) image(ctx context.Context, j job, dir string) (v1.Image, error) {
	if e.Name == "buildctl" {
		if err := e.buildctl(ctx, j, "--output", "type=oci,tar=false,dest="+dir); err != nil {
			return nil, err
		}
		index, err := layout.ImageIndexFromPath(dir)
		if err != nil {
			return nil, fmt.Errorf("reading the image layout: %w", err)
		}
		return firstImage(index)
	}
	if err := e.run(ctx, j, e.storeArgs(ctx, j)); err != nil {
		return nil, err
	}
	archive := dir + ".tar"
	save := []string{"save", "-o", archive, j.tag}
	switch e.Name {
	case "podman":
		save = []string{"save", "--format", "docker-archive", "-o", archive, j.tag}
	case "buildah":
		save = []string{"push", j.tag, "docker-archive:" + archive + ":" + j.tag}
	}
	if err := e.run(ctx, j, save); err != nil {
		return nil, err
	}
	img, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		return nil, fmt.Errorf("reading the image archive: %w", err)
	}
	return img, nil
}

// rebuild builds without writing the image anywhere.
func (e *Engine) rebuild(ctx context.Context, j job) error {
	if e.Name == "buildctl" {
		return e.buildctl(ctx, j)
	}
	return e.run(ctx, j, e.storeArgs(ctx, j))
}

// buildctl builds with BuildKit's own client.
func (e *Engine) buildctl(ctx context.Context, j job, more ...string) error {
	args := []string{
		"build", "--progress=plain", "--frontend", "dockerfile.v0", "--local", "context=" + j.context,
		"--local", "dockerfile=" + filepath.Dir(j.dockerfile), "--opt", "filename=" + filepath.Base(j.dockerfile),
	}
	for _, a := range j.args {
		args = append(args, "--opt", "build-arg:"+a)
	}
	named, err := contextArgs(j.contexts)
	if err != nil {
		return err
	}
	return e.run(ctx, j, slices.Concat(args, named, more))
}

// storeArgs are the arguments for engines that keep images in a store. Only the
// docker format keeps a HEALTHCHECK with podman and buildah.
func (e *Engine) storeArgs(ctx context.Context, j job) []string {
	args := []string{"build", "--format", "docker", "--layers"}
	if e.Name == "docker" {
		args = []string{"build"}
		if exec.CommandContext(ctx, e.Path, "buildx", "version").Run() == nil {
			args = []string{"buildx", "build", "--progress=plain", "--provenance=false", "--load"}
		}
	}
	args = append(args, "-f", j.dockerfile, "-t", j.tag)
	for _, a := range j.args {
		args = append(args, "--build-arg", a)
	}
	for _, c := range j.contexts {
		args = append(args, "--build-context", c)
	}
	return append(args, j.context)
}

// forget removes an image from the store of the engine.
func (e *Engine) forget(tag string) {
	if e.Name != "buildctl" {
		_ = exec.Command(e.Path, "rmi", "-f", tag).Run() //nolint:noctx // not cancelled with the build
	}
}

func (e *Engine) run(ctx context.Context, j job, args []string) error {
	out := &steps{tell: j.step}
	cmd := command(ctx, e.Path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return &BuildError{Dockerfile: j.name, Output: out.underWay(), Err: context.Cause(ctx)}
		}
		return &BuildError{Dockerfile: j.name, Output: out.failure(), Err: err}
	}
	return nil
}

// command is a program that is asked to end when ctx ends, and killed when it
// does not. It does not get the signals of the terminal itself.
func command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(endSignal) }
	cmd.WaitDelay = 10 * time.Second
	ownGroup(cmd)
	return cmd
}

const endSignal = syscall.SIGTERM

// firstImage returns the image of an index, through nested ones.
func firstImage(index v1.ImageIndex) (v1.Image, error) {
	m, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("reading the index of the image: %w", err)
	}
	for _, d := range m.Manifests {
		switch {
		case d.Annotations["vnd.docker.reference.type"] != "":
		case d.MediaType.IsImage():
			return index.Image(d.Digest)
		case d.MediaType.IsIndex():
			inner, err := index.ImageIndex(d.Digest)
			if err != nil {
				return nil, fmt.Errorf("reading the index of the image: %w", err)
			}
			return firstImage(inner)
		}
	}
	return nil, errors.New("the build made no image")
}

// tail returns the last lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
