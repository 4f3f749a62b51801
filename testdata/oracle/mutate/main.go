// Command mutate changes Dockerfiles at random, a few lines, words and characters
// at a time, and holds of what comes out what corpus holds of files as people wrote
// them: no rule panics, fixes come to rest and leave nothing for a second run,
// BuildKit compiles after fixing what it compiled before, and safe fixes change
// nothing in what it makes of the file. It holds the same of formatting and of splits,
// and that the cache model takes whatever there is. The Dockerfiles are those of the
// rules' cases and of the splits', and the short ones below the folders. Each kind of
// failure is printed once, with the shortest file that it was found to be left with.
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
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/fix/format"
	"github.com/dlint/dlint/fix/multistage"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/dockerfile"
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
	files, err := pool(dirs)
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
			m := &mutator{rand.New(rand.NewPCG(seed, uint64(k))), files}
			for ctx.Err() == nil {
				t.try(m.next())
			}
		})
	}
	group.Wait()
	fmt.Printf("seed %d: %d files from %d, of which BuildKit compiled %d and fixes changed %d: %d kinds of failure\n",
		seed, t.files, len(files), t.compiled, t.changed, len(t.known))
	return len(t.known), nil
}

// file is a Dockerfile with its build context, if it has one.
type file struct {
	text    string
	context *buildctx.Context
}

func (f file) document() *lint.Document {
	return lint.NewDocument(source.NewFile("Dockerfile", f.text), lint.Build{Context: f.context})
}

// pool returns the Dockerfiles to change.
func pool(dirs []string) ([]file, error) {
	cases, err := linttest.Load("../rules/*/*.txtar")
	if err != nil {
		return nil, err
	}
	var all []file
	for _, c := range cases {
		all = append(all, file{c.Text, c.Document().Build.Context})
	}
	splits, err := splitCases()
	if err != nil {
		return nil, err
	}
	all = append(all, splits...)
	for _, dir := range dirs {
		texts, err := folder(dir)
		if err != nil {
			return nil, err
		}
		all = append(all, texts...)
	}
	return slices.DeleteFunc(all, func(f file) bool { return f.text == "" || len(f.text) > longest }), nil
}

func splitCases() ([]file, error) {
	names, err := filepath.Glob("../split/*.txtar")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("there are no cases of splits")
	}
	var all []file
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			return nil, err
		}
		text, files := "", map[string][]byte{}
		for _, part := range ar.Files {
			switch part.Name {
			case "Dockerfile.split", "refusal", "options":
			case "Dockerfile":
				text = string(part.Data)
			default:
				files[part.Name] = part.Data
			}
		}
		all = append(all, file{text, buildctx.FromFiles(files)})
	}
	return all, nil
}

func folder(dir string) ([]file, error) {
	folder, whole, remove, err := inputs.Folder(dir)
	if err != nil {
		return nil, err
	}
	defer remove()
	if folder == "" {
		fmt.Printf("there is no folder %q; name one with CORPUS=DIR\n", dir)
		return nil, nil
	}
	names, err := inputs.Files(folder, whole)
	if err != nil {
		return nil, err
	}
	var all []file
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, file{text: string(data)})
	}
	return all, nil
}

// trial is what came out of all files.
type trial struct {
	engine *lint.Engine

	mu                       sync.Mutex
	files, compiled, changed int
	known                    map[string]bool // kinds of failure that have been printed
}

func (t *trial) try(f file) {
	kind, _ := t.judge(f)
	t.count(f)
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
	f = t.shorten(f, kind)
	_, details := t.judge(f)
	fmt.Printf("FAILED %s\n%s\n%q\n%s\n\n", kind, details, f.text, f.text)
}

// judge returns what is wrong with what dlint makes of a file, "" for nothing: its
// kind, and the details.
func (t *trial) judge(f file) (kind, details string) {
	defer func() {
		if v := recover(); v != nil {
			message, _, _ := strings.Cut(fmt.Sprint(v), "[")
			kind, details = "panic: "+message, string(debug.Stack())
		}
	}()
	for _, look := range []func(*trial, file) (kind, details string){(*trial).fixes, (*trial).format, (*trial).split, (*trial).cache} {
		if kind, details := look(t, f); kind != "" {
			return kind, details
		}
	}
	return "", ""
}

