package lint

import (
	"strings"
	"sync"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/pragma"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Build is what is known of the build a Dockerfile is for.
type Build struct {
	stage.Options
}

// Document is a Dockerfile with its views. Each view is made when first asked
// for, once, and shared by all rules, which only read it. A Document is safe
// for concurrent use.
type Document struct {
	Source *source.File
	Build  Build

	tree    func() *dockerfile.File
	stages  func() *stage.Graph
	pragmas func() []*pragma.Pragma
}

// NewDocument returns a document. Nothing is parsed yet.
func NewDocument(src *source.File, build Build) *Document {
	d := &Document{Source: src, Build: build}
	d.tree = sync.OnceValue(func() *dockerfile.File { return dockerfile.Parse(src) })
	d.stages = sync.OnceValue(func() *stage.Graph { return stage.New(d.tree(), build.Options) })
	d.pragmas = sync.OnceValue(func() []*pragma.Pragma { return pragma.Read(d.tree(), d.stages()) })
	return d
}

// Tree returns the parsed Dockerfile.
func (d *Document) Tree() *dockerfile.File { return d.tree() }

// Stages returns the build stages.
func (d *Document) Stages() *stage.Graph { return d.stages() }

// Pragmas returns the comments that switch rules off.
func (d *Document) Pragmas() []*pragma.Pragma { return d.pragmas() }

// quiet reports whether the text holds nothing that could be a pragma.
func (d *Document) quiet() bool {
	t := d.Source.Text
	return !strings.Contains(t, "ignore") && !strings.Contains(t, "check")
}
