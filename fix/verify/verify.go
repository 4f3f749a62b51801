// Package verify builds two Dockerfiles on the engine of the user and compares
// the images: configuration, size, files, libraries, and how they start.
package verify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Result is the comparison of two images. Its JSON form is a contract.
type Result struct {
	Version int    `json:"version"`
	Engine  string `json:"engine"`
	Before  Side   `json:"before"`
	After   Side   `json:"after"`
	// Config are the fields of the configuration that differ.
	Config []Difference `json:"config"`
	// Touched is the source file that the rebuilds were measured with.
	Touched string `json:"touched,omitempty"`
	// Start compares how the images start.
	Start Start `json:"start"`
	// Lost are files below the working directory that the new image lacks.
	Lost []string `json:"lost"`
	// Problems are what stops the new image from working: libraries, interpreters
	// and users that are not there.
	Problems []string `json:"problems"`
	// Notes are the same in files that nothing is known to use.
	Notes []string `json:"notes"`
}

// OK reports whether the new image is as good as the old: nothing is missing,
// and it starts as the old one does, as far as that could be tried.
func (r *Result) OK() bool {
	return len(r.Problems) == 0 && r.Start.Verdict != Differs
}

// Side is one of the two images.
type Side struct {
	Dockerfile string  `json:"dockerfile"`
	Size       int64   `json:"size"`                 // bytes, uncompressed
	Compressed int64   `json:"compressed,omitempty"` // bytes, as pulled, where the engine tells
	Layers     int     `json:"layers"`
	Seconds    float64 `json:"seconds"`           // of the build
	Rebuild    float64 `json:"rebuild,omitempty"` // seconds, after touching a source file
}

// Options are what Run needs to know.
type Options struct {
	Engine *Engine
	// Before and After are the Dockerfiles, Context the folder.
	Before, After, Context string
	// AfterName is how the new Dockerfile is called, where it lies in a temporary
	// folder.
	AfterName string
	// AfterFiles are files of the context that come with the new Dockerfile.
	AfterFiles map[string]string
	// Args are build arguments, as NAME=VALUE.
	Args []string
	// Contexts are named contexts, NAME=VALUE as docker buildx takes them.
	Contexts []string
	// Rebuild measures the time of a build after a change to the source file
	// Touch, or to one that is chosen.
	Rebuild bool
	Touch   string
	// Start says how the images are started.
	Start StartOptions
	// Progress is told what is being done, and the step of a build; it may be nil.
	Progress func(what, step string)
}

// run is one verification under way.
type run struct {
	Options
	dir string
	res *Result
}

// side is one of the two images, built.
type side struct {
	job
	report *Side
	img    *image
	// loaded is the name under which a container program knows the image.
	loaded map[string]string
}

// Run builds both Dockerfiles and compares the images. Containers, images and
// temporary files are removed in any case.
func Run(ctx context.Context, o Options) (*Result, error) {
	dir, err := os.MkdirTemp("", "dlint-verify-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	if o.Progress == nil {
		o.Progress = func(string, string) {}
	}
	if o.AfterName == "" {
		o.AfterName = o.After
	}
	r := &run{Options: o, dir: dir, res: &Result{Version: 1, Engine: o.Engine.Name}}
	before, err := r.prepare("before", o.Before, o.Before, nil, &r.res.Before)
	if err != nil {
		return nil, err
	}
	defer r.forget(before)
	after, err := r.prepare("after", o.After, o.AfterName, o.AfterFiles, &r.res.After)
	if err != nil {
		return nil, err
	}
	defer r.forget(after)
	for _, s := range [...]*side{before, after} {
		if err := r.build(ctx, s); err != nil {
			return nil, err
		}
	}
	r.compare(before.img, after.img)
	if err := r.rebuild(ctx, before, after); err != nil {
		return nil, err
	}
	r.res.Start, err = r.start(ctx, before, after)
	return r.res, err
}

func (r *run) forget(s *side) {
	r.Engine.forget(s.tag)
	for program, name := range s.loaded {
		(&Engine{Name: filepath.Base(program), Path: program}).forget(name)
	}
}

