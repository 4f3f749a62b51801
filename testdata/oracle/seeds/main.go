// Command seeds gives the fuzz tests the Dockerfiles of a folder to start from:
// it writes them into the cache of the Go command, where fuzzing looks for seeds.
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dlint/dlint/testdata/oracle/inputs"
)

const module = "github.com/dlint/dlint/"

// maxSeed is the largest file that is taken: fuzzing gets nowhere with large ones.
const maxSeed = 6 << 10

// targets are the fuzz tests whose first argument is a Dockerfile, and the
// arguments behind it.
var targets = map[string][]string{
	"lint/dockerfile/FuzzParse":       nil,
	"lint/dockerfile/FuzzReparse":     {"int(40)", "int(90)", `string("x")`},
	"lint/shell/FuzzMask":             nil,
	"lint/pragma/FuzzPragmas":         {"int(3)"},
	"lint/knowledge/secrets/FuzzScan": {`string("Dockerfile")`},
	"rules/FuzzFix":                   nil,
	"fix/FuzzFix":                     nil,
	"fix/format/FuzzText":             nil,
	"lsp/FuzzDidChange":               {"uint32(0)", "uint32(3)", "uint32(2)", "uint32(1)", `string("RUN x")`},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: seeds FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "seeds:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	folder, all, remove, err := inputs.Folder(dir)
	if err != nil {
		return err
	}
	defer remove()
	if folder == "" {
		fmt.Printf("skipped: there is no folder %q\n", dir)
		return nil
	}
	files, err := inputs.Files(folder, all)
	if err != nil {
		return err
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return fmt.Errorf("asking go for its cache: %w", err)
	}
	root := filepath.Join(strings.TrimSpace(string(cache)), "fuzz", filepath.FromSlash(module))
	seen := map[[32]byte]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		if len(text) > maxSeed || seen[sum] {
			continue
		}
		seen[sum] = true
		if err := write(root, fmt.Sprintf("%x", sum[:8]), string(text)); err != nil {
			return err
		}
	}
	fmt.Printf("%d seeds for each of %d fuzz tests\n", len(seen), len(targets))
	return nil
}

// write writes one seed of every fuzz test in the format of the testing package.
func write(root, name, text string) error {
	for target, rest := range targets {
		folder := filepath.Join(root, filepath.FromSlash(target))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		lines := append([]string{"go test fuzz v1", "string(" + strconv.Quote(text) + ")"}, rest...)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}
