package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// fakeEngine is a buildctl that knows COPY, ENV, WORKDIR, USER and CMD, and two
// words of its own: RUN fail, and RUN wait. It writes an image as the real one
// does.
func fakeEngine() {
	var dockerfile, context, dest string
	for k, a := range os.Args {
		switch {
		case strings.HasPrefix(a, "dockerfile="):
			dockerfile = filepath.Join(strings.TrimPrefix(a, "dockerfile="), "Dockerfile")
		case strings.HasPrefix(a, "context="):
			context = strings.TrimPrefix(a, "context=")
		case a == "--output":
			_, dest, _ = strings.Cut(os.Args[k+1], "dest=")
		}
	}
	text, err := os.ReadFile(dockerfile)
	if err == nil {
		err = tellContext(context)
	}
	if err == nil {
		err = fakeBuild(string(text), context, dest)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// tellContext appends the files of a build context to the file that a test names.
func tellContext(context string) error {
	at := os.Getenv("DLINT_TEST_CONTEXT")
	if at == "" {
		return nil
	}
	var list strings.Builder
	err := filepath.WalkDir(context, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			rel, _ := filepath.Rel(context, name)
			list.WriteString(" " + filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(at, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString("context:" + list.String() + "\n")
	return errors.Join(err, f.Close())
}

func fakeBuild(text, context, dest string) error {
	config := &v1.ConfigFile{OS: "linux", Architecture: "amd64"}
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := fakeStep(strings.Fields(line), context, config, w); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil || dest == "" {
		return err
	}
	img, err := mutate.ConfigFile(empty.Image, config)
	if err != nil {
		return err
	}
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer.Bytes())), nil })
	if err != nil {
		return err
	}
	if img, err = mutate.AppendLayers(img, l); err != nil {
		return err
	}
	p, err := layout.Write(dest, empty.Index)
	if err != nil {
		return err
	}
	return p.AppendImage(img)
}

func fakeStep(words []string, context string, config *v1.ConfigFile, w *tar.Writer) error {
	switch words[0] {
	case "COPY":
		if strings.HasPrefix(words[1], "--from=") || words[1] == "." {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(context, words[1]))
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: strings.TrimPrefix(words[2], "/"), Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(text))}); err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	case "ENV":
		config.Config.Env = append(config.Config.Env, words[1])
	case "WORKDIR":
		config.Config.WorkingDir = words[1]
	case "USER":
		config.Config.User = words[1]
	case "CMD":
		config.Config.Cmd = words[1:]
	case "RUN":
		return fakeRun(words[1])
	}
	return nil
}

func fakeRun(what string) error {
	if what == "fail" {
		fmt.Fprintf(os.Stdout, "#6 [2/2] RUN fail\n#6 0.1 it broke\n#6 ERROR: exit code: 3\n------\n > [2/2] RUN fail:\n0.1 it broke\n------\n")
		return fmt.Errorf("failed to solve: exit code: 3")
	}
	if what != "wait" {
		return nil
	}
	if at := os.Getenv("DLINT_TEST_STARTED"); at != "" {
		if err := os.WriteFile(at, nil, 0o600); err != nil {
			return err
		}
	}
	time.Sleep(time.Minute)
	return nil
}
