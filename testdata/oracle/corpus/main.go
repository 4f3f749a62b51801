// Command corpus tries dlint on a folder of real Dockerfiles: no rule panics,
// every file is reported, fixes come to rest and leave nothing for a second run,
// BuildKit accepts after fixing what it accepted before, and safe fixes change
// nothing in what BuildKit makes of the file. It prints counts and what went
// wrong, and exits with 1 if anything did.
//
//	go run ./corpus [-dlint BINARY] [-v] DIR
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
	"github.com/dlint/dlint/testdata/oracle"
	"github.com/dlint/dlint/testdata/oracle/inputs"
)

func main() {
	binary := flag.String("dlint", "", "also run this dlint over a copy of the folder")
	verbose := flag.Bool("v", false, "print every failure instead of the first fifty")
	flag.Parse()
	ok, err := run(flag.Arg(0), *binary, *verbose)
	if err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// tally is what came out, over all files.
type tally struct {
	mu       sync.Mutex
	files    int
	clean    int
	refused  int // by BuildKit, before
	found    map[string]int
	inFiles  map[string]int // files with findings, by rule
	fixes    map[string]int
	changed  [2]int // by safe, by unsafe fixes
	proved   int
	unproved int
	beside   int // only a file beside the Dockerfile changes
	failures []string
}

func (t *tally) fail(file, format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, file+": "+fmt.Sprintf(format, args...))
}

func run(dir, binary string, verbose bool) (bool, error) {
	folder, all, remove, err := inputs.Folder(dir)
	if err != nil {
		return false, err
	}
	defer remove()
	if folder == "" {
		fmt.Printf("skipped: there is no folder %q; name one with CORPUS=DIR\n", dir)
		return true, nil
	}
	files, err := inputs.Files(folder, all)
	if err != nil {
		return false, err
	}
	e, err := lint.New(rules.All(), lint.Config{Select: []string{"all"}})
	if err != nil {
		return false, err
	}
	start := time.Now()
	t := &tally{found: map[string]int{}, inFiles: map[string]int{}, fixes: map[string]int{}}
	t.each(files, func(file string) { t.try(e, folder, file) })
	t.print(len(files), time.Since(start), verbose)
	if binary != "" && len(files) > 0 {
		if err := t.commandLine(binary, folder, files); err != nil {
			return false, err
		}
	}
	shown := t.failures
	slices.Sort(shown)
	if !verbose && len(shown) > 50 {
		shown = shown[:50]
	}
	for _, f := range shown {
		fmt.Println("FAILED", f)
	}
	fmt.Printf("%d failures\n", len(t.failures))
	return len(t.failures) == 0, nil
}

// each works on the files on all processors.
func (t *tally) each(files []string, work func(file string)) {
	queue := make(chan string)
	var group sync.WaitGroup
	for range runtime.NumCPU() {
		group.Go(func() {
			for file := range queue {
				work(file)
			}
		})
	}
	for _, f := range files {
		queue <- f
	}
	close(queue)
	group.Wait()
}

// try lints and fixes one file in memory.
func (t *tally) try(e *lint.Engine, folder, file string) {
	name, err := filepath.Rel(folder, file)
	if err != nil {
		name = file
	}
	defer func() {
		if v := recover(); v != nil {
			t.fail(name, "panic: %v", v)
		}
	}()
	data, err := os.ReadFile(file)
	if err != nil {
		t.fail(name, "%v", err)
		return
	}
	build := lint.Build{}
	if c, err := buildctx.Open(filepath.Dir(file)); err == nil {
		build.Context = c.For(filepath.Base(file))
	}
	document := func(text string) *lint.Document {
		return lint.NewDocument(source.NewFile(file, text), build)
	}
	ctx := context.Background()
	d := document(string(data))
	found, err := e.Lint(ctx, d)
	if err != nil {
		t.fail(name, "%v", err)
	}
	t.count(d, found)
	for k, least := range []lint.Applicability{lint.Safe, lint.Unsafe} {
		t.fix(ctx, e, name, d, least, k)
	}
}

