// Command bench prints, side by side and in one run, how long BuildKit's bare
// parse of a folder of Dockerfiles takes and how long dlint with all rules does,
// on one processor and on all; and of the program its start on one small file
// and its peak memory for the whole folder.
//
//	go run ./bench [-dlint BINARY] [-rounds N] [-each] DIR
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
	"github.com/dlint/dlint/testdata/oracle"
	"github.com/dlint/dlint/testdata/oracle/inputs"
)

func main() {
	binary := flag.String("dlint", "", "measure the start and the memory of this dlint")
	rounds := flag.Int("rounds", 7, "how often to measure; the best counts")
	each := flag.Bool("each", false, "measure each rule alone, too")
	flag.Parse()
	if err := run(flag.Arg(0), *binary, *rounds, *each); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func run(dir, binary string, rounds int, each bool) error {
	folder, all, remove, err := inputs.Folder(dir)
	if err != nil {
		return err
	}
	defer remove()
	if folder == "" {
		fmt.Printf("skipped: there is no folder %q; name one with CORPUS=DIR\n", dir)
		return nil
	}
	files, err := inputs.Files(folder, all)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no Dockerfiles below %s", dir)
	}
	texts, size := make([]string, len(files)), 0
	for k, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		texts[k] = string(data)
		size += len(data)
	}
	fmt.Printf("%d files, %.1f MB, %d processors, %s %s/%s, best of %d\n\n",
		len(files), float64(size)/1e6, runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, rounds)
	if err := inMemory(texts, rounds, each); err != nil {
		return err
	}
	if binary == "" {
		return nil
	}
	return program(binary, folder, files, rounds)
}

// job is something to measure on one text.
type job struct {
	name string
	work func(text string)
	best time.Duration
}

// inMemory measures without reading files and without build contexts, so that
// both sides do the same.
func inMemory(texts []string, rounds int, each bool) error {
	linter := func(config lint.Config) (func(string), error) {
		e, err := lint.New(rules.All(), config)
		return func(text string) {
			_, _ = e.Lint(context.Background(), lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{}))
		}, err
	}
	everything, err := linter(lint.Config{Select: []string{"all"}})
	if err != nil {
		return err
	}
	jobs := []*job{
		{name: "BuildKit, bare parse", work: func(text string) { _, _ = parser.Parse(strings.NewReader(text)) }},
		{name: "BuildKit, parse and instructions", work: func(text string) {
			if res, err := parser.Parse(strings.NewReader(text)); err == nil {
				_, _, _ = instructions.Parse(res.AST, nil)
			}
		}},
		{name: "BuildKit, its linter", work: func(text string) { _, _ = oracle.Lint(context.Background(), text) }},
		{name: "dlint, parse", work: func(text string) { dockerfile.Parse(source.NewFile("", text)) }},
		{name: "dlint, all rules", work: everything},
	}
	whole := slices.Clone(jobs)
	if each {
		for _, r := range rules.All() {
			work, err := linter(lint.Config{Select: []string{r.ID}})
			if err != nil {
				return err
			}
			jobs = append(jobs, &job{name: "  " + r.ID, work: work})
		}
	}
	measure(jobs, texts, rounds, 1)
	bare := jobs[0].best
	fmt.Printf("%-44s %12s %12s %8s\n", "on one processor", "all files", "a file", "times")
	for _, j := range jobs {
		show(j, len(texts), bare)
	}
	if n := runtime.NumCPU(); n > 1 {
		measure(whole, texts, rounds, n)
		fmt.Printf("\n%-44s\n", fmt.Sprintf("on %d processors", n))
		for _, j := range whole {
			show(j, len(texts), bare)
		}
	}
	return nil
}

func show(j *job, files int, bare time.Duration) {
	fmt.Printf("%-44s %12v %12v %8.2f\n", j.name, j.best.Round(10*time.Microsecond),
		(j.best / time.Duration(files)).Round(100*time.Nanosecond), float64(j.best)/float64(bare))
}

// measure takes turns, so that a busy moment of the machine hits all.
func measure(jobs []*job, texts []string, rounds, processors int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	for _, j := range jobs {
		j.best = 0
	}
	for range rounds {
		for _, j := range jobs {
			runtime.GC()
			start := time.Now()
			spread(j.work, texts, processors)
			if took := time.Since(start); j.best == 0 || took < j.best {
				j.best = took
			}
		}
	}
}

func spread(work func(string), texts []string, workers int) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for k := next.Add(1) - 1; int(k) < len(texts); k = next.Add(1) - 1 {
				work(texts[k])
			}
		})
	}
	group.Wait()
}

// program measures the binary from outside.
func program(binary, folder string, files []string, rounds int) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "dlint-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	small := filepath.Join(dir, "Dockerfile")
	if err := os.WriteFile(small, []byte("FROM alpine:3.20\nRUN apk add --no-cache curl\nCMD [\"curl\"]\n"), 0o600); err != nil {
		return err
	}
	var starts []time.Duration
	for range 3 * rounds {
		took, _, err := call(binary, dir, "Dockerfile")
		if err != nil {
			return err
		}
		starts = append(starts, took)
	}
	slices.Sort(starts)
	names := make([]string, len(files))
	for k, f := range files {
		rel, err := filepath.Rel(folder, f)
		if err != nil {
			return err
		}
		names[k] = "./" + rel
	}
	var best time.Duration
	var memory []int64
	for range rounds {
		took, peak, err := call(binary, folder, names...)
		if err != nil {
			return err
		}
		if best == 0 || took < best {
			best = took
		}
		memory = append(memory, peak)
	}
	fmt.Printf("\nthe program, reading files and build contexts\n")
	fmt.Printf("%-44s %12v %12s\n", "start on one small file, best and median", starts[0].Round(10*time.Microsecond), starts[len(starts)/2].Round(10*time.Microsecond))
	fmt.Printf("%-44s %12v\n", "all files", best.Round(10*time.Microsecond))
	if most := slices.MaxFunc(memory, cmp.Compare[int64]); most > 0 {
		fmt.Printf("%-44s %9.1f MB\n", "peak memory for all files, the most", float64(most)/1e6)
	}
	return nil
}

// call runs dlint and returns how long it took and its peak memory in bytes.
func call(binary, dir string, names ...string) (time.Duration, int64, error) {
	cmd := exec.Command(binary, append([]string{"--no-config", "--quiet", "--"}, names...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, io.Discard, io.Discard
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() >= 0 {
		err = nil // findings, or files that cannot be read
	}
	if err != nil {
		return 0, 0, err
	}
	return took, peak(cmd.ProcessState), nil
}
