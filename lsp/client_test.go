package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/rules"
)

// message is any message of the protocol.
type message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *rpcError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Message) }

// published are the diagnostics that a server sent for a file.
type published struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type diagnostic struct {
	Range              jsonRange `json:"range"`
	Severity           int       `json:"severity"`
	Code               string    `json:"code"`
	CodeDescription    struct{ Href string }
	Source             string `json:"source"`
	Message            string `json:"message"`
	Tags               []int  `json:"tags"`
	RelatedInformation []struct {
		Message  string
		Location struct {
			URI   string
			Range jsonRange
		}
	}
}

type jsonRange struct {
	Start, End struct{ Line, Character int }
}

// client is a client of a server in the same process.
type client struct {
	t       testing.TB
	in      *io.PipeWriter
	done    chan error // of Serve
	replies chan *message
	pub     chan *published
	other   chan *message
	mu      sync.Mutex
	seq     int
	waiting map[string]chan *message
	answer  func(m *message) any // to requests of the server
}

// start starts a server with the rules of dlint.
func start(t testing.TB, opts Options) *client {
	t.Helper()
	if opts.Rules == nil {
		opts.Rules = rules.All()
	}
	opts.Version = "test"
	if opts.RuleURL == nil {
		opts.RuleURL = func(id string) string { return "https://example.com/" + id }
	}
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	c := &client{
		t: t, in: inW, done: make(chan error, 1), replies: make(chan *message, 100),
		pub: make(chan *published, 10000), other: make(chan *message, 10000), waiting: map[string]chan *message{},
	}
	go func() {
		err := Serve(context.Background(), inR, outW, opts)
		_ = outW.Close()
		c.done <- err
	}()
	go c.read(outR)
	return c
}

func (c *client) read(r io.Reader) {
	in := bufio.NewReaderSize(r, 1<<16)
	for {
		header, err := textproto.NewReader(in).ReadMIMEHeader()
		if err != nil {
			close(c.replies)
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			panic(err)
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			close(c.replies)
			return
		}
		var m message
		if err := json.Unmarshal(body, &m); err != nil {
			panic(fmt.Sprintf("%v in %s", err, body))
		}
		c.take(&m)
	}
}

func (c *client) take(m *message) {
	switch {
	case m.Method == "textDocument/publishDiagnostics":
		var p published
		if err := json.Unmarshal(m.Params, &p); err != nil {
			panic(err)
		}
		c.pub <- &p
	case m.Method != "" && m.ID != nil:
		var result any
		if c.answer != nil {
			result = c.answer(m)
		}
		c.other <- m
		go c.send(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": result})
	case m.Method != "":
		c.other <- m
	default:
		c.mu.Lock()
		ch := c.waiting[string(m.ID)]
		delete(c.waiting, string(m.ID))
		c.mu.Unlock()
		if ch != nil {
			ch <- m
			return
		}
		c.replies <- m
	}
}

func (c *client) send(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	c.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(data), data))
}

func (c *client) raw(text string) { _, _ = io.WriteString(c.in, text) }

func (c *client) notify(method string, params any) {
	c.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// begin sends a request and returns where the answer arrives.
func (c *client) begin(method string, params any) (id int, answer chan *message) {
	c.mu.Lock()
	c.seq++
	id = c.seq
	answer = make(chan *message, 1)
	c.waiting[strconv.Itoa(id)] = answer
	c.mu.Unlock()
	c.send(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	return id, answer
}

const waitFor = 20 * time.Second

func (c *client) call(method string, params any) (json.RawMessage, error) {
	_, answer := c.begin(method, params)
	select {
	case m := <-answer:
		if m.Error != nil {
			return nil, m.Error
		}
		return m.Result, nil
	case <-time.After(waitFor):
		c.t.Fatalf("no answer to %s", method)
		return nil, nil
	}
}

// must is call for requests that succeed.
func (c *client) must(method string, params, result any) {
	c.t.Helper()
	data, err := c.call(method, params)
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	if result != nil {
		if err := json.Unmarshal(data, result); err != nil {
			c.t.Fatalf("%s: %v in %s", method, err, data)
		}
	}
}

// object is a JSON object.
type object = map[string]any

// fullCaps are the capabilities of a client that takes everything, except that
// it does not ask for diagnostics.
func fullCaps() object {
	return object{
		"general": object{"positionEncodings": []string{"utf-16"}},
		"window":  object{"workDoneProgress": true},
		"workspace": object{
			"applyEdit":     true,
			"workspaceEdit": object{"documentChanges": true, "resourceOperations": []string{"create"}},
		},
		"textDocument": object{
			"publishDiagnostics": object{"relatedInformation": true, "tagSupport": object{"valueSet": []int{1, 2}}, "codeDescriptionSupport": true, "versionSupport": true},
			"codeAction": object{
				"codeActionLiteralSupport": object{}, "dataSupport": true,
				"resolveSupport": object{"properties": []string{"edit"}},
			},
			"documentSymbol": object{"hierarchicalDocumentSymbolSupport": true},
			"hover":          object{"contentFormat": []string{"markdown"}},
			"completion":     object{"completionItem": object{"documentationFormat": []string{"markdown"}}},
		},
	}
}

// initialize begins a session.
func (c *client) initialize(caps object, folders ...string) object {
	c.t.Helper()
	var list []object
	for _, f := range folders {
		list = append(list, object{"uri": "file://" + f, "name": "w"})
	}
	var out object
	c.must("initialize", object{"processId": nil, "rootUri": nil, "capabilities": caps, "workspaceFolders": list}, &out)
	c.notify("initialized", object{})
	return out
}

func (c *client) open(uri, text string) {
	c.notify("textDocument/didOpen", object{"textDocument": object{"uri": uri, "languageId": "", "version": 1, "text": text}})
}

// diagnostics waits for those of a version of a file.
func (c *client) diagnostics(uri string, version int) *published {
	c.t.Helper()
	timeout := time.After(waitFor)
	for {
		select {
		case p := <-c.pub:
			if p.URI == uri && p.Version != nil && *p.Version == version {
				return p
			}
		case <-timeout:
			c.t.Fatalf("no diagnostics for version %d of %s", version, uri)
		}
	}
}

// stop ends the session in an orderly way.
func (c *client) stop() {
	c.t.Helper()
	c.must("shutdown", nil, nil)
	c.notify("exit", nil)
	c.ended(nil)
}

// ended waits for the end of the server.
func (c *client) ended(want error) {
	c.t.Helper()
	select {
	case err := <-c.done:
		if err != want { //nolint:errorlint // the very value is meant
			c.t.Errorf("the server ended with %v, want %v", err, want)
		}
	case <-time.After(waitFor):
		c.t.Error("the server did not end")
	}
	_ = c.in.Close()
}

// panicRule is a rule that fails where a Dockerfile says so.
func panicRule() *lint.Rule {
	return &lint.Rule{
		ID: "panics", Category: "syntax", Summary: "Panics", Severity: lint.Warning,
		Check: func(p *lint.Pass) {
			for ins := range p.Instructions("USER") {
				panic("seen " + ins.Name)
			}
		},
	}
}
