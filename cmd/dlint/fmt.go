package main

import (
	"context"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/fix/format"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/worktree"
)

// readerOnly hides that a reader can be closed.
type readerOnly struct{ io.Reader }

// formatting is one run of "dlint fmt".
type formatting struct {
	app         *app
	check, diff bool
	changed     int
	broken      bool
	writeErr    error // of standard output
}

// fmtCommand returns "dlint fmt".
func (a *app) fmtCommand() *cobra.Command {
	f := &formatting{app: a}
	o := &options{}
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Lay Dockerfiles out",
		Long: `Lay Dockerfiles out, in place. What is built stays the same, byte for byte: the
text of shell commands, triggers and here-documents is not touched. PATH is what
it is for dlint itself; - reads standard input and writes standard output.

With --check or --diff nothing is written, and the exit code is 1 when a file
would change.`,
		Example: "  dlint fmt\n  dlint fmt --check .\n  dlint fmt --diff Dockerfile\n  dlint fmt - < Dockerfile",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), o, args)
		},
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "only tell which files would change")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "only show the changes")
	cmd.Flags().StringVar(&o.config, "config", "", "read this configuration `file` only")
	cmd.Flags().BoolVar(&o.noConfig, "no-config", false, "read no configuration file")
	o.addForceExclude(cmd)
	return cmd
}

func (f *formatting) run(ctx context.Context, o *options, paths []string) error {
	r, err := f.app.newRunner(o, true)
	if err != nil {
		return err
	}
	d := &discovery{finder: r.finder(), excluded: r.excluded, listed: r.loader.Listed, forced: o.forceExclude, verbose: r.verbose}
	for _, t := range d.find(ctx, paths) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if t.build != nil && t.build.Inline != nil {
			continue // the file around it has an indentation of its own
		}
		err := f.one(&t)
		if f.writeErr != nil {
			return f.writeErr
		}
		if err != nil {
			f.app.warn("%s: %v", filepath.ToSlash(t.path), err)
			f.broken = true
		}
	}
	switch {
	case f.broken:
		return exitCode(exitError)
	case f.changed > 0 && (f.check || f.diff):
		return exitCode(exitFindings)
	}
	return nil
}

// one lays one file out.
func (f *formatting) one(t *target) error {
	if t.err != nil {
		return t.err
	}
	text, err := f.read(t)
	if err != nil {
		return err
	}
	out := format.Text(dockerfile.Parse(source.NewFile(t.path, text)))
	if out != text {
		f.changed++
	}
	name := filepath.ToSlash(t.path)
	switch {
	case f.diff:
		return f.write(fix.Diff(name, text, out, false))
	case f.check && out != text:
		return f.write(name + "\n")
	case f.check:
		return nil
	case t.stdin:
		return f.write(out)
	case out == text:
		return nil
	}
	return fix.Write(fix.File{Path: t.path, Root: worktree.Root(filepath.Dir(t.path)), Old: text, New: out})
}

func (f *formatting) read(t *target) (string, error) {
	if t.stdin {
		return readText(f.app.stdin, 0)
	}
	text, err := readFile(t.path)
	if err == nil {
		err = checkUTF8(text)
	}
	return text, err
}

func (f *formatting) write(text string) error {
	_, f.writeErr = io.WriteString(f.app.stdout, asIs(f.app.stdout, text))
	return f.writeErr
}
