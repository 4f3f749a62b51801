package lsp

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/source"
)

// findings are what is found in one version of a file.
type findings struct {
	// list are the findings of the rules, for a Dockerfile.
	list []lint.Diagnostic
	// plain are findings without a rule: mistakes in ignore and configuration
	// files, and configurations that cannot be used.
	plain []plainFinding
	// panicked is set when a rule failed.
	panicked *lint.PanicError
}

// plainFinding is a finding without a rule.
type plainFinding struct {
	code     string
	severity lint.Severity
	rng      source.Range
	message  string
}

// check finds what is wrong with a file. It is called once for each version.
func (f *file) check() *findings {
	switch f.kind {
	case dockerFile:
		return f.lint()
	case ignoreFile:
		out := &findings{}
		for _, e := range buildctx.ParseIgnore(f.src).Errors {
			out.plain = append(out.plain, plainFinding{"ignore-file", lint.Error, e.Range, e.Message})
		}
		return out
	case configFile:
		return f.checkConfig()
	}
	return &findings{}
}

// lint runs the rules.
func (f *file) lint() *findings {
	out := &findings{}
	set := f.setup()
	if set.problem != nil {
		out.plain = append(out.plain, plainFinding{
			"configuration", lint.Error, f.src.LineRange(0),
			"The configuration is not used: " + set.problem.Error(),
		})
	}
	list, memo, err := set.engine.Relint(context.Background(), f.doc(), f.past.load())
	f.past.store(memo)
	out.list = list
	if p := (*lint.PanicError)(nil); errors.As(err, &p) {
		out.panicked = p
	}
	return out
}

// checkConfig says what is wrong with a configuration file as it is in the
// editor.
func (f *file) checkConfig() *findings {
	out := &findings{}
	for _, e := range config.Check(f.ws.opts.Rules, f.path, []byte(f.src.Text)) {
		at := f.src.LineRange(max(e.Line-1, 0))
		if e.Column > 0 {
			at.Start = f.src.Offset(source.Position{Line: e.Line - 1, Column: e.Column - 1}, source.UTF32)
			at.End = max(wordEnd(f.src.Text, at.Start), at.Start)
		}
		out.plain = append(out.plain, plainFinding{"configuration", lint.Error, at, e.Message})
	}
	return out
}

