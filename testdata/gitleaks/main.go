// Command gitleaks asks gitleaks and dlint about the same folder of Dockerfiles and
// prints what gitleaks alone finds. Matches of its generic rule, which rest on a name
// and a random look, are counted apart: dlint judges names and values by itself.
//
//	go run . [-dlint PROGRAM] DIR
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/zricethezav/gitleaks/v8/detect"
)

func main() {
	dlint := flag.String("dlint", "dlint", "the `program` to compare")
	flag.Parse()
	missed, err := run(*dlint, flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if missed > 0 {
		os.Exit(1)
	}
}

func run(dlint, dir string) (missed int, err error) {
	// Files are told apart by their absolute paths.
	if dir, err = filepath.Abs(dir); err != nil {
		return 0, err
	}
	ours, err := lines(dlint, dir)
	if err != nil {
		return 0, err
	}
	d, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		return 0, fmt.Errorf("reading the rules of gitleaks: %w", err)
	}
	files, both, generic := 0, 0, 0
	err = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || filepath.Ext(name) == ".dockerignore" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		for _, f := range d.DetectString(string(data)) {
			line := f.StartLine + 1
			switch {
			case ours[name][line] || ours[name][f.EndLine+1]:
				both++
			case f.RuleID == "generic-api-key":
				generic++
				fmt.Fprintf(os.Stdout, "generic %s:%d\n", name, line)
			default:
				missed++
				fmt.Fprintf(os.Stdout, "missed  %s:%d: %s\n", name, line, f.RuleID)
			}
		}
		return nil
	})
	fmt.Fprintf(os.Stdout, "%d files: %d found by both, %d by gitleaks alone, and %d generic ones\n", files, both, missed, generic)
	return missed, err
}

// lines returns the lines, from one, that dlint's rules about secrets report.
func lines(dlint, dir string) (map[string]map[int]bool, error) {
	out, err := exec.Command(dlint, "--no-config", "--select", "secrets", "--format", "json", dir).Output()
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("running dlint: %w", err)
	}
	var report struct {
		Files []struct {
			Path        string
			Diagnostics []struct {
				Range struct{ Start, End struct{ Line int } }
			}
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, fmt.Errorf("reading dlint's report: %w", err)
	}
	found := map[string]map[int]bool{}
	for _, f := range report.Files {
		name, err := filepath.Abs(f.Path)
		if err != nil {
			return nil, err
		}
		if found[name] == nil {
			found[name] = map[int]bool{}
		}
		for _, d := range f.Diagnostics {
			found[name][d.Range.Start.Line] = true
		}
	}
	return found, nil
}
