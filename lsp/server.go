package lsp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// Options are what a server needs from the outside.
type Options struct {
	Rules   []*lint.Rule
	Version string
	// Env looks up environment variables for the configuration; nil for none.
	Env func(string) (string, bool)
	// RuleURL returns the address of a rule's documentation; nil for none.
	RuleURL func(id string) string
	// Now tells the time; nil for the clock of the system.
	Now func() time.Time
	// Splits proposes ways to turn a stage into several; nil for none.
	Splits Splitter

	poll time.Duration // how often the client's process is looked at; 0 for clientPoll
}

// clientPoll is how often a server looks whether its client is still there.
const clientPoll = 5 * time.Second

func (o *Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Splitter proposes ways to split one stage into several.
type Splitter interface {
	// Splits returns the proposals for the stage that holds the offset, or a
	// sentence that says why there is none. With are the extras of the setting
	// splitWith. It is called when a user looks for refactorings, so it may take its
	// time.
	Splits(ctx context.Context, d *lint.Document, off int, with []string) (splits []Split, why string)
}

// Split is a proposal to turn one stage into several.
type Split struct {
	// Title is a verb phrase that names what is left out.
	Title string
	// Reasons say in full sentences why, and what the image loses.
	Reasons []string
	Edits   []lint.Edit
	// Files are edits of other files of the build context.
	Files []lint.FileEdit
}

// errExit is what Serve returns after an exit without shutdown.
var errExit = errors.New("the client has sent exit without shutdown")

// Server serves one client.
type Server struct {
	protocol.UnimplementedServer
	opts   Options
	client protocol.Client
	caps   capabilities
	stage  atomic.Int32
	trace  atomic.Int32
	calls  calls
	pub    publisher
	tokens tokenStore
	schema schemas

	mu   sync.Mutex // held while a new snapshot is made
	now  atomic.Pointer[snapshot]
	uris map[string]uri.URI // the client's spelling, guarded by mu

	ended chan struct{} // closed by exit, or when the client is gone
	end   sync.Once
	gone  atomic.Bool     // the process of the client has ended
	ctx   context.Context // of the session; done when it ends
	work  sync.WaitGroup  // goroutines of the server
}

// capabilities are what matters of the client's.
type capabilities struct {
	encoding       source.Encoding
	pull           bool // asks for diagnostics by itself
	pullRefresh    bool
	related        bool
	codeDesc       bool
	tags           bool
	literalActions bool
	resolveEdit    bool
	actionData     bool
	docChanges     bool
	createFile     bool
	snippets       bool
	markdown       bool // in hovers
	docMarkdown    bool // in completion items
	hierarchical   bool
	linkSupport    bool
	configuration  bool
	watch          bool
	didChangeConf  bool
	progress       bool
	applyEdit      bool
	lensRefresh    bool
	hintRefresh    bool
}

// Serve serves one client over in and out, until it sends exit, in ends, the
// process that it names as its own has ended, or ctx is done. When in is an
// io.Closer it is closed. The error is nil after an orderly end.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(ctx, opts)
	stream := newFrames(in, &lockedWriter{w: out})
	conn := jsonrpc2.NewConn(jsonrpc2.NewStream(stream), jsonrpc2.WithCodec(codec{}))
	s.client = protocol.ClientDispatcher(conn)
	s.pub.start(s)
	conn.Go(ctx, s.order(s.guard(protocol.ServerHandler(s, jsonrpc2.MethodNotFoundHandler))))

	var err error
	select {
	case <-s.ended:
		if s.stage.Load() != stopped && !s.gone.Load() {
			err = errExit
		}
	case <-conn.Done():
		err = conn.Err()
	case <-ctx.Done():
		err = ctx.Err()
	}
	cancel()
	_ = stream.Close() // ends the reader where the input can be closed
	s.work.Wait()
	return err
}

// ServeTCP listens on an address and serves the first client that connects. It
// is for debugging. ready is called with the address that is listened on.
func ServeTCP(ctx context.Context, addr string, opts Options, ready func(net.Addr)) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	if ready != nil {
		ready(l.Addr())
	}
	conn, err := l.Accept()
	_ = l.Close()
	if err != nil {
		return fmt.Errorf("waiting for a client: %w", err)
	}
	return Serve(ctx, conn, conn, opts)
}