// wordEnd returns where the word at off ends.
func wordEnd(text string, off int) int {
	for off < len(text) && !isSpace(text[off]) && text[off] != ':' && text[off] != ',' && text[off] != ']' {
		off++
	}
	return off
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// diagnostics returns the findings of a file as the client takes them.
func (s *Server) diagnostics(f *file) []protocol.Diagnostic {
	found := f.found()
	if p := found.panicked; p != nil {
		s.logf(protocol.MessageTypeError, "%v\n%s", p, p.Stack)
	}
	out := make([]protocol.Diagnostic, 0, len(found.list)+len(found.plain))
	for k := range found.plain {
		p := &found.plain[k]
		out = append(out, protocol.Diagnostic{
			Range: f.rng(p.rng), Severity: severityOf(p.severity), Code: protocol.String(p.code),
			Source: protocol.NewOptional("dlint"), Message: protocol.String(p.message),
		})
	}
	for k := range found.list {
		out = append(out, s.diagnostic(f, &found.list[k]))
	}
	for _, in := range f.inner() {
		for k := range in.found().list {
			out = append(out, s.diagnostic(in.file, &in.found().list[k]))
		}
	}
	return out
}

// diagnostic converts one finding.
func (s *Server) diagnostic(f *file, d *lint.Diagnostic) protocol.Diagnostic {
	out := protocol.Diagnostic{
		Range: f.rng(d.Range), Severity: severityOf(d.Severity), Code: protocol.String(d.Rule.ID),
		Source: protocol.NewOptional("dlint"), Message: protocol.String(d.Message),
	}
	if s.caps.codeDesc && s.opts.RuleURL != nil {
		out.CodeDescription.Href = uri.URI(s.opts.RuleURL(d.Rule.ID))
	}
	if s.caps.tags {
		switch d.Tag {
		case lint.Unnecessary:
			out.Tags = protocol.NewDiagnosticTags(protocol.DiagnosticTagUnnecessary)
		case lint.Deprecated:
			out.Tags = protocol.NewDiagnosticTags(protocol.DiagnosticTagDeprecated)
		}
	}
	if s.caps.related {
		for _, r := range d.Related {
			out.RelatedInformation = append(out.RelatedInformation, protocol.DiagnosticRelatedInformation{
				Location: s.place(f, r.Path, r.Range), Message: r.Message,
			})
		}
	}
	return out
}

// place is the location of a range in the file itself or, with a path, in
// another file of its build context.
func (s *Server) place(f *file, path string, r source.Range) protocol.Location {
	if path == "" {
		return f.location(r)
	}
	c := f.doc().Context()
	out := protocol.Location{URI: s.uriOf(c.Path(path))}
	if open := s.snapshot().files[c.Path(path)]; open != nil {
		return open.location(r)
	}
	if data, err := c.ReadFile(path, 0); err == nil {
		out.Range = rangeOf(source.NewFile(path, string(data)), r, f.enc)
	}
	return out
}

func severityOf(s lint.Severity) protocol.DiagnosticSeverity {
	switch s {
	case lint.Error:
		return protocol.DiagnosticSeverityError
	case lint.Warning:
		return protocol.DiagnosticSeverityWarning
	case lint.Info:
		return protocol.DiagnosticSeverityInformation
	default:
		return protocol.DiagnosticSeverityHint
	}
}

// publisher sends diagnostics to clients that do not ask for them. One goroutine
// works through what has changed, always with the newest snapshot; what it
// cannot keep up with it leaves out.
type publisher struct {
	s *Server

	mu      sync.Mutex
	dirty   []string // keys, in the order in which they changed
	refresh bool     // tell a client that asks for diagnostics to ask again
	delayed func()
	due     time.Time
	wake    chan struct{}
	last    map[string]time.Time
}

// patience is how long a client gets no diagnostics while edits come faster than
// the rules can follow.
const patience = 150 * time.Millisecond

func (p *publisher) start(s *Server) {
	p.s, p.wake, p.last = s, make(chan struct{}, 1), map[string]time.Time{}
	s.work.Go(p.run)
}

func (p *publisher) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// changed says that the file with that key has a new version.
func (p *publisher) changed(k string) {
	if p.s.caps.pull {
		return
	}
	p.mu.Lock()
	if !slices.Contains(p.dirty, k) {
		p.dirty = append(p.dirty, k)
	}
	p.mu.Unlock()
	p.signal()
}

// all says that anything may have changed.
func (p *publisher) all() {
	p.mu.Lock()
	p.refresh = true
	if !p.s.caps.pull {
		for k := range p.s.snapshot().files {
			if !slices.Contains(p.dirty, k) {
				p.dirty = append(p.dirty, k)
			}
		}
	}
	p.mu.Unlock()
	p.signal()
}

// later runs f after a while, or when a later call's while is over.
func (p *publisher) later(after time.Duration, f func()) {
	p.mu.Lock()
	p.delayed, p.due = f, time.Now().Add(after)
	p.mu.Unlock()
	p.signal()
}

// closed takes the diagnostics of a file back.
func (p *publisher) closed(f *file) {
	if p.s.caps.pull {
		return
	}
	p.mu.Lock()
	p.dirty = slices.DeleteFunc(p.dirty, func(k string) bool { return k == f.key })
	p.mu.Unlock()
	_ = p.s.client.PublishDiagnostics(p.s.ctx, &protocol.PublishDiagnosticsParams{URI: f.uri, Diagnostics: []protocol.Diagnostic{}})
}

func (p *publisher) run() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-p.s.ctx.Done():
			return
		case <-p.wake:
		case <-timer.C:
		}
		p.mu.Lock()
		dirty, refresh := p.dirty, p.refresh
		p.dirty, p.refresh = nil, false
		var due func()
		if p.delayed != nil {
			if wait := time.Until(p.due); wait > 0 {
				timer.Reset(wait)
			} else {
				due, p.delayed = p.delayed, nil
			}
		}
		p.mu.Unlock()
		if due != nil {
			due()
		}
		for _, k := range dirty {
			p.one(k)
		}
		if refresh {
			p.s.askAgain()
		}
	}
}

// one publishes the findings of a file, unless a newer version is there by then.
func (p *publisher) one(k string) {
	defer func() {
		if v := recover(); v != nil {
			p.s.logf(protocol.MessageTypeError, "dlint failed: %v; please report this", v)
		}
	}()
	f := p.s.snapshot().files[k]
	if f == nil || p.s.ctx.Err() != nil {
		return
	}
	list := p.s.diagnostics(f)
	now := p.s.snapshot().files[k]
	if now == nil {
		return
	}
	if now != f && time.Since(p.last[k]) < patience {
		p.changed(k)
		return
	}
	p.last[k] = time.Now()
	_ = p.s.client.PublishDiagnostics(p.s.ctx, &protocol.PublishDiagnosticsParams{
		URI: f.uri, Version: protocol.NewOptional(f.version), Diagnostics: list,
	})
	if now != f {
		p.changed(k)
	}
}

