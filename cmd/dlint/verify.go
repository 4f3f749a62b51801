package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dlint/dlint/fix/verify"
	"github.com/dlint/dlint/lint/report"
)

// verifyOptions are the flags of dlint verify.
type verifyOptions struct {
	context, engine, format string
	timeout                 time.Duration
	args, contexts          []string
	env, paths              []string
	touch, runner           string
	noRebuild, noStart      bool
	wait                    time.Duration
}

// verifyCommand returns "dlint verify".
func (a *app) verifyCommand() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify BEFORE AFTER",
		Short: "Build two Dockerfiles and compare the images",
		Long: `Build two Dockerfiles on a build engine of this machine and compare the images.

Compared are the configuration field by field, the size and layers, and the time
of a build after a change to one source file (in a copy of the context). Both
images are started the same way, and what they print, their exit code, their
answers on the exposed ports and their HEALTHCHECK are compared. Told are files of
the working directory that are gone, libraries and interpreters that no longer
resolve, and users that do not exist. The exit code is 1 when the second image
lacks something or does not start as the first one does.

The engine is buildctl where BUILDKIT_HOST is set, else docker with buildx, podman
or buildah, whichever is there. Containers are started by docker or podman, with
their usual network and with ports on the loopback address, or with buildctl and
buildah by runc (as root), with the loopback network alone.`,
		Example: "  dlint verify Dockerfile Dockerfile.new\n  dlint verify --context . --get /health --format json old/Dockerfile new/Dockerfile",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &usageError{fmt.Errorf("verify needs two Dockerfiles"), "verify "}
			}
			if err := o.check("verify "); err != nil {
				return err
			}
			return a.verify(cmd.Context(), args[0], args[1], o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.context, "context", "", "folder of the build context (default: that of BEFORE)")
	f.StringVar(&o.format, "format", "text", "format: text or json")
	o.flags(f)
	return cmd
}

// flags are those that dlint split --verify has, too.
func (o *verifyOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.engine, "engine", "", "engine: buildctl, docker, podman or buildah (default: the first that is there)")
	f.StringVar(&o.runner, "runner", "", "what starts containers: runc, docker or podman (default: what goes with the engine)")
	listVar(f, &o.args, "build-arg", "build argument NAME=VALUE for both builds; may be repeated")
	listVar(f, &o.contexts, "build-context", "named context NAME=VALUE for both builds, as docker buildx takes it; may be repeated")
	listVar(f, &o.env, "env", "variable NAME=VALUE for both containers; may be repeated")
	listVar(f, &o.paths, "get", "path to ask both containers for, besides / and what it links to; may be repeated")
	f.StringVar(&o.touch, "touch", "", "source file to change for the rebuild (default: one is chosen)")
	f.BoolVar(&o.noRebuild, "no-rebuild", false, "do not measure the rebuild")
	f.BoolVar(&o.noStart, "no-start", false, "do not start containers")
	f.DurationVar(&o.wait, "wait", 30*time.Second, "how long a container may take until it answers")
	f.DurationVar(&o.timeout, "timeout", 30*time.Minute, "time for all of it")
}

func (o *verifyOptions) check(verb string) error {
	if o.format != "text" && o.format != "json" {
		return &usageError{fmt.Errorf("unknown format %q: text or json", o.format), verb}
	}
	if o.engine != "" && !slices.Contains(verify.EngineNames(), o.engine) {
		return &usageError{fmt.Errorf("unknown engine %q: %s", o.engine, strings.Join(verify.EngineNames(), ", ")), verb}
	}
	if o.runner != "" && !slices.Contains(verify.RunnerNames(), o.runner) {
		return &usageError{fmt.Errorf("unknown runner %q: %s", o.runner, strings.Join(verify.RunnerNames(), ", ")), verb}
	}
	for _, list := range [...][]string{o.args, o.contexts, o.env} {
		for _, pair := range list {
			if name, _, ok := strings.Cut(pair, "="); !ok || name == "" {
				return &usageError{fmt.Errorf("%q is not of the form NAME=VALUE", pair), verb}
			}
		}
	}
	for _, p := range o.paths {
		if !strings.HasPrefix(p, "/") {
			return &usageError{fmt.Errorf("the path %q does not begin with /", p), verb}
		}
	}
	return nil
}

