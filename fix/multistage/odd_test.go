package multistage

import (
	"testing"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
)

// TestOddFiles reads files of the context that end early or hold what no tool writes.
// Each of them gives a proposal or a refusal.
func TestOddFiles(t *testing.T) {
	t.Parallel()
	node := "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD [\"node\", \"dist/index.js\"]\n"
	nodeFiles := map[string]string{
		"package.json":  `{"scripts": {"build": "tsc"}, "dependencies": {"express": "4"}}`,
		"tsconfig.json": `{"compilerOptions": {"outDir": "dist"}}`,
	}
	golang := "FROM golang:1.26\nWORKDIR /app\nCOPY . .\nRUN go generate ./... && go build -o server .\nCMD [\"./server\"]\n"
	for name, c := range map[string]struct {
		dockerfile string
		more       map[string]string
		files      map[string]string
	}{
		"quote at the end":       {node, nodeFiles, map[string]string{"src/index.ts": "let x = \""}},
		"escape at the end":      {node, nodeFiles, map[string]string{"src/index.ts": "let x = `\\"}},
		"lock file without name": {node, nodeFiles, map[string]string{"src/index.ts": "", "yarn.lock": "a@1:\n  dependencies:\n    :\n"}},
		"generate nothing":       {golang, nil, map[string]string{"go.mod": "module a\n", "main.go": "package main\n\n//go:generate \nfunc main() {}\n"}},
		"generate flags":         {golang, nil, map[string]string{"go.mod": "module a\n", "main.go": "package main\n\n//go:generate go run -x\nfunc main() {}\n"}},
		"virtualenv of nothing": {
			"FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt && virtualenv\nCMD [\"python\", \"app.py\"]\n", nil,
			map[string]string{"requirements.txt": "flask\n", "app.py": ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			context := map[string][]byte{}
			for _, files := range []map[string]string{c.more, c.files} {
				for at, text := range files {
					context[at] = []byte(text)
				}
			}
			d := lint.NewDocument(source.NewFile("Dockerfile", c.dockerfile), lint.Build{Context: buildctx.FromFiles(context)})
			if p, r := Propose(d, Options{}); (p == nil) == (r == nil) {
				t.Errorf("want either a proposal or a refusal, got %v and %v", p, r)
			}
		})
	}
}

func TestScriptTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"f(\"": "", "f(\"ab": "ab", "`a\nb": "a\nb", "'a\\": "a\\", "'a'": "a"} {
		tokens := scriptTokens(text)
		if last := tokens[len(tokens)-1]; last.kind != stringToken || last.text != want {
			t.Errorf("%q ends in %+v, want the string %q", text, last, want)
		}
	}
}
