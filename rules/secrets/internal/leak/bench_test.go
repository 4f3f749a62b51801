package leak

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// BenchmarkFind measures the search for secrets in a folder of Dockerfiles, once
// with the views that it shares with other rules made already and once with their
// making. DLINT_CORPUS names the folder.
func BenchmarkFind(b *testing.B) {
	dir := os.Getenv("DLINT_CORPUS")
	if dir == "" {
		dir = "../../../../testdata"
	}
	var files []*source.File
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || filepath.Ext(name) == ".dockerignore" {
			return err
		}
		data, err := os.ReadFile(name)
		files = append(files, source.NewFile(name, string(data)))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	documents := func() []*lint.Document {
		var out []*lint.Document
		for _, f := range files {
			out = append(out, lint.NewDocument(f, lint.Build{}))
		}
		return out
	}
	warm := func(d *lint.Document) {
		for ins := range d.WithTriggers() {
			d.Shell(ins)
			if ins.Parent == nil {
				d.Layers().Step(ins)
			}
		}
	}
	b.Run("views", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, d := range documents() {
				warm(d)
			}
		}
	})
	b.Run("search", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			ds := documents()
			for _, d := range ds {
				warm(d)
			}
			b.StartTimer()
			for _, d := range ds {
				find(d)
			}
		}
	})
}
