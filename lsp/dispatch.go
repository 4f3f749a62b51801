package lsp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// The stages of a session.
const (
	starting = iota // before initialize
	running
	stopped // after shutdown
)

// codec encodes parameters and results.
type codec struct{}

// Marshal implements jsonrpc2.Codec.
func (codec) Marshal(v any) ([]byte, error) {
	switch m := v.(type) {
	case jsonrpc2.RawMessage:
		if m == nil {
			return []byte("null"), nil
		}
		return m, nil
	case nil:
		return []byte("null"), nil
	}
	return protocol.Marshal(v)
}

// Unmarshal implements jsonrpc2.Codec.
func (codec) Unmarshal(data []byte, v any) error {
	if p, ok := v.(*jsonrpc2.RawMessage); ok {
		*p = append(jsonrpc2.RawMessage(nil), data...)
		return nil
	}
	return protocol.Unmarshal(data, v)
}

// calls are the requests that run, so that they can be cancelled.
type calls struct {
	mu sync.Mutex
	by map[jsonrpc2.ID]context.CancelFunc
}

func (c *calls) add(id jsonrpc2.ID, cancel context.CancelFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[jsonrpc2.ID]context.CancelFunc{}
	}
	c.by[id] = cancel
}

func (c *calls) done(id jsonrpc2.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.by, id)
}

func (c *calls) cancel(id jsonrpc2.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel := c.by[id]; cancel != nil {
		cancel()
	}
}

// order decides what runs at once and what runs on its own. Notifications are
// handled one after another as they come, so that edits cannot pass each other;
// other requests get the snapshot of the moment they came in.
func (s *Server) order(next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		method := req.Method()
		if !req.IsCall() || method == protocol.MethodInitialize || method == protocol.MethodShutdown {
			return next(ctx, req)
		}
		// The context of the request must not be derived from before it is
		// released: it is recycled.
		own, cancel := context.WithCancel(jsonrpc2.DetachContext(ctx))
		defer cancel()
		id := req.ID()
		s.calls.add(id, cancel)
		defer s.calls.done(id)
		own = context.WithValue(own, snapshotKey{}, s.snapshot())
		jsonrpc2.Async(ctx)
		return next(own, req)
	}
}

// guard lets nothing through that would end the connection.
func (s *Server) guard(next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (result any, err error) {
		method, call := req.Method(), req.IsCall()
		defer func() {
			if v := recover(); v != nil {
				s.logf(protocol.MessageTypeError, "dlint failed on %s: %v; please report this\n%s", strings.Clone(method), v, debug.Stack())
				result, err = nil, jsonrpc2.Errorf(jsonrpc2.InternalError, "dlint failed: %v; please report this", v)
			}
			if !call {
				result, err = nil, nil
			}
		}()
		s.traceIn(req)
		if err := s.admit(method, call); err != nil {
			return nil, err
		}
		switch method {
		case protocol.MethodCancelRequest:
			s.cancelRequest(req.Params())
			return nil, nil
		case protocol.MethodInitialize:
			return s.initialize(ctx, req.Params())
		case protocol.MethodTextDocumentDidOpen:
			s.remember(req.Params())
		}
		result, err = next(ctx, req)
		return result, s.codeOf(ctx, method, call, err)
	}
}

// admit applies the life cycle of the protocol.
func (s *Server) admit(method string, call bool) error {
	stage := s.stage.Load()
	switch {
	case method == protocol.MethodExit:
		return nil
	case stage == stopped:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server has been shut down")
	case stage == starting && method != protocol.MethodInitialize:
		return jsonrpc2.NewError(jsonrpc2.ServerNotInitialized, "the server is not initialized")
	case stage == running && method == protocol.MethodInitialize:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server is initialized already")
	case method == protocol.MethodInitialize && !call:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "initialize is a request")
	}
	return nil
}

// codeRequestFailed is the code for requests that are well formed and cannot be
// done.
const codeRequestFailed jsonrpc2.Code = -32803

// failed returns the error for a request that cannot be done.
func failed(format string, args ...any) error {
	return jsonrpc2.NewError(codeRequestFailed, fmt.Sprintf(format, args...))
}

// codeOf gives an error the code that it should have.
func (s *Server) codeOf(ctx context.Context, method string, call bool, err error) error {
	if err == nil {
		return nil
	}
	var coded *jsonrpc2.Error
	switch {
	case !call:
		s.logf(protocol.MessageTypeLog, "%s: %v", strings.Clone(method), err)
		return nil
	case errors.Is(err, context.Canceled), ctx.Err() != nil:
		return protocol.ErrRequestCancelled
	case errors.Is(err, jsonrpc2.ErrParse) && !knownMethod(method):
		return jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "%s is not supported", method)
	case errors.Is(err, jsonrpc2.ErrParse):
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%v", err)
	case errors.As(err, &coded):
		if coded.Code == jsonrpc2.MethodNotFound {
			return jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "%s is not supported", method)
		}
		return coded
	}
	return jsonrpc2.Errorf(jsonrpc2.InternalError, "%v", err)
}

// cancelRequest cancels the request with the id in raw, if there is one. A bad
// id means nothing.
func (s *Server) cancelRequest(raw []byte) {
	v, ok := parseJSON(raw)
	if !ok {
		return
	}
	switch id := v.get("id"); id.kind() {
	case 's':
		s.calls.cancel(jsonrpc2.NewStringID(id.str()))
	case 'n':
		if n, ok := id.integer(); ok {
			s.calls.cancel(jsonrpc2.NewNumberID(n))
		}
	}
}

// knownMethod reports whether a method is one of the protocol, by its first
// part. The dispatcher complains of the parameters of all others.
func knownMethod(method string) bool {
	group, _, _ := strings.Cut(method, "/")
	switch group {
	case "textDocument", "workspace", "completionItem", "codeLens", "codeAction", "documentLink", "inlayHint",
		"workspaceSymbol", "callHierarchy", "typeHierarchy", "notebookDocument", "window", "shutdown", "initialize":
		return true
	}
	return false
}
