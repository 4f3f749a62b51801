//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// questions are what an editor asks about a file that it shows.
var questions = []string{
	"documentSymbol", "semanticTokens/full", "foldingRange", "documentLink", "codeLens", "inlayHint", "hover", "completion",
	"definition", "references", "documentHighlight", "signatureHelp", "codeAction", "formatting", "diagnostic",
}

// edit opens a file in the language server, asks all there is to ask and types a
// letter. The server must answer everything and end in peace.
func edit(t *testing.T, limit time.Duration, cmd *exec.Cmd, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	go func() { _, _ = io.WriteString(in, session("file://"+path, string(text))) }()
	if missing := unanswered(out, len(questions)+1); len(missing) > 0 {
		_ = cmd.Process.Kill()
		t.Errorf("no answer to %v: %.1000s", missing, stderr.String())
	}
	_, _ = io.WriteString(in, frame(`"id":0,"method":"shutdown"`)+frame(`"method":"exit"`))
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the server ends with %v: %.1000s", err, stderr.String())
	}
}

// frame is a message with its header.
func frame(body string) string {
	body = `{"jsonrpc":"2.0",` + body + "}"
	return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

// session is what an editor sends, from its start until it has asked everything.
// The questions have the numbers from 1.
func session(uri, text string) string {
	quoted, _ := json.Marshal(text) // a string never fails
	document := `"textDocument":{"uri":"` + uri + `"}`
	place := `{"line":1,"character":5}`
	var b strings.Builder
	b.WriteString(frame(`"id":"start","method":"initialize","params":{"processId":null,"rootUri":"` + filepath.ToSlash(filepath.Dir(uri)) + `","capabilities":{}}`))
	b.WriteString(frame(`"method":"initialized","params":{}`))
	b.WriteString(frame(`"method":"textDocument/didOpen","params":{"textDocument":{"uri":"` + uri + `","languageId":"dockerfile","version":1,"text":` + string(quoted) + `}}`))
	ask := func(id int, method string) {
		b.WriteString(frame(fmt.Sprintf(`"id":%d,"method":"textDocument/%s","params":{%s,"position":%s,"range":{"start":{"line":0,"character":0},"end":{"line":99,"character":0}},`+
			`"context":{"diagnostics":[],"includeDeclaration":true},"options":{"tabSize":4,"insertSpaces":true}}`, id, method, document, place)))
	}
	for k, method := range questions {
		ask(k+1, method)
	}
	b.WriteString(frame(`"method":"textDocument/didChange","params":{"textDocument":{"uri":"` + uri + `","version":2},"contentChanges":[{"range":{"start":` + place + `,"end":` + place + `},"text":"x"}]}`))
	ask(len(questions)+1, "diagnostic")
	return b.String()
}

// unanswered reads until n questions are answered and returns those that are not
// when the server ends before.
func unanswered(r io.Reader, n int) []int {
	missing := make([]int, n)
	for k := range missing {
		missing[k] = k + 1
	}
	var seen bytes.Buffer
	piece := make([]byte, 1<<16)
	for len(missing) > 0 {
		k, err := r.Read(piece)
		if err != nil {
			return missing
		}
		// Only what is new is searched, and the end before it.
		if tail := seen.Len() - 200; tail > 0 {
			seen.Next(tail)
		}
		seen.Write(piece[:k])
		missing = remaining(missing, seen.String())
	}
	return nil
}

func remaining(ids []int, text string) []int {
	var out []int
	for _, id := range ids {
		if !strings.Contains(text, fmt.Sprintf(`"id":%d,`, id)) && !strings.Contains(text, fmt.Sprintf(`"id":%d}`, id)) {
			out = append(out, id)
		}
	}
	return out
}
