// Command format checks over a folder of Dockerfiles that formatting them
// changes nothing that BuildKit builds, and that formatting twice is formatting
// once.
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dlint/dlint/fix/format"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/testdata/oracle"
)

func main() {
	flag.Parse()
	files, changed, compiled, wrong := 0, 0, 0, 0
	tell := func(path, format string, args ...any) {
		wrong++
		fmt.Printf("%s: %s\n", path, fmt.Sprintf(format, args...))
	}
	err := filepath.WalkDir(flag.Arg(0), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		before := string(data)
		after := text(before)
		if text(after) != after {
			tell(path, "formatting again changes it")
		}
		if after == before {
			return nil
		}
		changed++
		x, err := oracle.Compile(context.Background(), before, oracle.Options{})
		if err != nil {
			return nil //nolint:nilerr // what does not compile has no graph
		}
		compiled++
		y, err := oracle.Compile(context.Background(), after, oracle.Options{})
		if err != nil {
			tell(path, "%v", err)
			return nil
		}
		for _, d := range x.Diff(y) {
			tell(path, "%s", d)
		}
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "format:", err)
		os.Exit(2)
	}
	fmt.Printf("%d files, %d changed, %d of them compiled before and after, %d wrong\n", files, changed, compiled, wrong)
	if wrong > 0 {
		os.Exit(1)
	}
}

func text(in string) string { return format.Text(dockerfile.Parse(source.NewFile("Dockerfile", in))) }