func newServer(ctx context.Context, opts Options) *Server {
	s := &Server{opts: opts, ended: make(chan struct{}), uris: map[string]uri.URI{}, ctx: ctx}
	s.caps.encoding = source.UTF16
	s.now.Store(&snapshot{files: map[string]*file{}, ws: newWorkspace(s.opts, settings{}, nil)})
	return s
}

// initialize answers the first request. Its parameters are read leniently: one
// odd capability must not keep a client out.
func (s *Server) initialize(_ context.Context, params []byte) (any, error) {
	v, ok := parseJSON(params)
	if !ok || v.kind() != 'o' {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "initialize needs parameters")
	}
	s.caps = readCapabilities(v.get("capabilities"))
	s.setTrace(v.get("trace").str())
	var folders []string
	for _, f := range v.get("workspaceFolders").list() {
		folders = append(folders, pathOf(uri.URI(f.get("uri").str())))
	}
	if len(folders) == 0 && v.get("rootUri").kind() == 's' {
		folders = append(folders, pathOf(uri.URI(v.get("rootUri").str())))
	} else if len(folders) == 0 && v.get("rootPath").kind() == 's' {
		folders = append(folders, v.get("rootPath").str())
	}
	set := readSettings(v.get("initializationOptions"))
	s.mu.Lock()
	s.now.Store(&snapshot{files: map[string]*file{}, ws: newWorkspace(s.opts, set, nonEmpty(folders))})
	s.mu.Unlock()
	s.stage.Store(running)
	if pid, ok := v.get("processId").integer(); ok {
		s.watchClient(int(pid))
	}
	return &protocol.InitializeResult{
		Capabilities: s.abilities(),
		ServerInfo:   protocol.ServerInfo{Name: "dlint", Version: protocol.NewOptional(s.opts.Version)},
	}, nil
}

// watchClient ends the session when the process of the client has ended. The end of
// the input does not always tell: another child of the client may hold it open. A
// number that means no process here is that of another machine or container.
func (s *Server) watchClient(pid int) {
	if pid <= 0 || !alive(pid) {
		return
	}
	s.goOn(func(ctx context.Context) {
		t := time.NewTicker(cmp.Or(s.opts.poll, clientPoll))
		defer t.Stop()
		for alive(pid) {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
			}
		}
		s.gone.Store(true)
		s.end.Do(func() { close(s.ended) })
	})
}

