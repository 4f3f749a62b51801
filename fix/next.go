package fix

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
)

// maxOther is the size in bytes of the largest other file that is edited.
const maxOther = 8 << 20

// next returns the document that d becomes with another text and with other
// files of its build context changed; others holds their whole texts by path.
// Of those only the ignore file is seen by the rules.
func next(d *lint.Document, text string, others map[string]string) *lint.Document {
	build := d.Build
	if name, ok := ignoreFile(build.Context, others); ok {
		ig := buildctx.ParseIgnore(source.NewFile(build.Context.Path(name), others[name]))
		ig.Path, ig.Specific = name, name != buildctx.IgnoreName
		build.Context = build.Context.WithIgnore(ig)
	}
	return lint.NewDocument(source.NewFile(d.Source.Path, text), build)
}

// ignoreFile returns which of the changed files is the one that counts as the
// ignore file of c.
func ignoreFile(c *buildctx.Context, others map[string]string) (string, bool) {
	if c == nil || len(others) == 0 {
		return "", false
	}
	if own := c.Dockerfile(); own != "" {
		if _, ok := others[own+buildctx.IgnoreSuffix]; ok {
			return own + buildctx.IgnoreSuffix, true
		}
	}
	if ig := c.Ignore(); ig != nil && ig.Specific {
		return "", false
	}
	_, ok := others[buildctx.IgnoreName]
	return buildctx.IgnoreName, ok
}

// readOther returns the text of a file of the build context of d.
func readOther(d *lint.Document, path string) (string, error) {
	c := d.Build.Context
	data, err := c.ReadFile(path, maxOther)
	if err != nil {
		return "", fmt.Errorf("reading %s of the build context: %w", path, err)
	}
	return string(data), nil
}

// exists reports whether the build context of d is known to hold the file.
func exists(d *lint.Document, path string) bool {
	_, err := d.Build.Context.Lstat(path)
	return d.Build.Context.Known() && !errors.Is(err, fs.ErrNotExist)
}
