package main

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lint/source"
)

// toCompose turns the report of an inline Dockerfile into one of the compose or
// bake file that holds it. Its fixes are dropped: they do not know of the
// indentation there.
func toCompose(f *report.File, compose *source.File, in *buildctx.InlineDockerfile) {
	inline := f.Source
	move := func(r *source.Range) {
		*r = source.Range{Start: in.Place(inline, compose, r.Start), End: in.Place(inline, compose, r.End)}
	}
	f.Source = compose
	// The engine's findings are ours alone by now.
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		move(&d.Range)
		related := make([]lint.Related, len(d.Related))
		for k, r := range d.Related {
			if r.Path == "" {
				move(&r.Range)
			}
			related[k] = r
		}
		d.Related, d.Fixes = related, nil
	}
}
