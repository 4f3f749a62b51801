// Command gen writes rules/all.go and rules/README.md from the rules, or with
// -new the files of a new one. Run it at the root of the module:
//
//	go run ./rules/gen
//	go run ./rules/gen -new secrets/secret-in-env
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/dlint/dlint/rules/gen/list"
)

func main() {
	name := flag.String("new", "", "make the files of a new rule, `CATEGORY/RULE-ID`")
	flag.Parse()
	if err := run(*name); err != nil {
		fmt.Fprintln(os.Stderr, "rules/gen:", err)
		os.Exit(1)
	}
}

func run(name string) error {
	if name != "" {
		paths, err := list.Scaffold(".", name)
		for _, p := range paths {
			fmt.Fprintln(os.Stdout, p)
		}
		if err != nil {
			return err
		}
	}
	text, err := list.Source("rules")
	if err != nil {
		return err
	}
	if err := write(filepath.Join("rules", "all.go"), text); err != nil {
		return err
	}
	// The documentation is taken from the rules themselves, which compile now.
	var out bytes.Buffer
	cmd := exec.Command("go", "run", "./rules/gen/readme")
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("rendering the documentation: %w", err)
	}
	return write(filepath.Join("rules", "README.md"), out.Bytes())
}

// write leaves a file that holds the text already alone.
func write(path string, text []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("writing generated files: %w", err)
	}
	return nil
}
