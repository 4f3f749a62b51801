package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dlint/dlint/lint"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dlint":       func() { os.Exit(start(fakeRules())) },
		"dlint-rules": func() { os.Exit(start(allRules())) }, // with the real ones
		"buildctl":    fakeEngine,
		"sealed":      seal,
	})
}

// TestScripts runs testdata/cli/*.txtar with the rules below, which are simple
// enough to foresee what they find.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "cli"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"run": runDlint, "fill": fill, "interrupt": interrupt, "closedpipe": closedPipe, "special": special,
		},
	})
}

// runDlint is "run CODE ARGS...": it runs dlint and checks the exit code.
func runDlint(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil || neg {
		ts.Fatalf("usage: run CODE ARGS...")
	}
	err = ts.Exec("dlint", args[1:]...)
	if got := codeOf(ts, err); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func codeOf(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("running dlint: %v", err)
	return 0
}

// fill is "fill FILE COUNT TEXT": it writes the text, unquoted as Go does, that
// many times.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text, err := strconv.Unquote(`"` + args[2] + `"`)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = f.WriteString(strings.Repeat(text, n))
	ts.Check(err)
	ts.Check(f.Close())
}

// interrupt is "interrupt ARGS...": it sends SIGINT to dlint once the rule
// "slow" runs, or the engine waits, and expects the exit code for that.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command("dlint", args...)
	cmd.Dir = ts.MkAbs(".")
	started := ts.MkAbs("started")
	_ = os.Remove(started)
	cmd.Env = append(os.Environ(), "DLINT_TEST_STARTED="+started, "BUILDCTL=", "TMPDIR="+ts.Getenv("TMPDIR"))
	ts.Check(cmd.Start())
	for range 1000 {
		if _, err := os.Stat(started); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	// The timeout of GNU sends two: the program still has to clean up.
	time.Sleep(20 * time.Millisecond)
	_ = cmd.Process.Signal(os.Interrupt)
	if got := codeOf(ts, cmd.Wait()); got != exitInterrupted {
		ts.Fatalf("exit code %d, want %d", got, exitInterrupted)
	}
}

// closedPipe is "closedpipe ARGS...": it runs dlint with a standard output that
// nobody reads. That must end it without a word.
func closedPipe(ts *testscript.TestScript, _ bool, args []string) {
	r, w, err := os.Pipe()
	ts.Check(err)
	ts.Check(r.Close())
	var stderr strings.Builder
	cmd := exec.Command("dlint", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), w, &stderr
	err = cmd.Run()
	ts.Check(w.Close())
	if got := codeOf(ts, err); got != exitError || stderr.Len() > 0 {
		ts.Fatalf("exit code %d, stderr %q", got, stderr.String())
	}
}

// fakeRules are rules to test the command line with.
func fakeRules() []*lint.Rule {
	return []*lint.Rule{
		{
			ID: "secret-in-env", Category: "secrets", Severity: lint.Error, Aliases: []string{"DL3064", "SecretsUsedInArgOrEnv"},
			Summary: "Secret in the image", Since: "0.1", Fixable: true,
			Doc: "Whoever has the image can read its variables.\n\nMount the secret instead:\n\n\tRUN --mount=type=secret,id=token make",
			Bad: "FROM a\nENV TOKEN=abc\n", Good: "FROM a\n", Check: checkSecret,
		},
		{
			ID: "maintainer-deprecated", Category: "metadata", Severity: lint.Warning, Aliases: []string{"DL4000"},
			Summary: "MAINTAINER is deprecated", Fixable: true, Check: checkMaintainer,
		},
		{
			ID: "keyword-case", Category: "style", Severity: lint.Style, Summary: "Keywords in capitals", Fixable: true, Check: checkCase,
		},
		{
			ID: "missing-dockerignore", Category: "context", Severity: lint.Info, Off: "it is for tests", Summary: "No .dockerignore", Fixable: true, Check: checkIgnore,
		},
		{ID: "facts", Category: "build", Severity: lint.Info, Off: "it is for tests", Summary: "What is known", Check: checkFacts},
		{ID: "novelty", Category: "build", Severity: lint.Info, Preview: true, Summary: "A preview", Check: func(p *lint.Pass) {
			p.Report(lint.Diagnostic{Message: "A preview ran"})
		}},
		{ID: "panics", Category: "build", Severity: lint.Info, Off: "it is for tests", Summary: "Fails", Check: func(*lint.Pass) { panic("oh dear") }},
		{ID: "slow", Category: "build", Severity: lint.Info, Off: "it is for tests", Summary: "Waits", Check: checkSlow},
		{ID: "endless", Category: "build", Severity: lint.Info, Off: "it is for tests", Summary: "Never ends", Check: checkEndless},
		{ID: "worse", Category: "build", Severity: lint.Info, Off: "it is for tests", Fixable: true, Summary: "Breaks", Check: func(p *lint.Pass) {
			p.Report(lint.Diagnostic{Message: "Breaks", Fixes: []lint.Fix{{
				Title: "Break", Applicability: lint.Safe, Edits: []lint.Edit{lint.Insert(0, "NONSENSE\n")},
			}}})
		}},
	}
}

