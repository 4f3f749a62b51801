package buildctx

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dlint/dlint/lint/source"
)

// bigContext makes 100,000 files in 1,000 folders, half of them below
// node_modules.
func bigContext(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	for i := range 1000 {
		sub := filepath.Join(dir, "src", fmt.Sprint("pkg", i%20), fmt.Sprint("mod", i))
		if i%2 == 0 {
			sub = filepath.Join(dir, "node_modules", fmt.Sprint("dep", i), "lib")
		}
		if err := os.MkdirAll(sub, 0o755); err != nil {
			b.Fatal(err)
		}
		for k := range 100 {
			if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("file%d.js", k)), nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	return dir
}

func BenchmarkContext(b *testing.B) {
	dir := bigContext(b)
	for _, bb := range []struct {
		name, ignore string
		want         int
	}{
		{"no ignore file", "", 100_000},
		{"50 patterns", realisticIgnore(50), 100_000},
		{"50 patterns and node_modules", realisticIgnore(50) + "**/node_modules\n", 50_000},
		{"10000 patterns", realisticIgnore(10_000), 100_000},
		{"everything ignored", "*\n", 0},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := Open(dir)
				if err != nil {
					b.Fatal(err)
				}
				c = c.WithIgnore(ParseIgnore(source.NewFile("", bb.ignore)))
				if n := len(c.Select([]string{"."}, SelectOptions{}).Files); n != bb.want {
					b.Fatalf("%d files, want %d", n, bb.want)
				}
			}
		})
	}
	b.Run("matching alone, 50 patterns", func(b *testing.B) {
		c, _ := Open(dir)
		c.All()
		for b.Loop() {
			v := c.WithIgnore(ParseIgnore(source.NewFile("", realisticIgnore(50))))
			if len(v.Files()) != 100_000 {
				b.Fatal("wrong number of files")
			}
		}
	})
	b.Run("one file", func(b *testing.B) {
		for b.Loop() {
			c, _ := Open(dir)
			c.Select([]string{"package.json", "src/pkg1/mod1/file1.js"}, SelectOptions{})
		}
	})
}
