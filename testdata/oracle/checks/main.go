// Command checks compares dlint's findings with those of BuildKit's own checks
// over a folder of Dockerfiles, check by check.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/dlint/dlint/rules"
	"github.com/dlint/dlint/testdata/oracle"
	"github.com/dlint/dlint/testdata/oracle/inputs"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: checks FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "checks:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	e, err := oracle.NewChecks(rules.All())
	if err != nil {
		return err
	}
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
	tallies, refused := map[string]*oracle.Tally{}, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		d := oracle.NewDocument(file, string(text))
		theirs, refusal := oracle.BuildKit(context.Background(), d.Tree())
		if refusal != nil {
			refused++
		}
		ours, err := oracle.Dlint(context.Background(), e, d)
		if err != nil {
			return err
		}
		oracle.Compare(tallies, d, theirs, ours, refusal != nil)
	}
	report(tallies, len(files), refused)
	return nil
}

func report(tallies map[string]*oracle.Tally, files, refused int) {
	fmt.Printf("%d files, of which BuildKit refuses %d\n", files, refused)
	fmt.Printf("%-34s %7s %14s %11s %5s\n", "check", "both", "BuildKit only", "dlint only", "open")
	for _, check := range oracle.Checks {
		t := tallies[check]
		if t == nil {
			continue
		}
		fmt.Printf("%-34s %7d %14d %11d %5d\n", check, t.Both, t.BuildKit, t.Dlint, len(t.Open))
		for _, why := range slices.Sorted(maps.Keys(t.Why)) {
			fmt.Printf("    %5d %s\n", t.Why[why], why)
		}
		for _, open := range t.Open[:min(len(t.Open), 5)] {
			fmt.Println("        ?", open)
		}
	}
}