func checkSecret(p *lint.Pass) {
	for ins := range p.Instructions("ENV") {
		for _, pair := range ins.Pairs {
			if strings.HasSuffix(pair.Key.Value, "PASSWORD") {
				p.Report(lint.Diagnostic{
					Range: pair.Value.Range, Message: "The value of " + pair.Key.Value + " stays in the image",
					Fixes: []lint.Fix{{Title: "Remove the variable", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(ins.Lines)}}},
				})
			}
		}
	}
}

func checkMaintainer(p *lint.Pass) {
	for ins := range p.Instructions("MAINTAINER") {
		p.Report(lint.Diagnostic{
			Range: ins.Keyword.Range, Message: "MAINTAINER is deprecated: use a label", Tag: lint.Deprecated,
			Fixes: []lint.Fix{{Title: "Use a label", Applicability: lint.Safe, Edits: []lint.Edit{
				lint.Replace(ins.Range, fmt.Sprintf("LABEL org.opencontainers.image.authors=%q", p.Source.Slice(ins.ArgsRange))),
			}}},
		})
	}
}

func checkCase(p *lint.Pass) {
	for ins := range p.Instructions() {
		if ins.Keyword.Value != ins.Name {
			p.Report(lint.Diagnostic{
				Range: ins.Keyword.Range, Message: "Write " + ins.Name + " in capitals",
				Fixes: []lint.Fix{{Title: "Write " + ins.Name, Applicability: lint.Safe, Edits: []lint.Edit{lint.Replace(ins.Keyword.Range, ins.Name)}}},
			})
		}
	}
}

func checkIgnore(p *lint.Pass) {
	// The method of the document has the name of another one here.
	c := p.Build.Context
	if !c.Known() || c.Exists(".dockerignore") || c.Ignore() != nil {
		return
	}
	p.Report(lint.Diagnostic{
		Message: "The build context has no .dockerignore",
		Fixes: []lint.Fix{{Title: "Write a .dockerignore", Applicability: lint.Safe, Others: []lint.FileEdit{
			{Path: ".dockerignore", Create: true, Edits: []lint.Edit{lint.Insert(0, ".git\n")}},
		}}},
	})
}

func checkFacts(p *lint.Pass) {
	var args []string
	for _, k := range slices.Sorted(maps.Keys(p.Build.Args)) {
		args = append(args, k+"="+p.Build.Args[k])
	}
	root := p.Build.Context.Root()
	if root != "" {
		root = filepath.Base(root)
	}
	p.Report(lint.Diagnostic{Message: fmt.Sprintf("context=%s target=%s platform=%s args=%s",
		root, p.Build.Target, p.Build.Platform, strings.Join(args, ","))})
}

// checkEndless tells that it runs, and does so until the process ends.
func checkEndless(*lint.Pass) {
	if name := os.Getenv("DLINT_TEST_STARTED"); name != "" {
		_ = os.WriteFile(name, nil, 0o600)
		select {}
	}
}

// checkSlow tells that it runs and gives the test time to interrupt it.
func checkSlow(*lint.Pass) {
	if name := os.Getenv("DLINT_TEST_STARTED"); name != "" {
		_ = os.WriteFile(name, nil, 0o600)
	}
	time.Sleep(500 * time.Millisecond)
}
