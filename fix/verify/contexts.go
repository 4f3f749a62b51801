package verify

import (
	"errors"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// ociLayout is how the value of a named context begins that is an image in a
// folder.
const ociLayout = "oci-layout://"

// contextArgs are the arguments of buildctl for named contexts, given as docker
// buildx takes them: NAME=FOLDER, NAME=docker-image://IMAGE, NAME=oci-layout://FOLDER
// or the address of a repository.
func contextArgs(contexts []string) ([]string, error) {
	var args []string
	for k, c := range contexts {
		name, value, _ := strings.Cut(c, "=")
		id := fmt.Sprintf("named-%d", k)
		switch {
		case strings.HasPrefix(value, ociLayout):
			folder, digest, err := layoutImage(strings.TrimPrefix(value, ociLayout))
			if err != nil {
				return nil, fmt.Errorf("the context %s: %w", name, err)
			}
			args = append(args, "--oci-layout", id+"="+folder)
			value = ociLayout + id + "@" + digest
		case !strings.Contains(value, "://") && !strings.HasPrefix(value, "git@"):
			args = append(args, "--local", id+"="+value)
			value = "local:" + id
		}
		args = append(args, "--opt", "context:"+name+"="+value)
	}
	return args, nil
}

// layoutImage reads FOLDER, FOLDER:TAG or FOLDER@DIGEST. Without tag and digest
// the folder holds one image.
func layoutImage(ref string) (folder, digest string, err error) {
	if folder, digest, ok := strings.Cut(ref, "@"); ok {
		return folder, digest, nil
	}
	folder, tag := ref, ""
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		k := strings.LastIndexByte(ref, ':')
		if k < 0 {
			return "", "", fmt.Errorf("reading the image layout: %w", err)
		}
		folder, tag = ref[:k], ref[k+1:]
		if index, err = layout.ImageIndexFromPath(folder); err != nil {
			return "", "", fmt.Errorf("reading the image layout: %w", err)
		}
	}
	digest, err = indexEntry(index, tag)
	return folder, digest, err
}

// indexEntry returns the digest of the image with a tag, or of the only one.
func indexEntry(index v1.ImageIndex, tag string) (string, error) {
	m, err := index.IndexManifest()
	if err != nil {
		return "", fmt.Errorf("reading the image layout: %w", err)
	}
	var found []string
	for _, d := range m.Manifests {
		if tag == "" || d.Annotations["org.opencontainers.image.ref.name"] == tag {
			found = append(found, d.Digest.String())
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case tag != "":
		return "", fmt.Errorf("the image layout has no image %q", tag)
	}
	return "", errors.New("the image layout does not hold one image: name its tag or digest")
}
