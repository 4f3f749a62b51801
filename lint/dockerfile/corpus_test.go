package dockerfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/dlint/dlint/lint/source"
)

// TestCorpus checks every file below DLINT_CORPUS as the fuzz test does.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("DLINT_CORPUS")
	if dir == "" {
		t.Skip("DLINT_CORPUS names no folder of Dockerfiles")
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(path) == ".dockerignore" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		t.Run(path, func(t *testing.T) {
			f := Parse(source.NewFile(path, string(data)))
			for _, ins := range f.Instructions {
				nests(t, ins)
			}
			agrees(t, f)
			for _, e := range f.Errors {
				t.Logf("%v: %s", f.Source.Position(e.Range.Start, source.UTF32), e.Message)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
