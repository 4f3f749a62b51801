package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/fix/multistage"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lsp"
)

// TestSplitter checks what an editor is offered for a program in Go, and that
// there is nothing to offer for a file with two stages.
func TestSplitter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const text = "FROM golang:1.25\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /bin/app .\nENTRYPOINT [\"/bin/app\"]\n"
	path := filepath.Join(dir, "Dockerfile")
	for name, content := range map[string]string{
		"Dockerfile": text, "go.mod": "module a\n\ngo 1.25\n", "main.go": "package main\n\nfunc main() {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := buildctx.NewFinder().Find(path, buildctx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := lint.NewDocument(source.NewFile(path, text), lint.Build{Context: found.Context})
	got, _ := splitter{}.Splits(t.Context(), d, 0, nil)
	if len(got) != 1 || len(got[0].Edits) == 0 || len(got[0].Reasons) == 0 || !strings.HasPrefix(got[0].Title, "Split into") {
		t.Errorf("got %+v", got)
	}
	offered := func(splits []lsp.Split) bool {
		return strings.Contains(strings.Join(splits[0].Reasons, "\n"), `"user" in the setting splitWith`)
	}
	with, _ := splitter{}.Splits(t.Context(), d, 0, []string{"user", "none-such"})
	if !offered(got) || len(with) != 1 || offered(with) || !strings.Contains(fix.Apply(text, with[0].Edits), "\nUSER ") {
		t.Errorf("with a user: got %+v, before %+v", with, got)
	}
	two := lint.NewDocument(source.NewFile(path, text+"FROM scratch\n"), lint.Build{Context: found.Context})
	if got, why := (splitter{}).Splits(t.Context(), two, 0, nil); len(got) > 0 || why != "It has several stages already." {
		t.Errorf("two stages: got %+v and %q", got, why)
	}
}

// TestSplitsInEditor asks a server for the split of every application of
// testdata/split, and holds that its edits make the Dockerfile that dlint split
// writes.
func TestSplitsInEditor(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob(filepath.Join("..", "..", "testdata", "split", "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no applications: %v", err)
	}
	editor := startEditor(t)
	split := 0
	for _, name := range archives {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, f := range ar.Files {
			writeTestFile(t, filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data)
		}
		path := filepath.Join(dir, "Dockerfile")
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it is called otherwise there
		}
		found, err := buildctx.NewFinder().Find(path, buildctx.Options{})
		if err != nil {
			t.Fatal(err)
		}
		d := lint.NewDocument(source.NewFile(path, string(text)), lint.Build{Context: found.Context})
		want := ""
		if len(d.Stages().Stages) == 1 {
			if p, refusal := multistage.Propose(d, multistage.Options{}); refusal == nil {
				want = fix.Apply(string(text), p.Edits)
				split++
			}
		}
		if got := editor.split(t, path, string(text)); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", filepath.Base(name), got, want)
		}
	}
	if split < len(archives)/3 {
		t.Errorf("%d of %d applications are split: the comparison says little", split, len(archives))
	}
}

func writeTestFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// editor is a client of a language server that makes splits.
type editor struct {
	in  io.Writer
	out *bufio.Reader
	seq int
}

func startEditor(t *testing.T) *editor {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- lsp.Serve(t.Context(), inR, outW, lsp.Options{Rules: allRules(), Splits: splitter{}})
	}()
	t.Cleanup(func() {
		_ = outR.Close()
		_ = inW.Close()
		<-served
	})
	e := &editor{in: inW, out: bufio.NewReader(outR)}
	e.call(t, "initialize", map[string]any{"capabilities": map[string]any{
		"textDocument": map[string]any{
			"diagnostic": map[string]any{}, // so that none are pushed
			"codeAction": map[string]any{
				"codeActionLiteralSupport": map[string]any{}, "dataSupport": true,
				"resolveSupport": map[string]any{"properties": []string{"edit"}},
			},
		},
		"workspace": map[string]any{"workspaceEdit": map[string]any{"documentChanges": true, "resourceOperations": []string{"create"}}},
	}}, nil)
	e.send(t, map[string]any{"jsonrpc": "2.0", "method": "initialized", "params": map[string]any{}})
	return e
}

func (e *editor) send(t *testing.T, v any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(data), data); err != nil {
		t.Fatal(err)
	}
}

func (e *editor) call(t *testing.T, method string, params, result any) {
	t.Helper()
	e.seq++
	e.send(t, map[string]any{"jsonrpc": "2.0", "id": e.seq, "method": method, "params": params})
	for {
		header, err := textproto.NewReader(e.out).ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			t.Fatal(err)
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(e.out, body); err != nil {
			t.Fatal(err)
		}
		var m struct {
			ID     int
			Method string
			Result json.RawMessage
			Error  any
		}
		if err := json.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		if m.Method != "" || m.ID != e.seq {
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: %v", method, m.Error)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
}

// split returns the Dockerfile with the first split that is offered at its start,
// "" when there is none.
func (e *editor) split(t *testing.T, path, text string) string {
	t.Helper()
	type document struct {
		URI string `json:"uri"`
	}
	doc := document{"file://" + filepath.ToSlash(path)}
	e.send(t, map[string]any{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": map[string]any{
		"textDocument": map[string]any{"uri": doc.URI, "languageId": "dockerfile", "version": 1, "text": text},
	}})
	file := source.NewFile(path, text)
	var at source.Position
	if i := strings.Index("\n"+text, "\nFROM"); i >= 0 {
		at = file.Position(i, source.UTF16)
	}
	type position struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	here := position{at.Line, at.Column}
	var actions []json.RawMessage
	e.call(t, "textDocument/codeAction", map[string]any{
		"textDocument": doc, "range": map[string]any{"start": here, "end": here},
		"context": map[string]any{"diagnostics": []any{}, "only": []string{"refactor.rewrite.dlint.stages"}, "triggerKind": 1},
	}, &actions)
	if len(actions) == 0 {
		return ""
	}
	var resolved struct {
		Edit struct {
			DocumentChanges []struct {
				TextDocument document
				Edits        []struct {
					Range   struct{ Start, End position }
					NewText string
				}
			}
		}
	}
	e.call(t, "codeAction/resolve", actions[0], &resolved)
	var edits []lint.Edit
	for _, c := range resolved.Edit.DocumentChanges {
		if c.TextDocument != doc {
			continue
		}
		offset := func(p position) int {
			return file.Offset(source.Position{Line: p.Line, Column: p.Character}, source.UTF16)
		}
		for _, x := range c.Edits {
			edits = append(edits, lint.Replace(source.Range{Start: offset(x.Range.Start), End: offset(x.Range.End)}, x.NewText))
		}
	}
	return fix.Apply(text, edits)
}
