// Command mutate changes Dockerfiles at random, a few lines, words and characters
// at a time, and holds of what comes out what corpus holds of files as people wrote
// them: no rule panics, fixes come to rest and leave nothing for a second run,
// BuildKit compiles after fixing what it compiled before, and safe fixes change
// nothing in what it makes of the file. The Dockerfiles are those of the rules'
// cases, and the short ones below the folders. Each kind of failure is printed once,
// with the shortest file that it was found to be left with.
//
//	go run ./mutate [-seed N] [-for DURATION] [DIR...]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/linttest"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
	"github.com/dlint/dlint/testdata/oracle"
	"github.com/dlint/dlint/testdata/oracle/inputs"
)

// longest is the number of bytes of the longest file that is changed: findings of a
// short one come sooner and are easier to read.
const longest = 3000

func main() {
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "the same seed on as many processors makes the same files")
	limit := flag.Duration("for", time.Minute, "how long to go on")
	flag.Parse()
	n, err := run(*seed, *limit, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if n > 0 {
		os.Exit(1)
	}
}

func run(seed uint64, limit time.Duration, dirs []string) (failures int, err error) {
	texts, err := pool(dirs)
	if err != nil {
		return 0, err
	}
	e, err := lint.New(rules.All(), lint.Config{Select: []string{"all"}})
	if err != nil {
		return 0, err
	}
	t := &trial{engine: e, known: map[string]bool{}}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var group sync.WaitGroup
	for k := range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			m := &mutator{rand.New(rand.NewPCG(seed, uint64(k))), texts}
			for ctx.Err() == nil {
				t.try(m.next())
			}
		})
	}
	group.Wait()
	fmt.Printf("seed %d: %d files from %d, of which BuildKit compiled %d and fixes changed %d: %d kinds of failure\n",
		seed, t.files, len(texts), t.compiled, t.changed, len(t.known))
	return len(t.known), nil
}

// pool returns the Dockerfiles to change.
func pool(dirs []string) ([]string, error) {
	cases, err := linttest.Load("../rules/*/*.txtar")
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, c := range cases {
		texts = append(texts, c.Text)
	}
	for _, dir := range dirs {
		folder, all, remove, err := inputs.Folder(dir)
		if err != nil {
			return nil, err
		}
		defer remove()
		if folder == "" {
			fmt.Printf("there is no folder %q; name one with CORPUS=DIR\n", dir)
			continue
		}
		files, err := inputs.Files(folder, all)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			texts = append(texts, string(data))
		}
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" || len(text) > longest }), nil
}

// trial is what came out of all files.
type trial struct {
	engine *lint.Engine

	mu                       sync.Mutex
	files, compiled, changed int
	known                    map[string]bool // kinds of failure that have been printed
}

func (t *trial) try(text string) {
	kind, _ := t.judge(text, true)
	if kind == "" {
		return
	}
	t.mu.Lock()
	seen := t.known[kind]
	t.known[kind] = true
	t.mu.Unlock()
	if seen {
		return
	}
	text = t.shorten(text, kind)
	_, details := t.judge(text, false)
	fmt.Printf("FAILED %s\n%s\n%q\n%s\n\n", kind, details, text, text)
}

// judge returns what is wrong with the fixes of a file, "" for nothing: its kind, and
// the details.
func (t *trial) judge(text string, count bool) (kind, details string) {
	defer func() {
		if v := recover(); v != nil {
			kind, details = "panic", fmt.Sprint(v)
		}
	}()
	ctx := context.Background()
	for _, least := range []lint.Applicability{lint.Safe, lint.Unsafe} {
		d := lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{})
		res, err := fix.Run(ctx, t.engine, d, least)
		if err != nil {
			return "error: " + firstWords(err.Error()), err.Error()
		}
		if len(res.Panics) > 0 {
			return "panic of " + res.Panics[0].Rule.ID, res.Panics[0].Error() + "\n" + string(res.Panics[0].Stack)
		}
		again, err := fix.Run(ctx, t.engine, res.Document, least)
		if err != nil || again.Changed {
			return "not at rest: " + applied(res), fmt.Sprintf("%q\n%q\n%v", res.Text, again.Text, err)
		}
		if count && least == lint.Safe {
			t.count(ctx, text, res.Changed)
		}
		if err := compare(ctx, d, res, least); err != nil {
			return "not the same: " + applied(res), err.Error()
		}
	}
	return "", ""
}

// compare asks BuildKit about a file before and after its fixes.
func compare(ctx context.Context, d *lint.Document, res *fix.Result, least lint.Applicability) error {
	if !res.Changed {
		return nil
	}
	if least == lint.Safe {
		if err := oracle.Same(ctx, d, res); err != nil && !errors.Is(err, oracle.ErrBefore) {
			return err
		}
		return nil
	}
	// A fix may come to need any stage.
	targets := []string{""}
	for _, s := range d.Stages().Stages {
		targets = append(targets, strconv.Itoa(s.Index))
	}
	for _, target := range targets {
		if _, err := oracle.Compile(ctx, d.Source.Text, oracle.Options{Target: target}); err != nil {
			return nil //nolint:nilerr // there was nothing to break
		}
	}
	if _, err := oracle.Compile(ctx, res.Text, oracle.Options{}); err != nil {
		return fmt.Errorf("not compiled any more: %w\n%s", err, res.Text)
	}
	return nil
}

func (t *trial) count(ctx context.Context, text string, changed bool) {
	_, err := oracle.Compile(ctx, text, oracle.Options{})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files++
	if err == nil {
		t.compiled++
	}
	if changed {
		t.changed++
	}
}

// applied names the rules whose fixes were made.
func applied(res *fix.Result) string {
	var ids []string
	for _, a := range res.Applied {
		if !slices.Contains(ids, a.Rule.ID) {
			ids = append(ids, a.Rule.ID)
		}
	}
	return strings.Join(ids, " ")
}

// firstWords is an error without what it says about one place.
func firstWords(s string) string { return strings.Join(strings.Fields(s)[:6], " ") }

// shorten leaves out lines, and then words, without which the file fails as well.
func (t *trial) shorten(text, kind string) string {
	for _, sep := range []string{"\n", " "} {
		parts := strings.SplitAfter(text, sep)
		for k := len(parts) - 1; k >= 0; k-- {
			less := slices.Delete(slices.Clone(parts), k, k+1)
			if got, _ := t.judge(strings.Join(less, ""), false); similar(got, kind) {
				parts = less
			}
		}
		text = strings.Join(parts, "")
	}
	return text
}

// similar reports whether a failure is of a kind, or has fewer rules to do with it.
func similar(got, kind string) bool {
	if got == "" {
		return false
	}
	a, _, _ := strings.Cut(got, ":")
	b, _, _ := strings.Cut(kind, ":")
	return a == b
}
