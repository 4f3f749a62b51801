package verify

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// TestContextArgs turns what docker buildx takes into what buildctl takes.
func TestContextArgs(t *testing.T) {
	t.Parallel()
	one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
	digest := writeLayout(t, one, "1")
	writeLayout(t, two, "1", "2")
	for given, want := range map[string]string{
		"lib=../lib":                           "--local named-0=../lib --opt context:lib=local:named-0",
		"alpine=docker-image://alpine:3.2":     "--opt context:alpine=docker-image://alpine:3.2",
		"src=https://git.example.com/x":        "--opt context:src=https://git.example.com/x",
		"src=git@git.example.com:x":            "--opt context:src=git@git.example.com:x",
		"nginx:1.2=oci-layout://" + one:        "--oci-layout named-0=" + one + " --opt context:nginx:1.2=oci-layout://named-0@" + digest,
		"x=oci-layout://" + two + ":1":         "--oci-layout named-0=" + two + " --opt context:x=oci-layout://named-0@" + digest,
		"x=oci-layout://" + two + "@" + digest: "--oci-layout named-0=" + two + " --opt context:x=oci-layout://named-0@" + digest,
	} {
		got, err := contextArgs([]string{given})
		if err != nil {
			t.Errorf("%s: %v", given, err)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", given, diff)
		}
	}
	for given, want := range map[string]string{
		"x=oci-layout://" + two:             "the context x: the image layout does not hold one image: name its tag or digest",
		"x=oci-layout://" + one + ":3":      `the context x: the image layout has no image "3"`,
		"x=oci-layout://" + one + "/gone":   "the context x: reading the image layout: ",
		"x=oci-layout://" + one + "/no:one": "the context x: reading the image layout: ",
	} {
		if _, err := contextArgs([]string{given}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", given, err, want)
		}
	}
}

// writeLayout writes a layout with an image for each tag, and returns the digest
// of the first.
func writeLayout(t *testing.T, dir string, tags ...string) string {
	t.Helper()
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	var first string
	for _, tag := range tags {
		img, err := mutate.Config(empty.Image, v1.Config{Cmd: []string{tag}})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.AppendImage(img, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": tag})); err != nil {
			t.Fatal(err)
		}
		if d, err := img.Digest(); err == nil && first == "" {
			first = d.String()
		}
	}
	return first
}
