package lsp

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules"
)

// frameOf returns a message with its header.
func frameOf(body string) string {
	return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

// TestFrames sends what is no message and checks the answer, and that the server
// goes on.
func TestFrames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, send string
		code       int    // 0 for no answer
		id         string // null when empty
	}{
		{"bad JSON", frameOf(`{"jsonrpc":"2.0","id":1,"method":`), -32700, ""},
		{"garbage", frameOf(`hello`), -32700, ""},
		{"not UTF-8 garbage", frameOf("\xff\xfe{"), -32700, ""},
		{"empty object", frameOf(`{}`), -32600, ""},
		{"a number", frameOf(`7`), -32600, ""},
		{"a string", frameOf(`"x"`), -32600, ""},
		{"batch", frameOf(`[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]`), -32600, ""},
		{"empty batch", frameOf(`[]`), -32600, ""},
		{"no jsonrpc", frameOf(`{"id":5,"method":"shutdown"}`), -32600, "5"},
		{"wrong jsonrpc", frameOf(`{"jsonrpc":"1.0","id":"a","method":"shutdown"}`), -32600, `"a"`},
		{"null id", frameOf(`{"jsonrpc":"2.0","id":null,"method":"shutdown"}`), -32600, ""},
		{"fractional id", frameOf(`{"jsonrpc":"2.0","id":1.5,"method":"shutdown"}`), -32600, ""},
		{"huge id", frameOf(`{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"shutdown"}`), -32600, ""},
		{"object id", frameOf(`{"jsonrpc":"2.0","id":{},"method":"shutdown"}`), -32600, ""},
		{"method is a number", frameOf(`{"jsonrpc":"2.0","id":1,"method":4}`), -32600, "1"},
		{"zero length", "Content-Length: 0\r\n\r\n", -32600, ""},
		{"negative length", "Content-Length: -5\r\n\r\n", -32700, ""},
		{"length is a word", "Content-Length: many\r\n\r\n", -32700, ""},
		{"no length", "Content-Type: text\r\n\r\n", -32700, ""},
		{"100 MB", "Content-Length: 104857600\r\n\r\n", -32600, ""},
		{"length beyond all integers", "Content-Length: 99999999999999999999999999\r\n\r\n", -32600, ""},
		{"a header of 1 MB", "X-Long: " + strings.Repeat("y", 1<<20) + "\r\n\r\n", -32700, ""},
		{"text in front of a header", "what is this\r\n" + frameOf(`{"jsonrpc":"2.0","method":"$/nothing"}`), -32700, ""},
		{"body of a lost header", `{"jsonrpc":"2.0"}` + frameOf(`{"jsonrpc":"2.0","method":"$/nothing"}`), 0, ""},
		{"lower case header", "content-length: 38\r\n\r\n" + `{"jsonrpc":"2.0","method":"$/nothing"}`, 0, ""},
		{"more headers", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 38\r\n\r\n" + `{"jsonrpc":"2.0","method":"$/nothing"}`, 0, ""},
		{"newlines without carriage returns", "Content-Length: 38\n\n" + `{"jsonrpc":"2.0","method":"$/nothing"}`, 0, ""},
		{"length too large", "Content-Length: 60\r\n\r\n" + `{"jsonrpc":"2.0","method":"$/nothing"}` + frameOf(`{"jsonrpc":"2.0","method":"$/nothing"}`), -32700, ""},
		{"length too small", "Content-Length: 10\r\n\r\n" + `{"jsonrpc":"2.0","method":"$/nothing"}`, -32700, ""},
		{"unknown notification", frameOf(`{"jsonrpc":"2.0","method":"$/foo"}`), 0, ""},
		{"unknown notification without $", frameOf(`{"jsonrpc":"2.0","method":"foo/bar","params":[1]}`), 0, ""},
		{"cancel null", frameOf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}`), 0, ""},
		{"cancel nothing", frameOf(`{"jsonrpc":"2.0","method":"$/cancelRequest"}`), 0, ""},
		{"cancel huge", frameOf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":99999999999999999999}}`), 0, ""},
		{"cancel a fraction", frameOf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1.5}}`), 0, ""},
		{"bad didChange", frameOf(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":7}`), 0, ""},
		{"unasked response", frameOf(`{"jsonrpc":"2.0","id":4711,"result":null}`), 0, ""},
		{"unknown request", frameOf(`{"jsonrpc":"2.0","id":90,"method":"foo/bar"}`), -32601, "90"},
		{"unsupported request", frameOf(`{"jsonrpc":"2.0","id":91,"method":"textDocument/prepareCallHierarchy","params":{"textDocument":{"uri":"file:///a"},"position":{"line":0,"character":0}}}`), -32601, "91"},
		{"bad params", frameOf(`{"jsonrpc":"2.0","id":92,"method":"textDocument/hover","params":{"textDocument":3}}`), -32602, "92"},
		{"second initialize", frameOf(`{"jsonrpc":"2.0","id":93,"method":"initialize","params":{"capabilities":{}}}`), -32600, "93"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := start(t, Options{})
			c.initialize(fullCaps())
			go c.raw(tt.send + frameOf(`{"jsonrpc":"2.0","method":"$/nothing"}`))
			if tt.code != 0 {
				select {
				case m := <-c.replies:
					want := tt.id
					if want == "" {
						want = "null"
					}
					got := string(m.ID)
					if m.ID == nil {
						got = "null"
					}
					if m.Error == nil || m.Error.Code != tt.code || got != want {
						t.Errorf("got id %s, error %v; want id %s, code %d", m.ID, m.Error, want, tt.code)
					}
				case <-time.After(waitFor):
					t.Fatal("no answer")
				}
			}
			var h any
			c.must("textDocument/hover", object{"textDocument": object{"uri": "file:///none"}, "position": object{"line": 0, "character": 0}}, &h)
			c.stop()
		})
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	hover := object{"textDocument": object{"uri": "file:///x/Dockerfile"}, "position": object{"line": 0, "character": 0}}
	wantCode := func(method string, params any, code int) {
		t.Helper()
		_, err := c.call(method, params)
		if e, ok := err.(*rpcError); !ok || e.Code != code { //nolint:errorlint // made by call
			t.Errorf("%s: %v, want code %d", method, err, code)
		}
	}
	wantCode("textDocument/hover", hover, -32002)
	c.notify("textDocument/didOpen", object{}) // dropped
	wantCode("initialize", nil, -32602)
	// Odd capabilities must not keep a client out.
	c.send(object{"jsonrpc": "2.0", "method": "$/nothing"})
	odd := `{"processId": 7.0, "trace": null, "rootUri": null, "capabilities": {"textDocument": {"publishDiagnostics": {"tagSupport": true}}}}`
	var params any
	if err := json.Unmarshal([]byte(odd), &params); err != nil {
		t.Fatal(err)
	}
	c.must("initialize", params, nil)
	c.notify("initialized", object{})
	c.raw(frameOf(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///x/Dockerfile","languageId":"dockerfile","version":1.0,"text":"FROM a\n"}}}`))
	c.diagnostics("file:///x/Dockerfile", 1)
	c.must("textDocument/hover", hover, nil)
	c.must("shutdown", nil, nil)
	wantCode("textDocument/hover", hover, -32600)
	wantCode("shutdown", nil, -32600)
	c.notify("exit", nil)
	c.ended(nil)
}

func TestExitWithoutShutdown(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	c.initialize(fullCaps())
	c.notify("exit", nil)
	c.ended(errExit)
}

func TestEndOfInput(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	c.initialize(fullCaps())
	_ = c.in.Close()
	c.ended(nil)
}

func TestPanickingRule(t *testing.T) {
	t.Parallel()
	c := start(t, Options{Rules: append([]*lint.Rule{panicRule()}, rules.All()...)})
	c.initialize(fullCaps())
	c.open("file:///p/Dockerfile", "FROM a\nMAINTAINER b\nUSER c\n")
	p := c.diagnostics("file:///p/Dockerfile", 1)
	if len(p.Diagnostics) == 0 {
		t.Error("the other rules found nothing")
	}
	for {
		select {
		case m := <-c.other:
			if m.Method == "window/logMessage" && strings.Contains(string(m.Params), "rule panics failed") {
				c.stop()
				return
			}
		case <-time.After(waitFor):
			t.Fatal("the panic was not logged")
		}
	}
}

// TestNoLeaks begins and ends sessions and counts the goroutines.
func TestNoLeaks(t *testing.T) { //nolint:paralleltest // counts the goroutines of the process
	before := runtime.NumGoroutine()
	for range 20 {
		c := start(t, Options{})
		c.initialize(fullCaps())
		c.open("file:///l/Dockerfile", "FROM a\n")
		c.diagnostics("file:///l/Dockerfile", 1)
		c.stop()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}

func TestCancel(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	slow := &lint.Rule{ID: "slow", Category: "syntax", Summary: "Waits", Severity: lint.Info, Check: func(*lint.Pass) { <-release }}
	c := start(t, Options{Rules: []*lint.Rule{slow}})
	c.initialize(fullCaps())
	c.open("file:///s/Dockerfile", "FROM a\n")
	id, answer := c.begin("textDocument/codeAction", object{
		"textDocument": object{"uri": "file:///s/Dockerfile"}, "context": object{"diagnostics": []any{}},
		"range": object{"start": object{"line": 0, "character": 0}, "end": object{"line": 0, "character": 0}},
	})
	c.notify("$/cancelRequest", object{"id": id})
	// Other requests are answered meanwhile.
	c.must("textDocument/foldingRange", object{"textDocument": object{"uri": "file:///s/Dockerfile"}}, nil)
	close(release)
	select {
	case m := <-answer:
		if m.Error != nil && m.Error.Code != -32800 {
			t.Errorf("got %v", m.Error)
		}
	case <-time.After(waitFor):
		t.Fatal("no answer to a cancelled request")
	}
	c.stop()
}
