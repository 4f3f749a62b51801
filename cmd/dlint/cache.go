package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint/cache"
	"github.com/dlint/dlint/lint/report"
)

// cacheOptions are the flags of dlint cache.
type cacheOptions struct {
	changed, moved             []string
	since                      string
	history                    int
	buildArgs, buildArgsBefore []string
	context, target, platform  string
	format, output, color      string
}

// cacheCommand returns "dlint cache".
func (a *app) cacheCommand() *cobra.Command {
	o := &cacheOptions{}
	cmd := &cobra.Command{
		Use:   "cache [PATH]",
		Short: "Show which steps of a build run again, and why",
		Long: `Show the steps of a build as BuildKit does, what each depends on, and which of
them a change makes run again.

PATH is a Dockerfile or a folder that holds one; without it the current folder is
taken. Files are named as the shell sees them, or from the root of the build
context. With --since the build is compared with the one at a git revision or in
another folder; files that git ignores are taken to have been there. With
--history the commits of the git repository are replayed, with the Dockerfile as
it is now and as the fixes of the category cache would leave it.`,
		Example: `  dlint cache
  dlint cache --changed src/main.js services/api
  dlint cache --since HEAD~5 --format json
  dlint cache --build-arg VERSION=2 --build-arg-before VERSION=1
  dlint cache --history 100`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := "."
			if len(args) > 0 {
				name = args[0]
			}
			if err := o.validate(); err != nil {
				return err
			}
			return a.cache(cmd.Context(), o, name)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	listVar(f, &o.changed, "changed", "show what runs again when this `file` or folder has changed; may be repeated")
	f.StringVar(&o.since, "since", "", "compare with the build at a git `revision`, or in another folder")
	listVar(f, &o.buildArgs, "build-arg", "build argument of the build, as `NAME=VALUE`")
	listVar(f, &o.buildArgsBefore, "build-arg-before", "build argument of the build before, as `NAME=VALUE`")
	listVar(f, &o.moved, "base-moved", "another image stands behind the tag of this base `image`")
	f.IntVar(&o.history, "history", 0, "replay the last `N` commits and count how often each step runs again")
	f.StringVar(&o.context, "context", "", "`directory` that is the build context")
	f.StringVar(&o.target, "target", "", "`stage` that is built")
	f.StringVar(&o.platform, "platform", "", "`platform` that is built for, such as linux/arm64")
	f.StringVar(&o.format, "format", "text", "`format`: text, json, html or svg")
	f.StringVarP(&o.output, "output", "o", "", "write to a `file`")
	f.StringVar(&o.color, "color", "auto", "colours: auto, always or never")
	return cmd
}

func (o *cacheOptions) validate() error {
	misused := func(format string, args ...any) error {
		return &usageError{err: fmt.Errorf(format, args...), verb: "cache "}
	}
	switch o.format {
	case "text", "json", "html", "svg":
	default:
		return misused("unknown format %q: use text, json, html or svg", o.format)
	}
	switch {
	case o.history < 0:
		return misused("--history must not be negative")
	case o.history > 0 && (o.since != "" || len(o.changed) > 0):
		return misused("--history does not go with --since or --changed")
	case o.since != "" && len(o.changed) > 0:
		return misused("--since does not go with --changed: the files are compared")
	}
	return nil
}

// asked reports whether the build is compared with another one.
func (o *cacheOptions) asked() bool {
	return o.since != "" || len(o.changed) > 0 || len(o.buildArgs) > 0 || len(o.buildArgsBefore) > 0 || len(o.moved) > 0
}

// cache runs "dlint cache".
func (a *app) cache(ctx context.Context, o *cacheOptions, name string) error {
	b, err := a.loadBuild(o, name)
	if err != nil {
		return err
	}
	var text string
	if o.history > 0 {
		h, err := a.replay(ctx, o, b)
		if err != nil {
			return err
		}
		hide, err := a.masker(ctx, b.document(b.text, b.found.Context, nil))
		if err != nil {
			return err
		}
		text, err = h.render(o, hide)
		if err != nil {
			return err
		}
	} else {
		before, after, err := a.compareBuilds(ctx, o, b)
		if err != nil {
			return err
		}
		results := cache.Compare(before, after)
		hide, err := a.masker(ctx, before.Doc(), after.Doc())
		if err != nil {
			return err
		}
		maskResults(results, hide)
		text, err = a.renderCache(o, b, results)
		if err != nil {
			return err
		}
	}
	if o.output == "" {
		_, err = io.WriteString(a.stdout, text)
		return err
	}
	if err := os.WriteFile(o.output, []byte(text), 0o644); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// cacheReport is the JSON contract of dlint cache.
type cacheReport struct {
	Version int          `json:"version"`
	Stages  []cacheStage `json:"stages"`
}

type cacheStage struct {
	Index int         `json:"index"`
	Name  string      `json:"name"`
	Steps []cacheStep `json:"steps"`
}

type cacheStep struct {
	Line        int           `json:"line"`
	Instruction string        `json:"instruction"`
	Text        string        `json:"text"`
	Cached      bool          `json:"cached"`
	Because     []cacheReason `json:"because"`
}

type cacheReason struct {
	Kind string `json:"kind"`
	What string `json:"what"`
}

func newCacheReport(results []cache.StageResult) cacheReport {
	r := cacheReport{Version: 1, Stages: []cacheStage{}}
	for _, st := range results {
		out := cacheStage{Index: st.Stage.Index, Name: st.Stage.Label, Steps: []cacheStep{}}
		for _, s := range st.Steps {
			step := cacheStep{
				Line: s.Step.Line, Instruction: s.Step.Instruction(), Text: s.Step.Text,
				Cached: s.Cached, Because: []cacheReason{},
			}
			for _, b := range s.Because {
				step.Because = append(step.Because, cacheReason{string(b.Kind), b.What})
			}
			out.Steps = append(out.Steps, step)
		}
		r.Stages = append(r.Stages, out)
	}
	return r
}

// marshal writes indented JSON without escaping what HTML minds.
func marshal(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(report.PlainJSON(&b))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("writing JSON: %w", err)
	}
	return b.String(), nil
}

func (a *app) renderCache(o *cacheOptions, b *build, results []cache.StageResult) (string, error) {
	switch o.format {
	case "json":
		return marshal(newCacheReport(results))
	case "html":
		return report.Lines(cachePage(filepath.ToSlash(b.shown), cacheChart(results))), nil
	case "svg":
		return report.Lines(cacheChart(results).svg()), nil
	}
	color, err := a.useColor(o.color, a.stdout)
	if err != nil {
		return "", err
	}
	return cacheText(o, results, color && o.output == ""), nil
}