// askAgain tells the client that answers it has may be out of date.
func (s *Server) askAgain() {
	ask := func(supported bool, call func(context.Context) error) {
		if supported {
			s.goOn(func(ctx context.Context) { _ = call(ctx) })
		}
	}
	ask(s.caps.pull && s.caps.pullRefresh, s.client.DiagnosticRefresh)
	ask(s.caps.lensRefresh, s.client.CodeLensRefresh)
	ask(s.caps.hintRefresh, s.client.InlayHintRefresh)
}

// Diagnostic answers clients that ask for diagnostics.
func (s *Server) Diagnostic(ctx context.Context, p *protocol.DocumentDiagnosticParams) (protocol.DocumentDiagnosticReport, error) {
	f := s.file(ctx, p.TextDocument.URI)
	if f == nil {
		if f = s.disk(s.of(ctx).ws, pathOf(p.TextDocument.URI)); f == nil {
			return &protocol.RelatedFullDocumentDiagnosticReport{
				FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", Items: []protocol.Diagnostic{}},
			}, nil
		}
	}
	list := s.diagnostics(f)
	id := resultID(list)
	if p.PreviousResultID != nil && *p.PreviousResultID == id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: protocol.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id},
		}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", ResultID: &id, Items: list},
	}, nil
}

// resultID names a list of diagnostics by its content.
func resultID(list []protocol.Diagnostic) string {
	h := fnv.New64a()
	for k := range list {
		data, _ := protocol.Marshal(&list[k])
		_, _ = h.Write(data)
	}
	return strconv.FormatUint(h.Sum64(), 36) + "." + strconv.Itoa(len(list))
}

// DiagnosticWorkspace answers for all files of the workspace.
func (s *Server) DiagnosticWorkspace(ctx context.Context, p *protocol.WorkspaceDiagnosticParams) (*protocol.WorkspaceDiagnosticReport, error) {
	previous := map[string]string{}
	for _, r := range p.PreviousResultIds {
		previous[key(r.URI)] = r.Value
	}
	out := &protocol.WorkspaceDiagnosticReport{Items: []protocol.WorkspaceDocumentDiagnosticReport{}}
	files := s.dockerfiles(ctx, s.of(ctx))
	progress := s.progress(p.WorkDoneToken, "Checking Dockerfiles", len(files))
	defer progress.end()
	for _, f := range files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		list := s.diagnostics(f)
		progress.step()
		id := resultID(list)
		var version *int32
		if f.open {
			version = new(f.version)
		}
		old, known := previous[f.key]
		delete(previous, f.key)
		if known && old == id {
			out.Items = append(out.Items, &protocol.WorkspaceUnchangedDocumentDiagnosticReport{
				UnchangedDocumentDiagnosticReport: protocol.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id},
				URI:                               f.uri, Version: version,
			})
			continue
		}
		out.Items = append(out.Items, &protocol.WorkspaceFullDocumentDiagnosticReport{
			FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", ResultID: &id, Items: list},
			URI:                          f.uri, Version: version,
		})
	}
	// Files that are gone have no findings.
	for _, r := range p.PreviousResultIds {
		if _, gone := previous[key(r.URI)]; gone {
			out.Items = append(out.Items, &protocol.WorkspaceFullDocumentDiagnosticReport{
				FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", Items: []protocol.Diagnostic{}}, URI: r.URI,
			})
		}
	}
	return out, nil
}

// progress tells a client how far some work is. The zero value tells nothing.
type progress struct {
	s     *Server
	token protocol.ProgressToken
	done  int
	total int
	last  time.Time
}

func (s *Server) progress(token protocol.ProgressToken, title string, total int) *progress {
	p := &progress{s: s, token: token, total: total, last: time.Now()}
	p.send(&protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Percentage: new(uint32(0))})
	return p
}

func (p *progress) send(v any) {
	if p.token != nil {
		data, err := protocol.Marshal(v)
		if err == nil {
			_ = p.s.client.Progress(p.s.ctx, &protocol.ProgressParams{Token: p.token, Value: data})
		}
	}
}

// step counts one piece of the work and says so every now and then.
func (p *progress) step() {
	p.done++
	if time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last = time.Now()
	p.send(&protocol.WorkDoneProgressReport{
		Kind: "report", Message: new(strconv.Itoa(p.done) + "/" + strconv.Itoa(p.total)), Percentage: new(uint32(100 * p.done / max(p.total, 1))),
	})
}

func (p *progress) end() { p.send(&protocol.WorkDoneProgressEnd{Kind: "end"}) }
