package rules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// corpus reads the files below DLINT_CORPUS, or the examples of the rules when it
// is not set.
func corpus(b *testing.B) []*source.File {
	b.Helper()
	var files []*source.File
	dir := os.Getenv("DLINT_CORPUS")
	if dir == "" {
		for _, r := range rules.All() {
			files = append(files, source.NewFile(r.ID, r.Bad))
		}
		return files
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".dockerignore") {
			return err
		}
		data, err := os.ReadFile(path)
		files = append(files, source.NewFile(path, string(data)))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return files
}

// BenchmarkRules runs all rules over the corpus, without build contexts.
func BenchmarkRules(b *testing.B) {
	files := corpus(b)
	e, err := lint.New(rules.All(), lint.Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			if _, err := e.Lint(b.Context(), lint.NewDocument(source.NewFile(f.Path, f.Text), lint.Build{})); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkEachRule runs each rule alone over documents whose views are made.
func BenchmarkEachRule(b *testing.B) {
	var docs []*lint.Document
	warm, err := lint.New(rules.All(), lint.Config{})
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range corpus(b) {
		d := lint.NewDocument(f, lint.Build{})
		if _, err := warm.Lint(b.Context(), d); err != nil {
			b.Fatal(err)
		}
		docs = append(docs, d)
	}
	for _, r := range rules.All() {
		e, err := lint.New(rules.All(), lint.Config{Select: []string{r.ID}})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(r.ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, d := range docs {
					if _, err := e.Lint(b.Context(), d); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