func nonEmpty(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func readCapabilities(c value) capabilities {
	text, ws, window := c.get("textDocument"), c.get("workspace"), c.get("window")
	has := func(v value) bool { return v.kind() == 'o' }
	caps := capabilities{
		encoding:       encodingOf(c.get("general", "positionEncodings").strings()),
		pull:           has(text.get("diagnostic")),
		pullRefresh:    ws.get("diagnostics", "refreshSupport").yes(),
		related:        text.get("publishDiagnostics", "relatedInformation").yes() || text.get("diagnostic", "relatedInformation").yes(),
		codeDesc:       text.get("publishDiagnostics", "codeDescriptionSupport").yes() || text.get("diagnostic", "codeDescriptionSupport").yes(),
		literalActions: has(text.get("codeAction", "codeActionLiteralSupport")),
		actionData:     text.get("codeAction", "dataSupport").yes(),
		docChanges:     ws.get("workspaceEdit", "documentChanges").yes(),
		snippets:       text.get("completion", "completionItem", "snippetSupport").yes(),
		hierarchical:   text.get("documentSymbol", "hierarchicalDocumentSymbolSupport").yes(),
		linkSupport:    text.get("definition", "linkSupport").yes(),
		configuration:  ws.get("configuration").yes(),
		watch:          ws.get("didChangeWatchedFiles", "dynamicRegistration").yes(),
		didChangeConf:  ws.get("didChangeConfiguration", "dynamicRegistration").yes(),
		progress:       window.get("workDoneProgress").yes(),
		applyEdit:      ws.get("applyEdit").yes(),
		lensRefresh:    ws.get("codeLens", "refreshSupport").yes(),
		hintRefresh:    ws.get("inlayHint", "refreshSupport").yes(),
	}
	for _, v := range []value{text.get("publishDiagnostics", "tagSupport"), text.get("diagnostic", "tagSupport")} {
		// The first versions of the protocol had a boolean here.
		caps.tags = caps.tags || has(v) || v.yes()
	}
	for _, p := range text.get("codeAction", "resolveSupport", "properties").strings() {
		caps.resolveEdit = caps.resolveEdit || p == "edit"
	}
	for _, o := range ws.get("workspaceEdit", "resourceOperations").strings() {
		caps.createFile = caps.createFile || o == "create"
	}
	caps.markdown = prefersMarkdown(text.get("hover", "contentFormat").strings())
	caps.docMarkdown = prefersMarkdown(text.get("completion", "completionItem", "documentationFormat").strings())
	return caps
}

// encodingOf chooses a position encoding: UTF-8, which costs nothing, where the
// client takes it.
func encodingOf(offered []string) source.Encoding {
	for _, e := range offered {
		if e == string(protocol.PositionEncodingKindUTF8) {
			return source.UTF8
		}
	}
	return source.UTF16
}

// prefersMarkdown reports whether Markdown is among the formats. Most clients
// that say nothing show it well.
func prefersMarkdown(formats []string) bool {
	for _, f := range formats {
		if f == string(protocol.MarkupKindMarkdown) {
			return true
		}
	}
	return len(formats) == 0
}

// abilities are what the server tells the client it can do.
func (s *Server) abilities() protocol.ServerCapabilities {
	encoding := protocol.PositionEncodingKindUTF16
	if s.caps.encoding == source.UTF8 {
		encoding = protocol.PositionEncodingKindUTF8
	}
	yes := protocol.Boolean(true)
	c := protocol.ServerCapabilities{
		PositionEncoding: encoding,
		TextDocumentSync: &protocol.TextDocumentSyncOptions{
			OpenClose: new(true), Change: new(protocol.TextDocumentSyncKindIncremental),
			WillSaveWaitUntil: new(true), Save: protocol.Boolean(true),
		},
		CompletionProvider: &protocol.CompletionOptions{
			TriggerCharacters: []string{"-", "=", "$", "{", "/", ",", ":", ".", "\""}, ResolveProvider: new(true),
		},
		HoverProvider:             yes,
		SignatureHelpProvider:     &protocol.SignatureHelpOptions{TriggerCharacters: []string{" ", "[", ",", "="}},
		DefinitionProvider:        yes,
		ReferencesProvider:        yes,
		DocumentHighlightProvider: yes,
		DocumentSymbolProvider:    yes,
		WorkspaceSymbolProvider:   yes,
		CodeActionProvider: &protocol.CodeActionOptions{
			CodeActionKinds: []protocol.CodeActionKind{
				protocol.CodeActionKindQuickFix, protocol.CodeActionKindRefactorRewrite,
				protocol.CodeActionKindRefactorExtract, kindStages, kindFixAll, kindFixAllUnsafe,
			},
			ResolveProvider: new(true),
		},
		CodeLensProvider:                &protocol.CodeLensOptions{},
		DocumentLinkProvider:            &protocol.DocumentLinkOptions{},
		DocumentFormattingProvider:      yes,
		DocumentRangeFormattingProvider: yes,
		DocumentOnTypeFormattingProvider: protocol.DocumentOnTypeFormattingOptions{
			FirstTriggerCharacter: "\n",
		},
		RenameProvider:         &protocol.RenameOptions{PrepareProvider: new(true)},
		FoldingRangeProvider:   yes,
		SelectionRangeProvider: yes,
		ExecuteCommandProvider: protocol.ExecuteCommandOptions{Commands: commandNames()},
		SemanticTokensProvider: &protocol.SemanticTokensOptions{
			Legend: tokenLegend(), Range: yes, Full: &protocol.SemanticTokensFullDelta{Delta: new(true)},
		},
		InlayHintProvider: yes,
		Workspace: &protocol.WorkspaceOptions{
			WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{Supported: new(true), ChangeNotifications: yes},
			FileOperations:   fileOperations(),
		},
	}
	if s.caps.pull {
		c.DiagnosticProvider = &protocol.DiagnosticOptions{
			Identifier: new("dlint"), InterFileDependencies: true, WorkspaceDiagnostics: true,
		}
	}
	return c
}

func fileOperations() *protocol.FileOperationOptions {
	all := protocol.FileOperationRegistrationOptions{Filters: []protocol.FileOperationFilter{
		{Scheme: new("file"), Pattern: protocol.FileOperationPattern{Glob: "**/*"}},
	}}
	return &protocol.FileOperationOptions{DidCreate: all, DidRename: all, DidDelete: all}
}

// Initialized asks the client for what only it can give.
func (s *Server) Initialized(context.Context, *protocol.InitializedParams) error {
	s.goOn(s.register)
	if s.caps.configuration {
		s.goOn(s.pullConfiguration)
	}
	return nil
}

// goOn runs f on its own, for calls to the client: they cannot be made while a
// notification is handled.
func (s *Server) goOn(f func(ctx context.Context)) {
	s.work.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				s.logf(protocol.MessageTypeError, "dlint failed: %v; please report this", v)
			}
		}()
		f(s.ctx)
	})
}

