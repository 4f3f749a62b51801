package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lint/shellcheck"
	"github.com/dlint/dlint/lint/source"
)

// runner checks targets, several at a time, and reports them in order.
type runner struct {
	app     *app
	options *options
	loader  *config.Loader

	// ctxFinder finds build contexts. It is replaced when a fix has written a
	// file of a context.
	ctxFinder atomic.Pointer[buildctx.Finder]
	writing   sync.Mutex // held while a fix writes files of a context
	locks     sync.Map   // *sync.Mutex by the real path of a file that is fixed

	mu      sync.Mutex // guards engines and told
	engines map[*config.Resolved]engine
	told    map[string]bool

	// The rest belongs to the goroutine that reports.
	out      io.Writer
	toStdout bool
	// shellcheck is nil when there is no such program.
	shellcheck *shellcheck.Checker
	file       *outputFile
	report     *report.Writer
	progress   *progress
	baseline   *baseline
	created    map[string]bool // files that --diff has shown as new
	counts     map[*lint.Rule]*ruleCount
	writeErr   error // of the report
	broken     bool
	failing    bool
	fixed      int
	changed    int
}

// engine is the engine of a configuration, or why there is none.
type engine struct {
	*lint.Engine
	err error
}

// outcome is what checking a target came to.
type outcome struct {
	file   report.File
	failOn lint.Severity
	diffs  []fileDiff
	text   *string // the fixed text of standard input
	fixes  int
	broken bool
}

func (r *runner) finder() *buildctx.Finder { return r.ctxFinder.Load() }

func (r *runner) verbose(format string, args ...any) {
	if r.options.verbose {
		r.app.note(format, args...)
	}
}

// excluded reports whether the configuration passes over a path in folders. A
// mistake in the configuration comes up again with the files.
func (r *runner) excluded(path string) bool {
	ok, err := r.loader.Excluded(path)
	return err == nil && ok
}

// ahead is how many files may be done before the one that is reported next.
const ahead = 16

// workers is how many files are in hand at a time. While shellcheck reads their
// scripts they wait, and the more wait, the more go into one process.
func (r *runner) workers() int {
	if r.shellcheck != nil {
		return ahead * r.options.jobs
	}
	return r.options.jobs
}

// patience is how long a run that was ended early waits for the files in hand: a
// rule does not look up before it has read its file.
const patience = 2 * time.Second

// await waits for the workers, but once the run has been ended early not longer
// than patience.
func await(ctx context.Context, workers *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		workers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	select {
	case <-done:
	case <-time.After(patience):
	}
}

