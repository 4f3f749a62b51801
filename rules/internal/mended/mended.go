// Package mended looks at an instruction as a fix would leave it, for fixes of text
// that people got wrong: what stands around may be wrong as well.
package mended

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Reads reports whether BuildKit reads an instruction once the edits are made to it,
// which lie in it in their order, and takes nothing that follows into it. It is looked
// at alone, in a stage without variables.
func Reads(f *dockerfile.File, ins *dockerfile.Instruction, edits []lint.Edit) bool {
	d := changed(f, ins.Lines, edits, "\nSTOPSIGNAL SIGINT\n")
	if all := d.Tree().Instructions; d.Broken() > 0 || all[len(all)-1].Name != "STOPSIGNAL" {
		return false
	}
	for _, ins := range d.Tree().Instructions {
		if !expands(d, ins) {
			return false
		}
	}
	return true
}

// Keeps reports whether BuildKit refuses no more in a part of a Dockerfile once the
// edits are made to it, which lie in it in their order.
func Keeps(f *dockerfile.File, r source.Range, edits []lint.Edit) bool {
	return changed(f, r, edits, "").Broken() <= changed(f, r, nil, "").Broken()
}

// changed returns a Dockerfile of a part of another with the edits made, and of what
// is put behind it.
func changed(f *dockerfile.File, r source.Range, edits []lint.Edit, behind string) *lint.Document {
	var b strings.Builder
	b.WriteString("# escape=" + string(f.Escape) + "\nFROM scratch\n")
	at := r.Start
	for _, e := range edits {
		b.WriteString(f.Source.Text[at:e.Range.Start])
		b.WriteString(e.New)
		at = e.Range.End
	}
	b.WriteString(f.Source.Text[at:r.End] + behind)
	return lint.NewDocument(source.NewFile("", b.String()), lint.Build{})
}

// expands reports whether BuildKit can put variables into the words of an
// instruction, and so finds the ends of their quotes.
func expands(d *lint.Document, ins *dockerfile.Instruction) bool {
	scope := d.Stages().ScopeAt(ins)
	for k := range ins.Pairs {
		if scope.Expand(ins.Pairs[k].Key.Value).Err != nil || scope.Expand(ins.Pairs[k].Value.Value).Err != nil {
			return false
		}
	}
	if !ins.Is("ADD", "COPY", "EXPOSE", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR") {
		return true
	}
	for k := range ins.Args {
		if scope.Expand(ins.Args[k].Value).Err != nil {
			return false
		}
	}
	return true
}
