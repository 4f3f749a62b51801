package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lint/shellcheck"
)

// checkCommand returns the root command: lint, and fix when asked to.
func (a *app) checkCommand() *cobra.Command {
	o := &options{}
	cmd := &cobra.Command{
		Use:   "dlint [PATH...]",
		Short: "Lint and fix Dockerfiles",
		Long: `dlint finds mistakes, secrets and waste in Dockerfiles, and mends them.

PATH is a Dockerfile, a directory that is searched for Dockerfiles, a compose or
bake file, or - for standard input. Without one the current directory is
searched. What .gitignore ignores is passed over. Write ./rules for a path that
has the name of a command.

The exit code is 0 when nothing is found at or above the threshold, 1 when
something is, 2 on misuse or when a file cannot be read.`,
		Example: `  dlint
  dlint --fix services/api
  dlint --diff --unsafe-fixes Dockerfile
  dlint --format sarif -o dlint.sarif .
  dlint --select secrets,DL3008 compose.yaml
  dlint - < Dockerfile`,
		Version: version(),
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.applyEnv(cmd); err != nil {
				return err
			}
			return a.check(cmd.Context(), o, args, cmd)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	cmd.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	o.addFlags(cmd)
	a.addCompletions(cmd)
	return cmd
}

// check runs the main job.
func (a *app) check(ctx context.Context, o *options, paths []string, cmd *cobra.Command) error {
	if err := o.validate(); err != nil {
		return err
	}
	r, err := a.newRunner(o, cmd.Flags().Changed("format"))
	if err != nil {
		return err
	}
	d := &discovery{finder: r.finder(), excluded: r.excluded, listed: r.loader.Listed, forced: o.forceExclude, verbose: r.verbose}
	for _, c := range cmd.Commands() {
		d.verbs = append(d.verbs, c.Name())
	}
	if len(paths) == 0 && o.stdinFilename != "" {
		paths = []string{"-"}
	}
	targets := d.find(ctx, paths)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := r.open(targets); err != nil {
		return err
	}
	r.all(ctx, targets)
	return r.finish(ctx)
}

// newRunner reads everything that must be right before the first file.
func (a *app) newRunner(o *options, formatGiven bool) (*runner, error) {
	values, err := o.values(a.env)
	if err != nil {
		return nil, err
	}
	loader, err := config.NewLoader(a.rules, config.Options{
		Explicit: o.config, None: o.noConfig, Flags: values,
		Env: func(name string) (string, bool) { v, ok := a.env[name]; return v, ok },
	})
	if err != nil {
		return nil, &usageError{err: err}
	}
	r := &runner{app: a, options: o, loader: loader, engines: map[*config.Resolved]engine{}, told: map[string]bool{}}
	r.ctxFinder.Store(buildctx.NewFinder())
	if slices.ContainsFunc(a.rules, func(r *lint.Rule) bool { return r.ID == "shellcheck" }) {
		if r.shellcheck = shellcheck.Find(); r.shellcheck == nil {
			r.verbose("shellcheck is not on the path: SC checks are off but for those that dlint has itself")
		}
	}
	here, err := loader.For("-")
	switch {
	case err != nil && o.config != "":
		return nil, err
	case err == nil && here.Format != "" && !formatGiven:
		o.format = here.Format
		if err := report.CheckFormat(o.format); err != nil {
			return nil, misuse("DLINT_FORMAT or the configuration: %w", err)
		}
	}
	if o.context != "" {
		if info, err := os.Stat(o.context); err != nil || !info.IsDir() {
			return nil, misuse("--context %s: no such directory", o.context)
		}
	}
	if o.baseline != "" && !o.writeBaseline {
		if r.baseline, err = readBaseline(o.baseline); err != nil {
			return nil, err
		}
	}
	if o.writeBaseline {
		r.baseline = newBaseline(o.baseline)
	}
	return r, nil
}

// open starts the report.
func (r *runner) open(targets []target) error {
	o := r.options
	out := r.app.stdout
	r.toStdout = o.output == "" || o.output == "-"
	if o.fix && hasStdin(targets) && r.toStdout {
		out = r.app.stderr // standard output takes the fixed Dockerfile
	}
	if !r.toStdout {
		f, err := createOutput(o.output)
		if err != nil {
			return err
		}
		r.file, out = f, f
	}
	color, err := r.app.useColor(o.color, out)
	if err != nil {
		return err
	}
	if !o.quiet && !o.verbose && isTerminal(r.app.stderr) && len(targets) > 1 {
		r.progress = newProgress(r.app.stderr, len(targets))
	}
	if r.toStdout && isTerminal(out) {
		out = clearing{out, r.progress}
	}
	r.out = out
	if o.diff || o.writeBaseline {
		return nil
	}
	if o.statistics && o.format == report.Text {
		return nil
	}
	r.report, err = report.NewWriter(out, o.format, report.Options{
		Version: version(), Color: color, Quiet: o.quiet, ErrorsElsewhere: true,
	})
	return err
}

func hasStdin(targets []target) bool {
	for i := range targets {
		if targets[i].stdin {
			return true
		}
	}
	return false
}

// finish ends the report and says how the run went.
func (r *runner) finish(ctx context.Context) error {
	r.progress.clear()
	if ctx.Err() != nil {
		if r.file != nil {
			r.file.abort()
		}
		return ctx.Err()
	}
	err := r.conclude()
	if r.file != nil {
		if err != nil {
			r.file.abort()
		} else {
			err = r.file.commit()
		}
	}
	switch {
	case r.writeErr != nil:
		err = fmt.Errorf("writing the report: %w", r.writeErr)
	case err != nil:
	case r.broken:
		return exitCode(exitError)
	case r.failing:
		return exitCode(exitFindings)
	}
	return err
}

// conclude writes what comes behind the findings.
func (r *runner) conclude() error {
	o := r.options
	var err error
	if r.report != nil {
		r.report.Fixed(r.fixed)
		err = r.report.Close()
	}
	switch {
	case err != nil:
	case o.writeBaseline:
		n := r.baseline.len()
		if err = r.baseline.write(); err == nil && !o.quiet {
			_, err = fmt.Fprintf(r.out, "wrote %s to %s\n", count(n, "finding", "findings"), o.baseline)
		}
	case o.diff && !o.quiet:
		r.app.note("%s would change, %s", count(r.changed, "file", "files"), count(r.fixed, "fix", "fixes"))
	case o.statistics && o.format == report.Text:
		err = r.statistics(r.out)
	case o.statistics:
		err = r.statistics(r.app.stderr)
	}
	if err == nil && r.baseline != nil && !o.writeBaseline {
		if n := r.baseline.stale(); n > 0 {
			r.verbose("%s not met", count(n, "finding of "+o.baseline+" was", "findings of "+o.baseline+" were"))
		}
	}
	if isClosedPipe(err) {
		return err
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func count(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// outputFile is a report that appears whole or not at all.
type outputFile struct {
	*os.File
	name string // "" when it is written in place
}

// createOutput opens the file of --output. Where something other than a file
// stands there, such as a pipe, it is written to.
func createOutput(name string) (*outputFile, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return nil, fmt.Errorf("opening the output: %s is a directory", name)
		}
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("opening the output: %w", err)
		}
		return &outputFile{File: f}, nil
	}
	if link, err := filepath.EvalSymlinks(name); err == nil {
		name = link
	}
	mode := os.FileMode(0o644)
	old, missing := os.Stat(name)
	if missing == nil {
		mode = old.Mode().Perm()
	}
	part := fmt.Sprintf("%s.%d.part", name, os.Getpid())
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err == nil {
		return &outputFile{f, name}, nil
	}
	if missing == nil {
		// The folder may be closed to us while the file is not.
		if f, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0); err == nil {
			return &outputFile{File: f}, nil
		}
	}
	return nil, fmt.Errorf("opening the output: %s: %w", name, plainError(err))
}

func (f *outputFile) commit() error {
	err := f.Close()
	if err == nil && f.name != "" {
		err = os.Rename(f.Name(), f.name)
	}
	if err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

func (f *outputFile) abort() {
	_ = f.Close()
	if f.name != "" {
		_ = os.Remove(f.Name())
	}
}

// note writes a line for people to standard error.
func (a *app) note(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, _ = io.WriteString(a.stderr, report.Printable(fmt.Sprintf(format, args...))+"\n")
}
