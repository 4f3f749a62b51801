package main

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/report"
	"github.com/dlint/dlint/lint/source"
)

func TestIsBuildFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"compose.yaml": true, "a/docker-compose.prod.yml": true, "docker-bake.hcl": true, "x.yaml": true,
		"Dockerfile": false, "x.Dockerfile": false, "Dockerfile.txt": false,
	} {
		if got := isBuildFile(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCopySources(t *testing.T) {
	t.Parallel()
	text := `FROM a AS b
COPY package.json package-lock.json ./
copy --chown=1:1 --link a b/ c/
  ADD ["x y", "z", "/d"]
COPY --from=b /out /
# COPY commented /
COPY one \
  # a comment between
  two \
  /dst
RUN COPY is no instruction
COPYCAT a b
COPY alone
COPY last /end`
	want := []string{"package.json", "package-lock.json", "a", "b/", "x y", "z", "one", "two", "last"}
	if diff := cmp.Diff(want, copySources(text)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBuildArgs(t *testing.T) {
	t.Parallel()
	o := options{buildArgs: []string{"A=1", "B=x=y", "HERE", "GONE", "E="}}
	got, err := o.args(map[string]string{"HERE": "h"})
	want := map[string]string{"A": "1", "B": "x=y", "HERE": "h", "E": ""}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestFillFrom(t *testing.T) {
	t.Parallel()
	build := lint.Build{}
	build.Args = map[string]string{"A": "flag"}
	given := build.Args
	build.FillFrom(&buildctx.Build{
		Args:      []buildctx.Arg{{Name: "A", Value: "file", Known: true}, {Name: "B", Value: "b", Known: true}, {Name: "C"}},
		Platforms: []string{"linux/arm64"}, Contexts: map[string]string{"x": "y"},
	}, "prod")
	if want := map[string]string{"A": "flag", "B": "b"}; !maps.Equal(build.Args, want) {
		t.Errorf("arguments %v", build.Args)
	}
	if len(given) != 1 {
		t.Error("the shared arguments have been changed")
	}
	if build.Target != "prod" || build.Platform != "linux/arm64" || build.Contexts["x"] != "y" {
		t.Errorf("build %+v", build)
	}
}

func TestToCompose(t *testing.T) {
	t.Parallel()
	compose := source.NewFile("c", "a:\n    FROM é\n\n    RUN x\n")
	in := &buildctx.InlineDockerfile{Text: "FROM é\n\nRUN x\n", Line: 1, Indent: 4, Exact: true, Range: source.Range{Start: 7, End: 20}}
	inline := source.NewFile("c", in.Text)
	mark := func(f *source.File, text string) source.Range {
		i := strings.Index(f.Text, text)
		return source.Range{Start: i, End: i + len(text)}
	}
	rel := []lint.Related{{Range: mark(inline, "FROM")}, {Path: "x", Range: source.Range{Start: 1, End: 2}}}
	f := &report.File{Source: inline, Diagnostics: []lint.Diagnostic{{Range: mark(inline, "RUN x"), Related: slices.Clone(rel), Fixes: []lint.Fix{{}}}}}
	toCompose(f, compose, in)
	d := f.Diagnostics[0]
	if got := compose.Slice(d.Range); got != "RUN x" {
		t.Errorf("range marks %q", got)
	}
	if got := compose.Slice(d.Related[0].Range); got != "FROM" {
		t.Errorf("related range marks %q", got)
	}
	if d.Related[1].Range != rel[1].Range || d.Fixes != nil || f.Source != compose {
		t.Errorf("%+v", d)
	}
	in.Exact = false
	f = &report.File{Source: inline, Diagnostics: []lint.Diagnostic{{Range: mark(inline, "RUN x")}}}
	toCompose(f, compose, in)
	if got := f.Diagnostics[0].Range; got.Start != in.Range.Start || got.End != in.Range.Start {
		t.Errorf("inexact text: %v", got)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := newProgress(&b, 10)
	p.done(1)
	if b.Len() != 0 {
		t.Errorf("a short run shows %q", b.String())
	}
	p.start = p.start.Add(-2 * time.Second)
	p.done(2)
	p.done(3) // too soon
	_, _ = clearing{&b, p}.Write([]byte("finding\n"))
	p.clear()
	if got, want := b.String(), "\r2 of 10 files\r\x1b[Kfinding\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var none *progress
	none.done(1)
	none.clear()
}

func TestUseColor(t *testing.T) {
	t.Parallel()
	a := newApp(nil, nil, nil, nil, []string{"NO_COLOR="})
	for mode, want := range map[string]bool{"always": true, "never": false, "auto": false} {
		if got, err := a.useColor(mode, &bytes.Buffer{}); got != want || err != nil {
			t.Errorf("%s: %v, %v", mode, got, err)
		}
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if isTerminal(null) {
		t.Error("the null device is taken for a terminal")
	}
}

func TestRealRules(t *testing.T) {
	t.Parallel()
	name := t.TempDir() + "/Dockerfile"
	if err := os.WriteFile(name, []byte("FROM scratch\nMAINTAINER Grace\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := Run(t.Context(), []string{"--no-config", "--format", "gnu", "--select", "DL4000", name}, nil, &out, &errs, nil)
	if code != exitFindings || !strings.Contains(out.String(), ":2:1: ") || errs.Len() > 0 {
		t.Errorf("code %d, stdout %q, stderr %q", code, out.String(), errs.String())
	}
}