// register asks to be told of changes.
func (s *Server) register(ctx context.Context) {
	var regs []protocol.Registration
	if s.caps.watch {
		regs = append(regs, protocol.Registration{
			ID: "dlint-files", Method: protocol.MethodWorkspaceDidChangeWatchedFiles,
			RegisterOptions: raw(map[string]any{"watchers": watchers()}),
		})
	}
	if s.caps.didChangeConf {
		regs = append(regs, protocol.Registration{
			ID: "dlint-settings", Method: protocol.MethodWorkspaceDidChangeConfiguration,
			RegisterOptions: raw(map[string]any{"section": "dlint"}),
		})
	}
	if len(regs) > 0 {
		if err := s.client.RegisterCapability(ctx, &protocol.RegistrationParams{Registrations: regs}); err != nil && ctx.Err() == nil {
			s.logf(protocol.MessageTypeLog, "the client does not watch files: %v", err)
		}
	}
}

// Shutdown ends the work; only exit may follow.
func (s *Server) Shutdown(context.Context) error {
	s.stage.Store(stopped)
	return nil
}

// Exit ends the session.
func (s *Server) Exit(context.Context) error {
	s.end.Do(func() { close(s.ended) })
	return nil
}

// SetTrace sets how much is traced.
func (s *Server) SetTrace(_ context.Context, p *protocol.SetTraceParams) error {
	s.setTrace(string(p.Value))
	return nil
}

func (s *Server) setTrace(level string) {
	switch protocol.TraceValue(level) {
	case protocol.TraceValueMessages:
		s.trace.Store(1)
	case protocol.TraceValueVerbose:
		s.trace.Store(2)
	default:
		s.trace.Store(0)
	}
}

// traceIn tells the client what it has sent, when it wants to know.
func (s *Server) traceIn(req *jsonrpc2.Request) {
	level := s.trace.Load()
	if level == 0 {
		return
	}
	p := &protocol.LogTraceParams{Message: "received " + strings.Clone(req.Method())}
	if level == 2 {
		p.Verbose = new(string(req.Params()))
	}
	_ = s.client.LogTrace(s.ctx, p)
}

// logf writes to the client's log.
func (s *Server) logf(kind protocol.MessageType, format string, args ...any) {
	if s.client != nil && s.ctx.Err() == nil {
		_ = s.client.LogMessage(s.ctx, &protocol.LogMessageParams{Type: kind, Message: fmt.Sprintf(format, args...)})
	}
}

// WorkDoneProgressCancel is about work of ours that ends by itself soon.
func (s *Server) WorkDoneProgressCancel(context.Context, *protocol.WorkDoneProgressCancelParams) error {
	return nil
}