// prepare lays out the context and the Dockerfile of a side.
func (r *run) prepare(name, file, called string, files map[string]string, report *Side) (*side, error) {
	report.Dockerfile = called
	own := filepath.Join(r.dir, name, "dockerfile", "Dockerfile")
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	for _, ending := range [...]string{"", buildctx.IgnoreSuffix} {
		text, err := os.ReadFile(file + ending)
		if err != nil && ending == "" {
			return nil, fmt.Errorf("reading the Dockerfile: %w", err)
		}
		if err != nil {
			continue // it has no ignore file of its own
		}
		if err := os.WriteFile(own+ending, text, 0o600); err != nil { //nolint:gosec // a temporary folder of ours
			return nil, fmt.Errorf("copying the Dockerfile: %w", err)
		}
	}
	context := filepath.Join(r.dir, name, "context")
	if err := copyContext(r.Context, own, context, r.dir); err != nil {
		return nil, err
	}
	for at, text := range files {
		if err := replaceFile(context, filepath.FromSlash(at), text); err != nil {
			return nil, err
		}
	}
	tag := "localhost/dlint-verify-" + strconv.FormatInt(time.Now().UnixNano(), 36) + ":" + name
	return &side{
		job:    job{name: called, dockerfile: own, context: context, tag: tag, args: r.Args, contexts: r.Contexts},
		report: report, loaded: map[string]string{},
	}, nil
}

// replaceFile writes a file of a folder anew; what was there may be a link to the
// user's own. A link among the folders that lead to it must not lead out.
func replaceFile(folder, name, text string) error {
	if err := writeInside(folder, name, text, 0o644); err != nil {
		return fmt.Errorf("writing a file of the split: %w", err)
	}
	return nil
}

// build builds and reads the image of a side.
func (r *run) build(ctx context.Context, s *side) error {
	what := "building " + s.name
	s.step = func(step string) { r.Progress(what, step) }
	r.Progress(what, "")
	start := time.Now()
	img, err := r.Engine.image(ctx, s.job, filepath.Join(r.dir, filepath.Base(filepath.Dir(s.context)), "image"))
	if err != nil {
		return err
	}
	s.report.Seconds = time.Since(start).Seconds()
	r.Progress("reading the image of "+s.name, "")
	count, err := lastInstructions(s.dockerfile)
	if err != nil {
		return err
	}
	if s.img, err = readImage(ctx, img, count); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	s.report.Size, s.report.Compressed, s.report.Layers = s.img.size, compressedSize(r.Engine, img), s.img.layers
	return nil
}

// compressedSize is the size of the layers as they are pulled. The archives of
// engines with a store of their own hold them uncompressed.
func compressedSize(e *Engine, img v1.Image) int64 {
	m, err := img.Manifest()
	if err != nil || e.Name != "buildctl" {
		return 0
	}
	var n int64
	for _, l := range m.Layers {
		n += l.Size
	}
	return n
}

// lastInstructions counts the instructions of the last stage after FROM, and of
// the stages it is based on: each is an entry of the image's history.
func lastInstructions(file string) (int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, fmt.Errorf("reading the Dockerfile: %w", err)
	}
	stages := stage.New(dockerfile.Parse(source.NewFile(file, string(text))), stage.Options{}).Stages
	if len(stages) == 0 {
		return 0, nil
	}
	n := 0
	for s := range stages[len(stages)-1].Chain() {
		n += len(s.Body)
	}
	return n, nil
}

func (r *run) compare(before, after *image) {
	r.res.Config = configDifferences(&before.config, &after.config)
	if before.platform != after.platform {
		r.res.Config = append(r.res.Config, Difference{"Platform", before.platform, after.platform})
	}
	r.res.Lost = lost(before, after)
	found := findProblems(before, after)
	r.res.Problems, r.res.Notes = found.problems, found.notes
}

// rebuild measures both builds after a change to one source file.
func (r *run) rebuild(ctx context.Context, sides ...*side) error {
	if !r.Rebuild {
		return nil
	}
	name := r.Touch
	if name == "" {
		name = sourceFile(sides[0].context, sides[0].dockerfile)
	}
	if name == "" {
		return nil
	}
	r.res.Touched = name
	for _, s := range sides {
		if err := touch(s.context, name); err != nil {
			return err
		}
		what := "rebuilding " + s.name
		s.step = func(step string) { r.Progress(what, step) }
		r.Progress(what, "")
		start := time.Now()
		if err := r.Engine.rebuild(ctx, s.job); err != nil {
			return err
		}
		s.report.Rebuild = time.Since(start).Seconds()
	}
	return nil
}
