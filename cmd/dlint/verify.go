package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/fix/verify"
)

// verifyOptions are the flags of dlint verify.
type verifyOptions struct {
	context, engine, format string
	timeout                 time.Duration
}

// verifyCommand returns "dlint verify".
func (a *app) verifyCommand() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify BEFORE AFTER",
		Short: "Build two Dockerfiles and compare the images",
		Long: `Build two Dockerfiles on a build engine of this machine and compare the images:
their configuration field by field, their size, files of the working directory
that are gone, libraries and interpreters that no longer resolve, and users that
do not exist. The exit code is 1 when the second image has a problem.

The engine is buildctl where BUILDKIT_HOST is set, else docker with buildx, podman
or buildah, whichever is there.`,
		Example: "  dlint verify Dockerfile Dockerfile.new\n  dlint verify --context . --format json old/Dockerfile new/Dockerfile",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &usageError{fmt.Errorf("verify needs two Dockerfiles"), "verify "}
			}
			if o.format != "text" && o.format != "json" {
				return &usageError{fmt.Errorf("unknown format %q: text or json", o.format), "verify "}
			}
			return a.verify(cmd.Context(), args[0], args[1], o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.context, "context", "", "folder of the build context (default: that of BEFORE)")
	f.StringVar(&o.engine, "engine", "", "engine: buildctl, docker, podman or buildah (default: the first that is there)")
	f.StringVar(&o.format, "format", "text", "format: text or json")
	f.DurationVar(&o.timeout, "timeout", 30*time.Minute, "time for both builds")
	return cmd
}

func (a *app) verify(ctx context.Context, before, after string, o verifyOptions) error {
	res, err := a.runVerify(ctx, before, after, o)
	if err != nil {
		return err
	}
	if o.format == "json" {
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(res)
	} else {
		_, err = fmt.Fprint(a.stdout, verifyText(res))
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if len(res.Problems) > 0 {
		return exitCode(exitFindings)
	}
	return nil
}

// runVerify builds and compares two Dockerfiles.
func (a *app) runVerify(ctx context.Context, before, after string, o verifyOptions) (*verify.Result, error) {
	engine, err := verify.FindEngine(o.engine, func(name string) string { return a.env[name] })
	if err != nil {
		return nil, err
	}
	dir := o.context
	if dir == "" {
		dir = filepath.Dir(before)
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	res, err := verify.Run(ctx, verify.Options{
		Engine: engine, Before: before, After: after, Context: dir,
		Progress: func(what string) { a.note("%s", what) },
	})
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
	if o.context == "" {
		o.context = p.root
	}
	return a.runVerify(ctx, p.Path, after, o)
}

// verifyText writes the comparison as a table.
func verifyText(res *verify.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %14s %14s\n", "", "before", "after")
	fmt.Fprintf(&b, "%-10s %14s %14s\n", "size", megabytes(res.Before.Size), megabytes(res.After.Size))
	fmt.Fprintf(&b, "%-10s %14d %14d\n", "layers", res.Before.Layers, res.After.Layers)
	fmt.Fprintf(&b, "%-10s %13.1fs %13.1fs\n", "build", res.Before.Seconds, res.After.Seconds)
	for _, d := range res.Config {
		fmt.Fprintf(&b, "%s: %q became %q\n", printable(d.Field), d.Before, d.After)
	}
	if n := len(res.Lost); n > 0 {
		fmt.Fprintf(&b, "%d files below the working directory are not in the new image:\n", n)
		for k, f := range res.Lost {
			if k == 20 {
				fmt.Fprintf(&b, "  and %d more\n", n-k)
				break
			}
			fmt.Fprintf(&b, "  %s\n", printable(f))
		}
	}
	for _, p := range res.Problems {
		fmt.Fprintf(&b, "problem: %s\n", printable(p))
	}
	return b.String()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
