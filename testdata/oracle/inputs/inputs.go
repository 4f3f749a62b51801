// Package inputs finds the Dockerfiles that corpus and bench work on.
package inputs

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dlint/dlint/lint/buildctx"
)

// Folder returns a folder of Dockerfiles: dir itself or, where it holds a
// materialize.py, what that lays out below a temporary folder. all says that
// every file of it counts. The returned function removes what was laid out.
// There is no folder, and no error, where dir does not exist.
func Folder(dir string) (folder string, all bool, remove func(), err error) {
	remove = func() {}
	if _, err := os.Stat(dir); err != nil {
		return "", false, remove, nil //nolint:nilerr // absence is expected
	}
	script := filepath.Join(dir, "materialize.py")
	if _, err := os.Stat(script); err != nil {
		return dir, false, remove, nil //nolint:nilerr // a plain folder
	}
	out, err := os.MkdirTemp("", "dlint-corpus-")
	if err != nil {
		return "", false, remove, err
	}
	remove = func() { _ = os.RemoveAll(out) }
	cmd := exec.Command("python3", script, "dockerfiles", out)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		remove()
		return "", false, func() {}, fmt.Errorf("laying out the corpus: %w", err)
	}
	return out, true, remove, nil
}

// Files returns the Dockerfiles below a folder, or all files but ignore files.
func Files(folder string, all bool) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case !d.Type().IsRegular() || strings.HasSuffix(d.Name(), buildctx.IgnoreSuffix):
			return nil
		case all || named(d.Name()):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// named reports whether a file is a Dockerfile by its name.
func named(name string) bool {
	low := strings.ToLower(name)
	for _, n := range []string{"dockerfile", "containerfile"} {
		if low == n || strings.HasPrefix(low, n+".") || strings.HasSuffix(low, "."+n) {
			return true
		}
	}
	return false
}
