package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/report"
)

// The exit codes.
const (
	exitOK          = 0   // nothing at or above the threshold
	exitFindings    = 1   // findings, or changes that --diff shows
	exitError       = 2   // misuse, an unreadable file, a bad configuration
	exitInterrupted = 130 // SIGINT, as shells have it
)

// exitCode ends a command with that code and without a message.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// usageError is a wrong command line; the help is pointed to.
type usageError struct {
	err  error
	verb string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func misuse(format string, args ...any) error { return &usageError{err: fmt.Errorf(format, args...)} }

// app is one run of dlint with its own streams.
type app struct {
	rules  []*lint.Rule
	stdin  io.Reader
	stdout io.Writer
	env    map[string]string

	mu     sync.Mutex // guards stderr
	stderr io.Writer
}

// Run runs dlint with arguments (without the program's name) and an environment
// as os.Environ returns it, and returns the exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	return newApp(allRules(), stdin, stdout, stderr, env).run(ctx, args)
}

func newApp(rules []*lint.Rule, stdin io.Reader, stdout, stderr io.Writer, env []string) *app {
	a := &app{rules: rules, stdin: stdin, stdout: stdout, stderr: stderr, env: make(map[string]string, len(env))}
	for _, e := range env {
		if name, value, ok := strings.Cut(e, "="); ok {
			a.env[name] = value
		}
	}
	return a
}

func (a *app) run(ctx context.Context, args []string) int {
	cmd := a.command()
	cmd.SetArgs(args)
	cmd.SetIn(a.stdin)
	cmd.SetOut(a.stdout)
	cmd.SetErr(a.stderr)
	return a.exit(ctx, cmd.ExecuteContext(ctx))
}

// exit reports an error and turns it into an exit code.
func (a *app) exit(ctx context.Context, err error) int {
	var code exitCode
	var usage *usageError
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case isClosedPipe(err):
		return exitError
	case errors.As(err, &usage):
		a.warn("%v", err)
		a.warn("see dlint %s--help", usage.verb)
		return exitError
	}
	a.fail(err)
	return exitError
}

// warn writes a line to standard error: names may hold line ends, too.
func (a *app) warn(format string, args ...any) {
	a.say(report.Printable(fmt.Sprintf(format, args...)))
}

// fail writes an error to standard error. It may have lines: each mistake of a
// configuration has one, and what a build said has many.
func (a *app) fail(err error) { a.say(report.Lines(err.Error())) }

func (a *app) say(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, _ = io.WriteString(a.stderr, "dlint: "+text+"\n")
}

// command builds the tree of commands. It must stay cheap: it runs at every
// start.
func (a *app) command() *cobra.Command {
	root := a.checkCommand()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(a.explainCommand(), a.rulesCommand(), a.initCommand(), a.versionCommand(), a.schemaCommand(), a.cacheCommand(),
		a.splitCommand(), a.verifyCommand(), a.lspCommand(), a.fmtCommand(), a.manCommand())
	return root
}

// flagError explains a wrong flag.
func flagError(cmd *cobra.Command, err error) error {
	usage := &usageError{err: err}
	if cmd.HasParent() {
		usage.verb = cmd.Name() + " "
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage
	}
	name := unknown.GetSpecifiedName()
	if len(name) < 2 {
		usage.err = fmt.Errorf("unknown flag -%s", name)
		return usage
	}
	usage.err = fmt.Errorf("unknown flag --%s", name)
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := dockerfile.Nearest(name, names); near != "" {
		usage.err = fmt.Errorf("unknown flag --%s: did you mean --%s?", name, near)
	}
	return usage
}

// applyEnv sets the flags that are not given from DLINT_* variables, such as
// DLINT_JOBS. Those of the configuration are left to its loader.
func (a *app) applyEnv(cmd *cobra.Command) error {
	var failed error
	others := map[string]bool{}
	for _, v := range config.Variables() {
		others[v.Name] = true
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		// DLINT_VERSION is where pipelines write which release they want.
		if f.Changed || f.Name == "help" || f.Name == "version" || failed != nil {
			return
		}
		name := "DLINT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := a.env[name]
		if value == "" || others[name] {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			failed = misuse("reading the variable %s: %w", name, err)
		}
	})
	return failed
}

// useColor decides on colours for w; mode is auto, always or never.
func (a *app) useColor(mode string, w io.Writer) (bool, error) {
	switch mode {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		return a.env["NO_COLOR"] == "" && a.env["TERM"] != "dumb" && isTerminal(w), nil
	}
	return false, misuse("unknown value %q of --color: use auto, always or never", mode)
}

// asIs returns a text that is a file, or a diff of one, as it goes to w: unchanged,
// but for terminals what would steer them is spelt out.
func asIs(w io.Writer, text string) string {
	if isTerminal(w) {
		return report.Lines(text)
	}
	return text
}

// isTerminal reports whether w is a terminal. The null device is a character
// device as well, but none that shows anything.
func isTerminal(w any) bool {
	if c, ok := w.(clearing); ok {
		w = c.Writer
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
