// Package oracle compiles Dockerfiles with BuildKit's own converter and compares
// what comes out. It is a module of its own, to keep the converter's dependencies
// out of dlint.
package oracle

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// Options are what the command line says of a build.
type Options struct {
	Args     map[string]string
	Target   string
	Platform string // empty for linux/amd64
}

// Build is what BuildKit makes of a Dockerfile.
type Build struct {
	// Ops are the digests of the operations, in the order in which they depend on
	// each other. They do not hold source positions, names or progress texts.
	Ops []digest.Digest
	// Config is the configuration of the image without its history, whose texts
	// repeat the Dockerfile, and without the time of its creation.
	Config map[string]any
}

// Compile runs the converter. Base images are not fetched: each has the same
// small configuration and a digest made of its name.
func Compile(ctx context.Context, text string, o Options) (*Build, error) {
	opt, err := o.convert()
	if err != nil {
		return nil, err
	}
	res, err := dockerfile2llb.Dockerfile2LLB(ctx, []byte(text), opt)
	if err != nil {
		return nil, fmt.Errorf("compiling: %w", err)
	}
	def, err := res.State.Marshal(ctx, llb.Platform(*opt.TargetPlatform), llb.LocalUniqueID("context"))
	if err != nil {
		return nil, fmt.Errorf("compiling: %w", err)
	}
	b := &Build{}
	for _, op := range def.Def {
		b.Ops = append(b.Ops, digest.FromBytes(op))
	}
	// The converter walks maps, so that independent operations change places.
	slices.Sort(b.Ops)
	data, err := json.Marshal(res.Image)
	if err != nil {
		return nil, fmt.Errorf("compiling: %w", err)
	}
	if err := json.Unmarshal(data, &b.Config); err != nil {
		return nil, fmt.Errorf("compiling: %w", err)
	}
	delete(b.Config, "history")
	delete(b.Config, "created")
	delete(b.Config, "rootfs") // of the base image; the operations tell more
	return b, nil
}

// Lint runs BuildKit's linter and returns how many warnings it has. Base images are
// not fetched, as in Compile.
func Lint(ctx context.Context, text string) (int, error) {
	opt, err := Options{}.convert()
	if err != nil {
		return 0, err
	}
	opt.SourceMap = llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", []byte(text))
	opt.SourceMap.Definition = &llb.Definition{} // where the text came from, which is left out
	res, err := dockerfile2llb.DockerfileLint(ctx, []byte(text), opt)
	if err != nil {
		return 0, fmt.Errorf("linting: %w", err)
	}
	return len(res.Warnings), nil
}

// convert returns the options of the converter.
func (o Options) convert() (dockerfile2llb.ConvertOpt, error) {
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	if o.Platform != "" {
		p, err := platforms.Parse(o.Platform)
		if err != nil {
			return dockerfile2llb.ConvertOpt{}, fmt.Errorf("reading platform: %w", err)
		}
		platform = p
	}
	caps := pb.Caps.CapSet(pb.Caps.All())
	return dockerfile2llb.ConvertOpt{
		Config: dockerui.Config{
			BuildArgs: o.Args, Target: o.Target,
			BuildPlatforms: []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}},
		},
		TargetPlatform: &platform,
		MetaResolver:   resolver{},
		LLBCaps:        &caps,
	}, nil
}

// basePath is the PATH of every image.
const basePath = "/usr/local/bin:/usr/bin:/bin"

// resolver gives every image the same configuration.
type resolver struct{}

// ResolveImageConfig answers without a network.
func (resolver) ResolveImageConfig(_ context.Context, ref string, o sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := ocispecs.Image{
		Config: ocispecs.ImageConfig{
			Env: []string{"PATH=" + basePath, "BASE_ONLY=1"},
			Cmd: []string{"/bin/sh"},
		},
		// The converter takes an image without layers for scratch.
		RootFS: ocispecs.RootFS{Type: "layers", DiffIDs: []digest.Digest{digest.FromString("layer " + ref)}},
	}
	config.OS, config.Architecture = "linux", "amd64"
	if o.ImageOpt != nil && o.ImageOpt.Platform != nil {
		config.Platform = *o.ImageOpt.Platform
	}
	data, err := json.Marshal(config)
	return ref, digest.FromString(ref), data, err
}

// Diff tells which fields of the configuration differ, as paths such as
// "config.Labels", and whether the operations do ("ops").
func (b *Build) Diff(o *Build) []string {
	var out []string
	if !slices.Equal(b.Ops, o.Ops) {
		out = append(out, "ops")
	}
	out = append(out, diff("", b.Config, o.Config)...)
	slices.Sort(out)
	return out
}

// diff goes two levels deep: "author", "config.Labels".
func diff(prefix string, x, y map[string]any) []string {
	keys := map[string]bool{}
	for k := range x {
		keys[k] = true
	}
	for k := range y {
		keys[k] = true
	}
	var out []string
	for k := range keys {
		mx, okx := x[k].(map[string]any)
		my, oky := y[k].(map[string]any)
		if prefix == "" && (okx || oky) {
			out = append(out, diff(k+".", mx, my)...)
			continue
		}
		a, _ := json.Marshal(x[k])
		b, _ := json.Marshal(y[k])
		if string(a) != string(b) {
			out = append(out, strings.ToLower(prefix+k))
		}
	}
	return out
}
