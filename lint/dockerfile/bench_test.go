package dockerfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint/source"
)

// corpus reads the files below DLINT_CORPUS, or a sample when it is not set.
func corpus(b *testing.B) []string {
	b.Helper()
	dir := os.Getenv("DLINT_CORPUS")
	if dir == "" {
		return seeds
	}
	var texts []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".dockerignore") {
			return err
		}
		data, err := os.ReadFile(path)
		texts = append(texts, string(data))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return texts
}

func BenchmarkBuildKit(b *testing.B) {
	texts := corpus(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range texts {
			_, _ = parser.Parse(strings.NewReader(t))
		}
	}
}

func BenchmarkParse(b *testing.B) {
	texts := corpus(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range texts {
			Parse(source.NewFile("Dockerfile", t))
		}
	}
}