func (t *trial) fixes(f file) (kind, details string) {
	ctx := context.Background()
	for _, least := range []lint.Applicability{lint.Safe, lint.Unsafe} {
		d := f.document()
		res, err := fix.Run(ctx, t.engine, d, least)
		if err != nil {
			return "fix error: " + firstWords(err.Error()), err.Error()
		}
		if len(res.Panics) > 0 {
			return "panic of " + res.Panics[0].Rule.ID, res.Panics[0].Error() + "\n" + string(res.Panics[0].Stack)
		}
		again, err := fix.Run(ctx, t.engine, res.Document, least)
		if err != nil || again.Changed {
			return "fix not at rest: " + applied(res), fmt.Sprintf("%q\n%q\n%v", res.Text, again.Text, err)
		}
		if err := compare(ctx, d, res, least); err != nil {
			return "fix not the same: " + applied(res), err.Error()
		}
	}
	return "", ""
}

// format formats the file twice, and compares what BuildKit makes of it.
func (t *trial) format(f file) (kind, details string) {
	text := func(in string) string { return format.Text(dockerfile.Parse(source.NewFile("Dockerfile", in))) }
	after := text(f.text)
	if again := text(after); again != after {
		return "format not at rest", fmt.Sprintf("%q\n%q", after, again)
	}
	if after == f.text {
		return "", ""
	}
	x, err := oracle.Compile(context.Background(), f.text, oracle.Options{})
	if err != nil {
		return "", "" // there is nothing to compare
	}
	y, err := oracle.Compile(context.Background(), after, oracle.Options{})
	if err != nil {
		return "format not compiled", fmt.Sprintf("%v\n%q", err, after)
	}
	if diff := x.Diff(y); len(diff) > 0 {
		return "format not the same", fmt.Sprintf("%v\n%q", diff, after)
	}
	return "", ""
}

// split proposes a split and lets BuildKit compile it.
func (t *trial) split(f file) (kind, details string) {
	proposal, _ := multistage.Propose(f.document(), multistage.Options{With: multistage.Extras()})
	if proposal == nil {
		return "", ""
	}
	if _, err := oracle.Compile(context.Background(), f.text, oracle.Options{}); err != nil {
		return "", "" // what was wrong stays wrong
	}
	if _, err := oracle.Compile(context.Background(), proposal.Text, oracle.Options{}); err != nil {
		return "split not compiled: " + proposal.Recipe, fmt.Sprintf("%v\n%s", err, proposal.Text)
	}
	return "", ""
}

// cache models the build, and compares it with itself.
func (t *trial) cache(f file) (kind, details string) {
	x, y := cache.New(cache.Input{Doc: f.document()}), cache.New(cache.Input{Doc: f.document()})
	for _, s := range cache.Compare(x, y) {
		for _, step := range s.Steps {
			if !step.Cached {
				return "cache: the same is built again", s.Stage.Label + ": " + step.Step.Text
			}
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

func (t *trial) count(f file) {
	_, err := oracle.Compile(context.Background(), f.text, oracle.Options{})
	res, failed := fix.Run(context.Background(), t.engine, f.document(), lint.Safe)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files++
	if err == nil {
		t.compiled++
	}
	if failed == nil && res.Changed {
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
func firstWords(s string) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(6, len(words))], " ")
}

// shorten leaves out lines, and then words, without which the file fails as well.
func (t *trial) shorten(f file, kind string) file {
	for _, sep := range []string{"\n", " "} {
		parts := strings.SplitAfter(f.text, sep)
		for k := len(parts) - 1; k >= 0; k-- {
			less := slices.Delete(slices.Clone(parts), k, k+1)
			if got, _ := t.judge(file{strings.Join(less, ""), f.context}); similar(got, kind) {
				parts = less
			}
		}
		f.text = strings.Join(parts, "")
	}
	return f
}

// similar reports whether a failure is of a kind, whichever rules have to do with it.
func similar(got, kind string) bool {
	if got == "" {
		return false
	}
	a, _, _ := strings.Cut(got, ":")
	b, _, _ := strings.Cut(kind, ":")
	return a == b
}