func (a *app) verify(ctx context.Context, before, after string, o verifyOptions) error {
	res, err := a.runVerify(ctx, &verify.Options{Before: before, After: after}, o)
	if err != nil {
		return err
	}
	if o.format == "json" {
		enc := json.NewEncoder(report.PlainJSON(a.stdout))
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(res)
	} else {
		_, err = fmt.Fprint(a.stdout, verifyText(res))
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if !res.OK() {
		return exitCode(exitFindings)
	}
	return nil
}

// runVerify builds and compares two Dockerfiles.
func (a *app) runVerify(ctx context.Context, what *verify.Options, o verifyOptions) (*verify.Result, error) {
	engine, err := verify.FindEngine(o.engine, func(name string) string { return a.env[name] })
	if err != nil {
		return nil, err
	}
	dir := o.context
	if dir == "" {
		dir = filepath.Dir(what.Before)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("not done after %s (see --timeout)", o.timeout))
	defer cancel()
	tell := newActivity(a.stderr, isTerminal(a.stderr))
	defer tell.close()
	what.Engine, what.Context, what.Args, what.Contexts, what.Progress = engine, dir, o.args, o.contexts, tell.show
	what.Rebuild, what.Touch = !o.noRebuild, o.touch
	what.Start = verify.StartOptions{Skip: o.noStart, Runner: o.runner, Env: o.env, Paths: o.paths, Wait: o.wait}
	res, err := verify.Run(ctx, *what)
	if err != nil {
		return nil, fmt.Errorf("verifying: %w", err)
	}
	return res, nil
}

// verifySplit verifies a proposal that is not written yet.
func (a *app) verifySplit(ctx context.Context, p *splitProposal, o verifyOptions) (*verify.Result, error) {
	dir, err := os.MkdirTemp("", "dlint-split-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	after := filepath.Join(dir, "Dockerfile")
	if err := os.WriteFile(after, []byte(p.Dockerfile), 0o600); err != nil {
		return nil, fmt.Errorf("writing the split: %w", err)
	}
	ignore, err := readFile(p.Path + ".dockerignore")
	for _, f := range p.others {
		if filepath.Clean(f.Path) == filepath.Clean(p.Path)+".dockerignore" {
			ignore, err = f.New, nil
		}
	}
	if err == nil {
		if err := os.WriteFile(after+".dockerignore", []byte(ignore), 0o600); err != nil {
			return nil, fmt.Errorf("writing the split: %w", err)
		}
	}
	if o.context == "" {
		o.context = p.root
	}
	return a.runVerify(ctx, &verify.Options{Before: p.Path, After: after, AfterName: "the split of " + p.Path, AfterFiles: p.inContext}, o)
}

// verifyText writes the comparison as a table.
func verifyText(res *verify.Result) string {
	var b strings.Builder
	row := func(name, before, after string) { fmt.Fprintf(&b, "%-12s %14s %14s\n", name, before, after) }
	row("", "before", "after")
	row("size", megabytes(res.Before.Size), megabytes(res.After.Size))
	if res.Before.Compressed > 0 {
		row("compressed", megabytes(res.Before.Compressed), megabytes(res.After.Compressed))
	}
	row("layers", fmt.Sprint(res.Before.Layers), fmt.Sprint(res.After.Layers))
	row("build", seconds(res.Before.Seconds), seconds(res.After.Seconds))
	if res.Touched != "" {
		row("rebuild", seconds(res.Before.Rebuild), seconds(res.After.Rebuild))
	}
	startText(&b, res)
	if res.Touched != "" {
		fmt.Fprintf(&b, "rebuild: after a change to %s\n", report.Printable(res.Touched))
	}
	for _, d := range res.Config {
		fmt.Fprintf(&b, "configuration: %s\n", change(d))
	}
	if len(res.Lost) > 0 {
		fmt.Fprintf(&b, "gone from the working directory: %s\n", lostText(res.Lost))
	}
	for _, n := range res.Notes {
		fmt.Fprintf(&b, "note: %s\n", report.Printable(n))
	}
	for _, p := range res.Problems {
		fmt.Fprintf(&b, "problem: %s\n", report.Printable(p))
	}
	return b.String()
}

// startText writes how the images start.
func startText(b *strings.Builder, res *verify.Result) {
	s := res.Start
	if s.Before == nil || s.After == nil {
		fmt.Fprintf(b, "start: not compared: %s\n", report.Printable(s.Reason))
		return
	}
	fmt.Fprintf(b, "%-12s %14s %14s\n", "start", startState(s.Before), startState(s.After))
	what := []string{"output", "exit code"}
	for _, a := range s.Before.Answers {
		what = append(what, a.Request)
	}
	if s.Before.Health != nil {
		what = append(what, "HEALTHCHECK")
	}
	for k := range what {
		what[k] = report.Printable(what[k])
	}
	if s.Verdict == verify.Same {
		fmt.Fprintf(b, "start: the same (%s; with %s)\n", strings.Join(what, ", "), s.Runner)
	}
	for _, v := range s.Varies {
		fmt.Fprintf(b, "start: varies by itself: %s\n", report.Printable(v))
	}
	for _, d := range s.Differences {
		fmt.Fprintf(b, "start: differs: %s\n", change(d))
	}
}

func startState(o *verify.Observation) string {
	if o.State == "exited" {
		return fmt.Sprintf("exit code %d", o.Code)
	}
	return o.State
}

func change(d verify.Difference) string {
	return fmt.Sprintf("%s: %q became %q", report.Printable(d.Field), d.Before, d.After)
}

// lostText counts lost files by the first folder below the one they share.
func lostText(lost []string) string {
	common := filepath.Dir(lost[0])
	for _, f := range lost {
		for !strings.HasPrefix(f, strings.TrimSuffix(common, "/")+"/") {
			common = filepath.Dir(common)
		}
	}
	var order []string
	count := map[string]int{}
	for _, f := range lost {
		first, rest, deeper := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(f, common), "/"), "/")
		if deeper && rest != "" {
			first += "/"
		}
		if count[first]++; count[first] == 1 {
			order = append(order, first)
		}
	}
	parts := make([]string, 0, len(order))
	for k, name := range order {
		if k == 20 {
			parts = append(parts, fmt.Sprintf("%d more", len(order)-k))
			break
		}
		text := report.Printable(name)
		if strings.HasSuffix(name, "/") {
			text += fmt.Sprintf(" (%d)", count[name])
		}
		parts = append(parts, text)
	}
	return report.Printable(common) + ": " + strings.Join(parts, ", ")
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func seconds(s float64) string { return fmt.Sprintf("%.1f s", s) }
