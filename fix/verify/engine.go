// Package verify builds two Dockerfiles on the engine of the user and compares
// the images: configuration, size, files, libraries, and how they start.
package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Engine builds images with a program of the user.
type Engine struct {
	// Name is buildctl, docker, podman or buildah; Path the program.
	Name, Path string
}

// ErrNoEngine says that no program that builds images was found.
var ErrNoEngine = errors.New("no build engine found: install docker with buildx, podman or buildah, or buildctl with BUILDKIT_HOST set")

// FindEngine returns the engine with that name, or with an empty name the first
// that is there. The variable BUILDCTL names buildctl where it is not in the PATH.
func FindEngine(name string, env func(string) string) (*Engine, error) {
	for _, try := range [...]string{"buildctl", "docker", "podman", "buildah"} {
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
	// Output is the end of what the engine printed.
	Output string
	Err    error
}

// Error names the Dockerfile and shows the end of the output.
func (e *BuildError) Error() string {
	return fmt.Sprintf("building %s failed: %v\n%s", e.Dockerfile, e.Err, e.Output)
}

// Unwrap returns the error of the program.
func (e *BuildError) Unwrap() error { return e.Err }

// build writes the image of a Dockerfile as an OCI archive.
func (e *Engine) build(ctx context.Context, dockerfile, dir, dest string) error {
	if e.Name == "podman" || e.Name == "buildah" {
		return e.buildAndSave(ctx, dockerfile, dir, dest)
	}
	args := []string{"buildx", "build", "--progress=plain", "--provenance=false", "-f", dockerfile, "-o", "type=oci,dest=" + dest, dir}
	if e.Name == "buildctl" {
		args = []string{
			"build", "--progress=plain", "--frontend", "dockerfile.v0", "--local", "context=" + dir,
			"--local", "dockerfile=" + filepath.Dir(dockerfile), "--opt", "filename=" + filepath.Base(dockerfile),
			"--output", "type=oci,dest=" + dest,
		}
	}
	return e.run(ctx, dockerfile, args)
}

// buildAndSave is for engines that save in a step of its own; the image is
// removed again.
func (e *Engine) buildAndSave(ctx context.Context, dockerfile, dir, dest string) error {
	name := "localhost/dlint-verify:" + strings.ToLower(filepath.Base(filepath.Dir(dest))) + filepath.Base(dest)
	name = strings.TrimSuffix(name, ".tar")
	if err := e.run(ctx, dockerfile, []string{"build", "-f", dockerfile, "-t", name, dir}); err != nil {
		return err
	}
	defer func() {
		_ = exec.Command(e.Path, "rmi", "-f", name).Run() // not cancelled with ctx
	}()
	return e.run(ctx, dockerfile, []string{"push", name, "oci-archive:" + dest})
}

func (e *Engine) run(ctx context.Context, dockerfile string, args []string) error {
	cmd := exec.CommandContext(ctx, e.Path, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = os.Environ()
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return &BuildError{Dockerfile: dockerfile, Output: tail(out.String(), 30), Err: err}
	}
	return nil
}

// tail returns the last lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