// all checks the targets and reports them in order.
func (r *runner) all(ctx context.Context, targets []target) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type job struct {
		target *target
		done   chan *outcome
	}
	jobs := make(chan job)
	queue := make(chan job, ahead*r.options.jobs)
	var workers sync.WaitGroup
	for range min(r.workers(), len(targets)) {
		workers.Go(func() {
			for j := range jobs {
				j.done <- r.one(ctx, j.target)
			}
		})
	}
	workers.Go(func() {
		defer close(queue)
		defer close(jobs)
		for i := range targets {
			j := job{&targets[i], make(chan *outcome, 1)}
			select {
			case queue <- j:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	})
	n := 0
	for j := range queue {
		select {
		case out := <-j.done:
			r.take(out, stop)
			n++
			r.progress.done(n)
		case <-ctx.Done():
		}
	}
	await(ctx, &workers)
}

// take reports an outcome; stop ends the run early.
func (r *runner) take(out *outcome, stop func()) {
	f := &out.file
	for _, e := range f.Errors {
		r.tell(f.Path, e)
	}
	if out.broken {
		r.broken = true
	}
	r.fixed += out.fixes
	if out.text != nil {
		r.emit(r.app.stdout, *out.text, stop)
	}
	switch {
	case r.options.diff:
		r.showDiffs(out.diffs, stop)
		return
	case r.options.writeBaseline:
		r.baseline.add(f)
		return
	case r.baseline != nil:
		r.baseline.filter(f)
	}
	r.judge(f, out.failOn)
	if r.report == nil || r.writeErr != nil {
		return
	}
	if err := r.report.File(f); err != nil {
		r.failed(err, stop)
	}
}

// emit writes text unless writing has failed before.
func (r *runner) emit(w io.Writer, text string, stop func()) {
	if text == "" || r.writeErr != nil {
		return
	}
	if _, err := io.WriteString(w, asIs(w, text)); err != nil {
		r.failed(err, stop)
	}
}

// failed notes that the report cannot be written. What --fix still has to do is
// done all the same.
func (r *runner) failed(err error, stop func()) {
	r.writeErr = err
	if !r.options.fix {
		stop()
	}
}

// judge counts the findings and compares them with the threshold.
func (r *runner) judge(f *report.File, failOn lint.Severity) {
	for i := range f.Diagnostics {
		d := &f.Diagnostics[i]
		if failOn != lint.Unset && d.Severity >= failOn {
			r.failing = true
		}
		if r.options.statistics {
			r.count(d)
		}
	}
}

// tell writes a problem to standard error. The same mistake in a configuration,
// which many files have in common, is told once.
func (r *runner) tell(path, message string) {
	r.mu.Lock()
	again := r.told[message]
	r.mu.Unlock()
	if again {
		return
	}
	r.progress.clear()
	r.app.warn("%s: %s", filepath.ToSlash(path), message)
}

// one checks a target.
func (r *runner) one(ctx context.Context, t *target) (out *outcome) {
	out = &outcome{failOn: lint.Warning}
	out.file.Path = filepath.ToSlash(t.path)
	if t.stdin && r.options.stdinFilename != "" {
		out.file.Path = filepath.ToSlash(r.options.stdinFilename)
	}
	defer func() {
		if v := recover(); v != nil {
			out.fail(fmt.Errorf("dlint failed: %v; please report this", v))
			r.verbose("%s", debug.Stack())
		}
	}()
	start := time.Now()
	if t.err != nil {
		out.fail(t.err)
		return out
	}
	c := &checker{runner: r, target: t, out: out}
	if err := c.check(ctx); err != nil {
		out.fail(err)
	}
	if r.options.verbose {
		r.app.note("%s: %s in %s%s", out.file.Path,
			count(len(out.file.Diagnostics), "finding", "findings"), time.Since(start).Round(time.Microsecond), c.about())
	}
	return out
}

func (o *outcome) fail(err error) {
	o.broken = true
	o.file.Errors = append(o.file.Errors, err.Error())
}

// engine returns the engine of a configuration.
func (r *runner) engine(res *config.Resolved) (*lint.Engine, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.engines[res]
	if !ok {
		e.Engine, e.err = lint.New(r.app.rules, res.Config)
		r.engines[res] = e
	}
	return e.Engine, e.err
}

// configuration returns that of a path. Its mistakes and doubts are told once.
func (r *runner) configuration(path string) (*config.Resolved, error) {
	res, err := r.loader.For(path)
	if err != nil {
		r.once(err.Error(), func(string) { r.app.fail(err) })
		return nil, err
	}
	if !r.options.quiet {
		for _, w := range res.Warnings {
			r.once(w.Error(), func(m string) { r.app.warn("warning: %s", m) })
		}
	}
	return res, nil
}

// once calls say with a message that was not told before.
func (r *runner) once(message string, say func(string)) {
	r.mu.Lock()
	first := !r.told[message]
	r.told[message] = true
	r.mu.Unlock()
	if first {
		r.progress.clear()
		say(message)
	}
}

// checker checks one target.
type checker struct {
	*runner
	target *target
	out    *outcome

	res     *config.Resolved
	engine  *lint.Engine
	finder  *buildctx.Finder
	context *buildctx.Context
	compose *source.File // the compose or bake file around an inline Dockerfile
}

// about says for --verbose what was taken into account.
func (c *checker) about() string {
	var s string
	if c.res != nil {
		for _, f := range c.res.Files {
			s += ", configuration " + f
		}
	}
	if c.context.Known() {
		s += fmt.Sprintf(", context %s (%s)", c.context.Root(), c.context.Reason())
	}
	return s
}

func (c *checker) check(ctx context.Context) error {
	var err error
	if c.res, err = c.configuration(c.configPath()); err != nil {
		return err
	}
	c.out.failOn = c.res.FailOn
	if c.engine, err = c.runner.engine(c.res); err != nil {
		return err
	}
	if c.options.fix && !c.target.stdin {
		defer c.lock(c.target.path)()
	}
	text, err := c.read()
	if err != nil {
		return err
	}
	if err := checkUTF8(text); err != nil {
		c.out.fail(err)
	}
	doc, err := c.document(source.NewFile(c.out.file.Path, text))
	if err != nil {
		return err
	}
	if c.options.fix || c.options.diff {
		err = c.fix(ctx, doc)
	} else {
		err = c.lint(ctx, doc)
	}
	if c.compose != nil {
		toCompose(&c.out.file, c.compose, c.target.build.Inline)
	}
	return err
}

// configPath is the path whose configuration counts.
func (c *checker) configPath() string {
	if c.target.stdin && c.options.stdinFilename != "" {
		return c.options.stdinFilename
	}
	return c.target.path
}

func (c *checker) read() (string, error) {
	switch b := c.target.build; {
	case c.target.stdin:
		return readText(c.app.stdin, 0)
	case b != nil && b.Inline != nil:
		text, err := readFile(c.target.path)
		c.compose = source.NewFile(c.target.path, text)
		return b.Inline.Text, err
	}
	return readFile(c.target.path)
}

// document puts a text and what is known of its build together.
func (c *checker) document(src *source.File) (*lint.Document, error) {
	build := c.res.Build
	c.finder = c.runner.finder()
	if err := c.findContext(&build, src.Text); err != nil {
		return nil, err
	}
	build.Context = c.context
	if c.engine.Running("shellcheck") {
		build.Shellcheck = c.shellcheck
	}
	c.out.file.Source = src
	if c.context.Known() {
		c.out.file.Root = filepath.ToSlash(shownAs(c.target.path, c.context.Root()))
		c.out.file.Others = others(c.context)
	}
	return lint.NewDocument(src, build), nil
}

// findContext finds the build context, and with it the build arguments that a
// compose or bake file sets.
func (c *checker) findContext(build *lint.Build, text string) error {
	if c.target.stdin {
		// Nothing is known of it but what was said.
		if c.res.Context == "" {
			return nil
		}
		ctx, err := buildctx.Open(c.res.Context)
		c.context = ctx
		return err
	}
	if b := c.target.build; b != nil {
		build.FillFrom(b, b.Target)
		if c.res.Context == "" {
			c.context = c.finder.ContextOf(b)
			return nil
		}
	}
	found, err := c.finder.Find(c.target.path, buildctx.Options{
		Context: c.res.Context,
		Sources: func() []string { return copySources(text) },
	})
	if err != nil {
		return err
	}
	c.context = found.Context
	for _, p := range found.Problems {
		if c.options.verbose {
			c.once(p.Err.Error(), func(m string) { c.app.note("%s", m) })
		}
	}
	// With several builds, none of them is the one.
	if c.target.build == nil && len(found.Builds) == 1 {
		build.FillFrom(found.Build, "")
	}
	return nil
}

// others returns a reader for the files of a context, for report.File.
func others(c *buildctx.Context) func(string) *source.File {
	read := map[string]*source.File{}
	return func(name string) *source.File {
		f, ok := read[name]
		if !ok {
			if data, err := c.ReadFile(name, 1<<20); err == nil {
				f = source.NewFile(name, string(data))
			}
			read[name] = f
		}
		return f
	}
}

// lint finds and does not fix.
func (c *checker) lint(ctx context.Context, doc *lint.Document) error {
	found, err := c.engine.Lint(ctx, doc)
	c.out.file.Diagnostics = found
	return c.explain(err)
}

// explain adds the stack of a rule that panicked when it is wanted.
func (c *checker) explain(err error) error {
	var p *lint.PanicError
	if errors.As(err, &p) {
		c.verbose("%s: %s\n%s", c.out.file.Path, p, p.Stack)
	}
	return err
}