// fix fixes a document and judges the result.
func (t *tally) fix(ctx context.Context, e *lint.Engine, name string, d *lint.Document, least lint.Applicability, slot int) {
	res, err := fix.Run(ctx, e, d, least)
	if err != nil {
		t.fail(name, "%s fixes: %v", least, err)
		return
	}
	for _, p := range res.Panics {
		t.fail(name, "%s fixes: %v", least, p)
	}
	if err := accepts(d.Source.Text); err == nil {
		if err := accepts(res.Text); err != nil {
			t.fail(name, "%s fixes: BuildKit does not accept it any more: %v", least, err)
		}
	}
	// The document that Run ends with knows of created files.
	again, err := fix.Run(ctx, e, res.Document, least)
	if err != nil || again.Changed {
		t.fail(name, "a second run with %s fixes changes it again: %v", least, err)
	}
	proof := error(nil)
	if least == lint.Safe {
		proof = oracle.Same(ctx, d, res)
		if proof != nil && !errors.Is(proof, oracle.ErrBefore) {
			t.fail(name, "%v", proof)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !res.Changed && len(res.Others) == 0 {
		return
	}
	t.changed[slot]++
	if least == lint.Safe && !res.Changed {
		t.beside++
	}
	if least == lint.Safe && res.Changed {
		if proof == nil {
			t.proved++
		} else {
			t.unproved++
		}
	}
	for _, a := range res.Applied {
		t.fixes[least.String()+" "+a.Rule.ID] += a.Count
	}
}

// accepts returns why BuildKit refuses a text.
func accepts(text string) error {
	res, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return err
	}
	_, _, err = instructions.Parse(res.AST, nil)
	return err
}

func (t *tally) count(d *lint.Document, found []lint.Diagnostic) {
	refused := accepts(d.Source.Text) != nil
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files++
	if refused {
		t.refused++
	}
	if len(found) == 0 {
		t.clean++
	}
	rules := map[string]bool{}
	for k := range found {
		id := found[k].Rule.ID
		t.found[id]++
		rules[id] = true
	}
	for id := range rules {
		t.inFiles[id]++
	}
}

func (t *tally) print(files int, took time.Duration, verbose bool) {
	total := 0
	for _, n := range t.found {
		total += n
	}
	fmt.Printf("%d files, %d linted, %d clean, %d that BuildKit refuses, %d findings, in %v\n",
		files, t.files, t.clean, t.refused, total, took.Round(time.Millisecond))
	if t.files != files {
		t.fail("all", "only %d of %d files were linted", t.files, files)
	}
	fmt.Printf("%d files change with safe fixes (%d proved to build the same, %d that BuildKit cannot compile here, %d whose .dockerignore alone changes), %d with unsafe ones\n",
		t.changed[0], t.proved, t.unproved, t.beside, t.changed[1])
	ids := slices.SortedFunc(maps.Keys(t.found), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.found[b], t.found[a]), cmp.Compare(a, b))
	})
	fmt.Printf("\n%-40s %9s %9s %9s %9s\n", "rule", "findings", "files", "safe", "unsafe")
	for _, id := range ids {
		safe := t.fixes["safe "+id]
		fmt.Printf("%-40s %9d %9d %9d %9d\n", id, t.found[id], t.inFiles[id], safe, max(t.fixes["unsafe "+id]-safe, 0))
	}
	if verbose {
		for _, r := range rules.All() {
			if t.found[r.ID] == 0 {
				fmt.Printf("%-40s %9d\n", r.ID, 0)
			}
		}
	}
	fmt.Println()
}

// commandLine runs the program over the folder and fixes a copy of it, twice.
func (t *tally) commandLine(binary, folder string, files []string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	parent, err := os.MkdirTemp("", "dlint-copy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(parent)
	dir := filepath.Join(parent, "corpus")
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		return err
	}
	names := make([]string, len(files))
	for k, f := range files {
		rel, err := filepath.Rel(folder, f)
		if err != nil {
			return err
		}
		names[k] = "./" + rel
	}
	out, err := t.call(binary, dir, names, "--format", "json")
	if err != nil {
		return err
	}
	var report struct{ Files []struct{ Path string } }
	if err := json.Unmarshal(out, &report); err != nil {
		t.fail("dlint --format json", "%v", err)
	}
	if len(report.Files) != len(files) {
		t.fail("dlint --format json", "reports %d of %d files", len(report.Files), len(files))
	}
	before := snapshot(dir)
	for _, args := range [][]string{{"--fix", "--quiet"}, {"--fix", "--unsafe-fixes", "--quiet"}} {
		if _, err := t.call(binary, dir, names, args...); err != nil {
			return err
		}
		once := snapshot(dir)
		if _, err := t.call(binary, dir, names, args...); err != nil {
			return err
		}
		twice := snapshot(dir)
		touched := 0
		for name, text := range twice {
			if text != once[name] {
				t.fail(name, "dlint %s changes it a second time", strings.Join(args, " "))
			}
			if text != before[name] {
				touched++
			}
			if old, ok := before[name]; ok && accepts(old) == nil && !strings.HasSuffix(name, ".dockerignore") && accepts(text) != nil {
				t.fail(name, "BuildKit does not accept what dlint %s made of it", strings.Join(args, " "))
			}
		}
		fmt.Printf("dlint %s: %d files written\n", strings.Join(args, " "), touched)
	}
	return nil
}

// call runs dlint on the files and returns what it prints. Findings are no
// failure.
func (t *tally) call(binary, dir string, names []string, args ...string) ([]byte, error) {
	var out, msg bytes.Buffer
	cmd := exec.Command(binary, slices.Concat(args, []string{"--no-config", "--"}, names)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &msg
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	if errors.As(err, &exit) {
		t.fail("dlint "+strings.Join(args, " "), "exit code %d: %s", exit.ExitCode(), first(msg.String(), 500))
		err = nil
	}
	return out.Bytes(), err
}

func first(s string, n int) string {
	if len(s) > n {
		return s[:n] + "..."
	}
	return s
}

// snapshot reads all files of a folder.
func snapshot(dir string) map[string]string {
	files := map[string]string{}
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(data)
		return err
	})
	return files
}
