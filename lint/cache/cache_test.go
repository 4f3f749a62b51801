package cache

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// project is a build: a Dockerfile with the files of its context.
type project struct {
	text  string
	files map[string]string
	args  map[string]string
}

func (b project) graph(identity func(*buildctx.Context) func(*buildctx.Entry) string) *Graph {
	fsys := fstest.MapFS{"Dockerfile": {Data: []byte(b.text), Mode: 0o644}}
	for name, text := range b.files {
		fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	c := buildctx.FromFS(fsys, "").For("Dockerfile")
	in := Input{Contents: true, Doc: lint.NewDocument(source.NewFile("Dockerfile", b.text), lint.Build{
		Context: c, Options: stage.Options{Args: b.args, Platform: "linux/amd64"},
	})}
	in.Identity = identity(c)
	return New(in)
}

// compare predicts a build of now behind then.
func compare(then, now project) []StageResult {
	content := func(c *buildctx.Context) func(*buildctx.Entry) string {
		return func(e *buildctx.Entry) string {
			data, _ := c.ReadFile(e.Path, 0)
			return digest(string(data))
		}
	}
	return Compare(then.graph(content), now.graph(content))
}

// ran lists the lines whose steps run, each with its first reason.
func ran(results []StageResult) []string {
	var out []string
	for _, st := range results {
		for _, s := range st.Steps {
			if !s.Cached {
				out = append(out, fmt.Sprintf("%d %s: %s", s.Step.Line, s.Because[0].Kind, s.Because[0].What))
			}
		}
	}
	return out
}

func with(m map[string]string, name, text string) map[string]string {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]string{}
	}
	m[name] = text
	return m
}

const npm = `FROM node:22
WORKDIR /app
COPY package.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["node", "x.js"]
`

