package lint_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// coded reports every USER with the name as code; plain reports every RUN.
var (
	coded = &lint.Rule{
		ID: "coded", Category: "a", Severity: lint.Warning,
		HasCode: func(c string) bool { return strings.HasPrefix(c, "X") },
		Check: func(p *lint.Pass) {
			for ins := range p.Instructions("USER") {
				p.Report(lint.Diagnostic{Range: ins.Range, Code: ins.Args[0].Value})
			}
		},
	}
	plain = &lint.Rule{
		ID: "plain", Category: "b", Severity: lint.Info, Aliases: []string{"DL1", "PlainRun"},
		Check: func(p *lint.Pass) {
			for ins := range p.Instructions("RUN") {
				p.Report(lint.Diagnostic{Range: ins.Range})
			}
		},
	}
	off = &lint.Rule{
		ID: "off", Category: "b", Severity: lint.Info, Off: "noisy",
		Check: func(p *lint.Pass) { p.Report(lint.Diagnostic{Range: source.Range{}}) },
	}
	broken = &lint.Rule{
		ID: "broken", Category: "c", Severity: lint.Info, Off: "it panics",
		Check: func(*lint.Pass) { panic("oh") },
	}
	all = []*lint.Rule{coded, plain, off, broken}
)

const text = "FROM a\nUSER X1\nUSER X2\nRUN y\n"

func run(t *testing.T, text string, c lint.Config) []string {
	t.Helper()
	e, err := lint.New(all, c)
	if err != nil {
		t.Fatal(err)
	}
	d := lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{})
	found, err := e.Lint(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, x := range found {
		out = append(out, x.Rule.ID+x.Code+":"+x.Severity.String())
	}
	return out
}

func TestConfig(t *testing.T) {
	t.Parallel()
	rules := func(key string, s lint.Setting) lint.Config {
		return lint.Config{Rules: map[string]lint.Setting{key: s}}
	}
	tests := []struct {
		name   string
		config lint.Config
		want   []string
	}{
		{"default", lint.Config{}, []string{"codedX1:warning", "codedX2:warning", "plain:info"}},
		{"select", lint.Config{Select: []string{"b"}}, []string{"off:info", "plain:info"}},
		{"select by alias", lint.Config{Select: []string{"dl1"}}, []string{"plain:info"}},
		{"select a code", lint.Config{Select: []string{"x2"}}, []string{"codedX2:warning"}},
		{"select a code and its rule", lint.Config{Select: []string{"x2", "coded"}}, []string{"codedX1:warning", "codedX2:warning"}},
		{"ignore", lint.Config{Ignore: []string{"a"}}, []string{"plain:info"}},
		{"ignore a code", lint.Config{Ignore: []string{"X1"}}, []string{"codedX2:warning", "plain:info"}},
		{"turn on", rules("off", lint.Setting{Switch: lint.On}), []string{"off:info", "codedX1:warning", "codedX2:warning", "plain:info"}},
		{"severity", rules("b/plain", lint.Setting{Severity: lint.Error}), []string{"codedX1:warning", "codedX2:warning", "plain:error"}},
		{"severity of a code", rules("X1", lint.Setting{Severity: lint.Error}), []string{"codedX1:error", "codedX2:warning", "plain:info"}},
		{"stages of a code", rules("X1", lint.Setting{Stages: []string{"0"}}), []string{"codedX2:warning", "plain:info"}},
		{"a code on, its rule off", lint.Config{Rules: map[string]lint.Setting{
			"all": {Switch: lint.Off}, "X1": {Switch: lint.On}, "X2": {Severity: lint.Error},
		}}, []string{"codedX1:warning"}},
		{"a code off", rules("X1", lint.Setting{Switch: lint.Off}), []string{"codedX2:warning", "plain:info"}},
		{"stages", rules("plain", lint.Setting{Stages: []string{"0"}}), []string{"codedX1:warning", "codedX2:warning"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, run(t, text, tt.config)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPragmas(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"line", "FROM a\n# dlint ignore=plain -- why\n\n# more\nRUN y\nRUN z\n", []string{"plain:info"}},
		{"code", "FROM a\n# hadolint ignore=X1\nUSER X1\n# hadolint ignore=X1\nUSER X2\n", []string{"codedX2:warning"}},
		{"file", "# dlint ignore-file=b\nFROM a\nRUN y\nUSER X1\n", []string{"codedX1:warning"}},
		{"stage", "FROM a\n# dlint ignore-stage=all\nRUN y\nFROM b\nRUN z\n", []string{"plain:info"}},
		{"buildkit", "# check=skip=PlainRun\nFROM a\nRUN y\n", []string{}},
		{"buildkit skips its own only", "# check=skip=all\nFROM a\nRUN y\nUSER X1\n", []string{"codedX1:warning"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, run(t, tt.text, lint.Config{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnknownName(t *testing.T) {
	t.Parallel()
	_, err := lint.New(all, lint.Config{Ignore: []string{"plan"}})
	if err == nil || !strings.Contains(err.Error(), "did you mean plain?") {
		t.Errorf("%v", err)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	e, err := lint.New(all, lint.Config{Select: []string{"broken", "plain"}})
	if err != nil {
		t.Fatal(err)
	}
	d := lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{})
	found, err := e.Lint(context.Background(), d)
	var p *lint.PanicError
	if !errors.As(err, &p) || p.Rule.ID != "broken" || len(p.Stack) == 0 {
		t.Errorf("%v", err)
	}
	if len(found) != 1 {
		t.Errorf("%d findings of the other rule", len(found))
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e, err := lint.New(all, lint.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Lint(ctx, lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{})); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
