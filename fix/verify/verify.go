package verify

import (
	"archive/tar"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Result is the comparison of two images.
type Result struct {
	Before Side `json:"before"`
	After  Side `json:"after"`
	// Config are the fields of the configuration that differ.
	Config []Difference `json:"config"`
	// Lost are files below the working directory that the new image lacks.
	Lost []string `json:"lost"`
	// Problems are what stops the new image from working: libraries, interpreters
	// and users that are not there.
	Problems []string `json:"problems"`
}

// Side is one of the two images.
type Side struct {
	Dockerfile string  `json:"dockerfile"`
	Size       int64   `json:"size"` // bytes, uncompressed
	Layers     int     `json:"layers"`
	Seconds    float64 `json:"seconds"` // of the build
}

// Difference is a field that differs.
type Difference struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Options are what Run needs to know.
type Options struct {
	Engine *Engine
	// Before and After are the Dockerfiles, Context the folder.
	Before, After, Context string
	// Progress is told what is being done; it may be nil.
	Progress func(string)
}

// Run builds both Dockerfiles and compares the images. Temporary files are
// removed in any case.
func Run(ctx context.Context, o Options) (*Result, error) {
	dir, err := os.MkdirTemp("", "dlint-verify-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	res := &Result{Config: []Difference{}, Lost: []string{}, Problems: []string{}}
	before, err := buildSide(ctx, o, o.Before, filepath.Join(dir, "before"), &res.Before)
	if err != nil {
		return nil, err
	}
	after, err := buildSide(ctx, o, o.After, filepath.Join(dir, "after"), &res.After)
	if err != nil {
		return nil, err
	}
	compare(res, before, after)
	return res, nil
}

func buildSide(ctx context.Context, o Options, dockerfile, dir string, side *Side) (*image, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	o.Progress("building " + dockerfile)
	start := time.Now()
	archive := dir + ".tar"
	if err := o.Engine.build(ctx, dockerfile, o.Context, archive); err != nil {
		return nil, err
	}
	side.Dockerfile, side.Seconds = dockerfile, time.Since(start).Seconds()
	o.Progress("reading the image of " + dockerfile)
	img, err := readArchive(archive, dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dockerfile, err)
	}
	side.Size, side.Layers = img.size, img.layers
	return img, nil
}

// compare fills the result from both images.
func compare(res *Result, before, after *image) {
	res.Config = append(res.Config, configDifferences(&before.config, &after.config)...)
	root := before.config.WorkingDir
	if root != "" && root != "/" {
		for name, f := range before.files {
			if f.kind == tar.TypeReg && strings.HasPrefix(name, root+"/") && after.resolve(name) == nil {
				res.Lost = append(res.Lost, name)
			}
		}
	}
	slices.Sort(res.Lost)
	res.Problems = append(res.Problems, problems(before, after)...)
	slices.Sort(res.Problems)
}

func configDifferences(a, b *v1.Config) []Difference {
	var out []Difference
	add := func(field, x, y string) {
		if x != y {
			out = append(out, Difference{field, x, y})
		}
	}
	add("User", a.User, b.User)
	add("WorkingDir", a.WorkingDir, b.WorkingDir)
	add("Entrypoint", strings.Join(a.Entrypoint, " "), strings.Join(b.Entrypoint, " "))
	add("Cmd", strings.Join(a.Cmd, " "), strings.Join(b.Cmd, " "))
	add("StopSignal", a.StopSignal, b.StopSignal)
	add("Shell", strings.Join(a.Shell, " "), strings.Join(b.Shell, " "))
	add("Healthcheck", health(a.Healthcheck), health(b.Healthcheck))
	add("ExposedPorts", keys(a.ExposedPorts), keys(b.ExposedPorts))
	add("Volumes", keys(a.Volumes), keys(b.Volumes))
	env := map[string][2]string{}
	for k, list := range [2][]string{a.Env, b.Env} {
		for _, e := range list {
			name, value, _ := strings.Cut(e, "=")
			pair := env[name]
			pair[k] = value
			env[name] = pair
		}
	}
	for _, name := range sorted(env) {
		add("Env "+name, env[name][0], env[name][1])
	}
	labels := map[string]bool{}
	for name := range a.Labels {
		labels[name] = true
	}
	for name := range b.Labels {
		labels[name] = true
	}
	for _, name := range sorted(labels) {
		add("Label "+name, a.Labels[name], b.Labels[name])
	}
	return out
}

func health(h *v1.HealthConfig) string {
	if h == nil {
		return ""
	}
	return fmt.Sprint(h.Test, h.Interval, h.Timeout, h.StartPeriod, h.Retries)
}

func keys(m map[string]struct{}) string { return strings.Join(sorted(m), " ") }

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// problems returns what the new image lacks and the old one had.
func problems(before, after *image) []string {
	var out []string
	user, _, _ := strings.Cut(after.config.User, ":")
	if user != "" && !isNumber(user) && !after.users[user] {
		out = append(out, "the user "+user+" does not exist")
	}
	if p := program(after); p != "" && after.find(p) == nil {
		out = append(out, "the program "+p+" is not there")
	}
	for _, name := range sorted(after.files) {
		f := after.files[name]
		if f.interpreter != "" && after.resolve(f.interpreter) == nil && hadAll(before, name, f.interpreter) {
			out = append(out, name+" needs "+f.interpreter+", which is not there")
		}
		for _, lib := range f.needed {
			if !after.library(lib, path.Dir(name)) && before.files[name] != nil && before.library(lib, path.Dir(name)) {
				out = append(out, name+" needs the library "+lib+", which is not there")
			}
		}
	}
	return out
}

func hadAll(before *image, names ...string) bool {
	for _, n := range names {
		if before.resolve(n) == nil {
			return false
		}
	}
	return true
}

// program is the first word of what the image starts.
func program(i *image) string {
	words := slices.Concat(i.config.Entrypoint, i.config.Cmd)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// find returns the file that a program name means in the image.
func (i *image) find(name string) *file {
	if strings.Contains(name, "/") {
		if !path.IsAbs(name) {
			name = path.Join("/", i.config.WorkingDir, name)
		}
		return i.resolve(name)
	}
	search := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, e := range i.config.Env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			search = v
		}
	}
	for dir := range strings.SplitSeq(search, ":") {
		if f := i.resolve(path.Join(dir, name)); f != nil {
			return f
		}
	}
	return nil
}

// library reports whether a shared library lies in one of the usual folders.
func (i *image) library(name, beside string) bool {
	for _, dir := range [...]string{
		beside, "/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64",
		"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	} {
		if i.resolve(path.Join(dir, name)) != nil {
			return true
		}
	}
	return false
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