func TestCompare(t *testing.T) {
	t.Parallel()
	files := map[string]string{"package.json": "{}", "x.js": "1", ".dockerignore": "Dockerfile\n.dockerignore\n*.log\n"}
	base := project{text: npm, files: files}
	arg := project{text: "FROM a\nCOPY x.js /\nARG V=1\nRUN one\nCOPY x.js /y\n", files: files}
	tests := []struct {
		name      string
		then, now project
		want      []string
	}{
		{"nothing", base, base, nil},
		{"source", base, project{text: npm, files: with(files, "x.js", "2")}, []string{"5 file: x.js", "6 previous-step: line 5: COPY . ."}},
		{
			"manifest", base,
			project{text: npm, files: with(files, "package.json", "{ }")},
			[]string{"3 file: package.json", "4 previous-step: line 3: COPY package.json ./", "5 file: package.json", "6 previous-step: line 5: COPY . ."},
		},
		{"ignored", base, project{text: npm, files: with(files, "a.log", "2")}, nil},
		{"new", base, project{text: npm, files: with(files, "y.js", "2")}, []string{"5 file: y.js (new)", "6 previous-step: line 5: COPY . ."}},
		{
			"ignore file",
			project{text: npm, files: with(files, "a.log", "2")},
			project{text: npm, files: with(with(files, "a.log", "2"), ".dockerignore", "Dockerfile\n.dockerignore\n")},
			[]string{"5 ignore-file: a.log", "6 previous-step: line 5: COPY . ."},
		},
		{"metadata", base, project{text: npm + "LABEL a=b\nEXPOSE 80\nCMD [\"x\"]\n# more\n", files: files}, nil},
		{
			"text", base,
			project{text: strings.Replace(npm, "npm ci", "npm ci --quiet", 1), files: files},
			[]string{"4 text: command", "5 previous-step: line 4: RUN npm ci --quiet", "6 previous-step: line 5: COPY . ."},
		},
		{
			"env spares COPY",
			project{text: "FROM a\nCOPY x.js /\nRUN one\n", files: files},
			project{text: "FROM a\nENV A=1\nCOPY x.js /\nRUN one\n", files: files},
			[]string{"4 env: A"},
		},
		{
			"build argument", arg,
			project{text: arg.text, files: files, args: map[string]string{"V": "2"}},
			[]string{"4 build-arg: V", "5 previous-step: line 4: RUN one"},
		},
		{"unset argument", project{text: "FROM a\nRUN one\n"}, project{text: "FROM a\nARG V\nRUN one\n"}, nil},
		{"base", project{text: "FROM a\nRUN one\n"}, project{text: "FROM b\nRUN one\n"}, []string{"1 base: b", "2 previous-step: line 1: FROM docker.io/library/b:latest"}},
		{
			"user",
			project{text: "FROM a\nRUN one\n"},
			project{text: "FROM a\nUSER x\nRUN one\n"},
			[]string{"3 user: x"},
		},
		{
			"cache mount id",
			project{text: "FROM a\nRUN --mount=type=cache,target=/c,id=x one\n"},
			project{text: "FROM a\nRUN --mount=type=cache,target=/c,id=y one\n"},
			nil,
		},
		{
			"bind mount",
			project{text: "FROM a\nRUN --mount=type=bind,source=x.js,target=/x one\n", files: files},
			project{text: "FROM a\nRUN --mount=type=bind,source=x.js,target=/x one\n", files: with(files, "x.js", "3")},
			[]string{"2 file: x.js"},
		},
		{
			"copy from by content",
			project{text: "FROM a AS b\nCOPY x.js /x\nCOPY y.js /y\nFROM c\nCOPY --from=b /x /\n", files: with(files, "y.js", "1")},
			project{text: "FROM a AS b\nCOPY x.js /x\nCOPY y.js /y\nFROM c\nCOPY --from=b /x /\n", files: with(files, "y.js", "2")},
			[]string{"3 file: y.js"},
		},
		{
			"heredoc", project{text: "FROM a\nRUN <<E\none\nE\n"}, project{text: "FROM a\nRUN <<E\ntwo\nE\n"}, []string{"2 text: command"},
		},
		{"no stage", project{text: "# nothing\n"}, project{text: "# nothing\n"}, nil},
		{"broken", project{text: "FROM a\nRUN\nCOPY\nFROM\nCOPY --from=9 a b\n"}, project{text: "FROM a\nRUN\nCOPY\nFROM\nCOPY --from=9 a b\n"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ran(compare(test.then, test.now))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

// TestGoBuild checks which edits change the program that a Go build writes; the
// lab shows the same on an engine.
func TestGoBuild(t *testing.T) {
	t.Parallel()
	text := "FROM golang AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/app .\nFROM scratch\nCOPY --from=build /out/app /app\n"
	files := map[string]string{
		"go.mod": "module m\n", "main.go": "package main\n\n//go:embed t.txt\nvar s string\n", "t.txt": "t", "readme.md": "x",
		"lib/l.go": "package lib\n\nvar A = 1 // one\n", "lib/c.go": "package lib\n\n// int f() {}\nimport \"C\"\n",
	}
	for _, test := range []struct {
		name, file, text string
		runs             bool
	}{
		{"document", "readme.md", "y", false},
		{"test", "lib/l_test.go", "package lib\n", false},
		{"embedded", "t.txt", "u", true},
		{"comment of the module", "go.mod", "module  m // more\n\n", false},
		{"requirement", "go.mod", "module m\n\nrequire x v1.0.0\n", true},
		{"comment", "lib/l.go", "package lib\n\nvar A = 1 // two\n// three\n", false},
		{"comment that moves lines", "lib/l.go", "package lib\n\n// one\nvar A = 1\n", true},
		{"comment for the compiler", "lib/l.go", "package lib\n\nvar A = 1 //go:x\n", true},
		{"comment of main", "main.go", "package main\n\n//go:embed t.txt\nvar s string\n// more\n", true},
		{"comment for cgo", "lib/c.go", "package lib\n\n// int g() {}\nimport \"C\"\n", true},
		{"value", "lib/l.go", "package lib\n\nvar A = 2 // one\n", true},
		{"not Go", "lib/l.go", "package lib \x00 \"", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			results := compare(project{text: text, files: files}, project{text: text, files: with(files, test.file, test.text)})
			last := results[1].Steps[len(results[1].Steps)-1]
			if last.Cached == test.runs {
				t.Errorf("the program runs again: %v, want %v", !last.Cached, test.runs)
			}
		})
	}
}

// TestMoved checks which commands write something else when a file that they read has
// changed, so that what is copied from them is no longer the same.
func TestMoved(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a.txt": "1", "b.txt": "2"}
	for _, test := range []struct {
		command string
		runs    bool
	}{
		{"cat a.txt > /out", true},
		{"cp a.txt /out", true},
		{"cp b.txt /out", false},
		{"cp b.txt /out && cp a.txt /other", false},
		{"mkdir -p /tmp/x && cp b.txt /out", false},
		{"cat a.txt | tr a b > /out", true},
		{"cat b.txt | tr a b > /out", false},
		{"cat a.txt | tee /out", true},
		{"sha256sum a.txt > /out", true},
		{"wc -l b.txt > /out", false},
		{"mv a.txt /tmp/x && mv /tmp/x /out", true},
		{"tail -n1 a.txt > /tmp/x; cat /tmp/x > /out", true},
		{"cp a.txt /tmp/x; cp b.txt /out; cat /tmp/x >> /out", true},
		{"cp a.txt /tmp/x; cp b.txt /out", false},
		{"{ cat a.txt; echo x; } > /out", true},
		{"(cat a.txt; echo x) > /out", true},
		{"(echo x; cat a.txt) | tee /out", true},
		{"V=$(cat a.txt) && echo $V > /out", true},
		{"V=$(cat b.txt) && echo $V > /out", false},
		{"echo $(cat a.txt) > /out", true},
		{"if grep -q 1 a.txt; then cp b.txt /out; fi", true},
		{"if [ $V = a ]; then cp b.txt /out; fi", false},
		{"if [ ${V%/} = a ]; then cp b.txt /out; fi", false},
		{"if [ -f a.txt ]; then cp b.txt /out; fi", true},
		{"if [ -f b.txt ]; then cp b.txt /out; fi", false},
		{"for f in *; do cp $f /out; done", true},
		{"for f in a.txt; do cat b.txt > /out; done", true},
		{"echo $V > /out", false},
		{"echo $HOME > /out", true},
		{"echo *.txt > /out", true},
		{"cp $V.txt /out", true},
		{"date > /out", true},
		{"ls -l > /out", true},
		{"ls -l && cp b.txt /out", false},
		{"echo x > /out", false},
		{"touch /out", false},
	} {
		t.Run(test.command, func(t *testing.T) {
			t.Parallel()
			text := "FROM a AS b\nENV V=a\nWORKDIR /w\nCOPY a.txt b.txt ./\nRUN " + test.command + "\nFROM scratch\nCOPY --from=b /out /out\n"
			results := compare(project{text: text, files: files}, project{text: text, files: with(files, "a.txt", "3")})
			last := results[1].Steps[len(results[1].Steps)-1]
			if last.Cached == test.runs {
				t.Errorf("what is copied is another: %v, want %v", !last.Cached, test.runs)
			}
		})
	}
}

// TestHostile builds graphs that would be large if anything were followed twice.
func TestHostile(t *testing.T) {
	t.Parallel()
	var chain, fan, wide, golang strings.Builder
	chain.WriteString("FROM a AS s0\nRUN x > /f\n")
	fan.WriteString("FROM a AS s0\nRUN x > /f\n")
	for k := 1; k < 200; k++ {
		fmt.Fprintf(&chain, "FROM a AS s%d\nCOPY --from=s%d /f /f\n", k, k-1)
		fmt.Fprintf(&fan, "FROM a AS s%d\nCOPY --from=s%d / /a\nCOPY --from=s%d / /b\n", k, k-1, k-1)
	}
	wide.WriteString("FROM a\n")
	golang.WriteString("FROM golang AS b\nWORKDIR /src\nCOPY . .\n")
	for range 60 {
		golang.WriteString("RUN go build -o /out/app .\n")
	}
	golang.WriteString("FROM scratch\nCOPY --from=b /out /\n")
	for k := range 1500 {
		fmt.Fprintf(&wide, "RUN %d\n", k)
	}
	var paths strings.Builder
	paths.WriteString("FROM a AS b\n" + strings.Repeat("RUN x\n", 1000) + "FROM scratch\n")
	for k := range 1000 {
		fmt.Fprintf(&paths, "COPY --from=b /%d /\n", k)
	}
	for name, text := range map[string]string{
		"paths": paths.String(), "chain": chain.String(), "fan": fan.String(), "wide": wide.String(), "go": golang.String(),
		"itself": "FROM a AS a\nCOPY --from=a / /\n", "circle": "FROM b AS a\nFROM a AS b\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ran(compare(project{text: text}, project{text: text})); got != nil {
				t.Errorf("steps run although nothing has changed: %v", got)
			}
		})
	}
}

// TestSecretsAreNotShown looks for the value of a build argument in the steps.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	value := "hun" + "ter2"
	text := "FROM a\nARG API_TOKEN=" + value + "\nCOPY $API_TOKEN /x\nADD x.js /$API_TOKEN/\n"
	results := compare(project{text: "FROM a\n"}, project{text: text})
	for _, s := range results[0].Steps {
		for _, r := range s.Because {
			if strings.Contains(r.What, value) {
				t.Errorf("line %d: a reason shows it: %s", s.Step.Line, r.What)
			}
		}
		if strings.Contains(s.Step.Text, value) {
			t.Errorf("line %d shows it: %s", s.Step.Line, s.Step.Text)
		}
	}
}
