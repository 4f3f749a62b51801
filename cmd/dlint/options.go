package main

import (
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/report"
)

// options are the flags of the check command.
type options struct {
	fix, unsafeFixes, diff bool
	selected, ignored      []string
	failOn                 string
	preview                bool

	format, output, color      string
	quiet, verbose, statistics bool

	config                    string
	noConfig, forceExclude    bool
	context, target, platform string
	buildArgs                 []string
	stdinFilename             string

	baseline      string
	writeBaseline bool
	jobs          int
}

const defaultBaseline = ".dlint-baseline.json"

// addFlags declares the flags in the order in which the help shows them.
func (o *options) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.fix, "fix", false, "apply safe fixes")
	f.BoolVar(&o.unsafeFixes, "unsafe-fixes", false, "with --fix or --diff: apply unsafe fixes, too")
	f.BoolVar(&o.diff, "diff", false, "print what --fix would do and write nothing; exit 1 if something would change")
	commaListVar(f, &o.selected, "select", "run these `rules` only: IDs, aliases, categories or all")
	commaListVar(f, &o.ignored, "ignore", "do not run these `rules`")
	f.BoolVar(&o.preview, "preview", false, "run rules that are still previews")
	f.StringVar(&o.failOn, "fail-on", "", "exit 1 at findings of this `severity` or above: error, warning, info, style or never (default warning)")
	f.StringVar(&o.format, "format", report.Text, "`format` of the report: "+strings.Join(report.Formats(), ", "))
	f.StringVarP(&o.output, "output", "o", "", "write the report to a `file`")
	f.StringVar(&o.color, "color", "auto", "colours: auto, always or never")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print findings only: no summary, no progress")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "tell what is done, on standard error")
	f.BoolVar(&o.statistics, "statistics", false, "count the findings of each rule: instead of the text report, on standard error with other formats")
	f.StringVar(&o.config, "config", "", "read this configuration `file` and look for no other")
	f.BoolVar(&o.noConfig, "no-config", false, "read no configuration file")
	o.addForceExclude(cmd)
	f.StringVar(&o.context, "context", "", "`directory` that is the build context")
	f.StringVar(&o.target, "target", "", "`stage` that is built")
	listVar(f, &o.buildArgs, "build-arg", "build argument, as `NAME=VALUE`, or NAME to take it from the environment")
	f.StringVar(&o.platform, "platform", "", "`platform` that is built for, such as linux/arm64")
	f.StringVar(&o.stdinFilename, "stdin-filename", "", "`name` of the Dockerfile that is read from standard input")
	f.StringVar(&o.baseline, "baseline", "", "leave out the findings that this `file` lists")
	f.BoolVar(&o.writeBaseline, "write-baseline", false, "write all findings to the baseline file (default "+defaultBaseline+")")
	f.IntVarP(&o.jobs, "jobs", "j", 0, "files checked at the same time (default: one for each processor)")
}

// addForceExclude declares a flag for programs that name files one by one, as
// hooks do.
func (o *options) addForceExclude(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.forceExclude, "force-exclude", false, "pass over what the configuration excludes, even if it is named here")
}

// addCompletions tells shells what the flags take.
func (a *app) addCompletions(cmd *cobra.Command) {
	fixed := func(values ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	names := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return lint.NewNames(a.rules).All(), cobra.ShellCompDirectiveNoFileComp
	}
	for name, f := range map[string]cobra.CompletionFunc{
		"format":  fixed(report.Formats()...),
		"fail-on": fixed("error", "warning", "info", "style", "never"),
		"color":   fixed("auto", "always", "never"),
		"select":  names,
		"ignore":  names,
	} {
		_ = cmd.RegisterFlagCompletionFunc(name, f) // fails for unknown flags only
	}
}

// validate refuses what makes no sense.
func (o *options) validate() error {
	if err := report.CheckFormat(o.format); err != nil {
		return &usageError{err: err}
	}
	switch {
	case o.unsafeFixes && !o.fix && !o.diff:
		return misuse("--unsafe-fixes needs --fix or --diff")
	case o.fix && o.diff:
		return misuse("--fix and --diff exclude each other: --diff shows what --fix would do")
	case o.config != "" && o.noConfig:
		return misuse("--config and --no-config exclude each other")
	case o.writeBaseline && (o.fix || o.diff):
		return misuse("--write-baseline does not go with --fix or --diff: fix first, then write the rest")
	case o.statistics && o.diff:
		return misuse("--statistics does not go with --diff")
	case o.jobs < 0:
		return misuse("--jobs must not be negative")
	}
	if o.jobs == 0 {
		o.jobs = runtime.GOMAXPROCS(0)
	}
	if o.writeBaseline && o.baseline == "" {
		o.baseline = defaultBaseline
	}
	return nil
}

// least is how far a fix must be trusted to be applied.
func (o *options) least() lint.Applicability {
	if o.unsafeFixes {
		return lint.Unsafe
	}
	return lint.Safe
}

// values are the settings that stand above configuration files.
func (o *options) values(env map[string]string) (config.Values, error) {
	args, err := o.args(env)
	v := config.Values{
		Select: o.selected, Ignore: o.ignored, FailOn: o.failOn,
		Context: o.context, Target: o.target, Platform: o.platform, BuildArgs: args,
	}
	if o.preview {
		v.Preview = lint.On
	}
	return v, err
}

// args returns the build arguments. One without a value comes from the
// environment, or is not given at all when it is not there, as docker has it.
func (o *options) args(env map[string]string) (map[string]string, error) {
	args := make(map[string]string, len(o.buildArgs))
	for _, s := range o.buildArgs {
		name, value, given := strings.Cut(s, "=")
		if name == "" {
			return nil, misuse("--build-arg %q has no name: write NAME=VALUE", s)
		}
		if !given {
			if value, given = env[name]; !given {
				continue
			}
		}
		args[name] = value
	}
	return args, nil
}
