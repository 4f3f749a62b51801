package lsp

import (
	"context"
	"maps"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// snapshot is the session at one moment. It never changes.
type snapshot struct {
	files map[string]*file // the open ones, by key
	ws    *workspace
}

type snapshotKey struct{}

// snapshot returns the session as it is now.
func (s *Server) snapshot() *snapshot { return s.now.Load() }

// of returns the snapshot that the request was given.
func (s *Server) of(ctx context.Context) *snapshot {
	if snap, ok := ctx.Value(snapshotKey{}).(*snapshot); ok {
		return snap
	}
	return s.snapshot()
}

// fileKind says how a file is read.
type fileKind uint8

const (
	otherFile fileKind = iota
	dockerFile
	ignoreFile
	configFile
	composeFile
)

// file is a version of an open file, or of one on disk.
type file struct {
	uri     uri.URI // as the client writes it
	key     string
	path    string // "" for what is not on disk
	version int32
	open    bool
	kind    fileKind
	lang    string
	src     *source.File
	enc     source.Encoding
	ws      *workspace
	past    *past       // shared with the other versions of the file in ws
	within  *inlineFile // of a Dockerfile inside another file

	setup func() *setup
	doc   func() *lint.Document // nil views for other kinds
	found func() *findings
	inner func() []*inlineFile
}

// past is what linting one version of a file leaves for the next.
type past struct {
	mu   sync.Mutex
	memo *lint.Memo
}

func (p *past) load() *lint.Memo {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.memo
}

func (p *past) store(m *lint.Memo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.memo = m
}

// newFile returns a file with nothing worked out yet.
func newFile(base file, ws *workspace) *file {
	base.past = &past{}
	return versionOf(base, ws)
}

// versionOf is newFile for another version of a file that is linted already.
func versionOf(base file, ws *workspace) *file {
	f := base
	f.ws = ws
	f.setup = sync.OnceValue(func() *setup { return ws.setup(&f) })
	f.doc = sync.OnceValue(func() *lint.Document { return lint.NewDocumentAfter(f.past.load(), f.src, f.setup().build) })
	f.found = sync.OnceValue(func() *findings { return f.check() })
	f.inner = sync.OnceValue(func() []*inlineFile { return inlineFiles(&f) })
	return &f
}

// rebase returns the same text in another workspace.
func (f *file) rebase(ws *workspace) *file { return newFile(*f, ws) }

// edited returns the file with another text.
func (f *file) edited(text string, version int32) *file {
	g := *f
	g.src, g.version = source.NewFile(f.src.Path, text), version
	return versionOf(g, f.ws)
}

// key returns the name under which a file is known, whatever way its URI is
// written.
func key(u uri.URI) string {
	if p := pathOf(u); p != "" {
		return p
	}
	return string(u)
}

// pathOf returns the path of a file on disk, "" for any other URI.
func pathOf(u uri.URI) string {
	system := uri.PlatformPOSIX
	if runtime.GOOS == "windows" {
		system = uri.PlatformWindows
	}
	p := pathOn(u, system)
	if p == "" {
		return ""
	}
	return filepath.Clean(p)
}

// pathOn returns the path that a URI means on a system. A drive of Windows is in
// lower case, however the client writes it.
func pathOn(u uri.URI, system uri.Platform) string {
	if !strings.HasPrefix(string(u), "file:") {
		return ""
	}
	parsed, err := uri.Parse(string(u))
	if err != nil {
		return ""
	}
	return uri.FsPathFor(parsed, system, false)
}

// uriOf returns the URI of a path, in the client's spelling if it has one.
func (s *Server) uriOf(path string) uri.URI {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.uris[path]; ok {
		return u
	}
	return uri.File(path)
}

// remember notes how the client writes a URI, before the decoder changes that.
func (s *Server) remember(params []byte) {
	v, ok := parseJSON(params)
	if !ok {
		return
	}
	u := uri.URI(v.get("textDocument", "uri").str())
	if u == "" {
		return
	}
	k := key(u)
	if pathOf(u) == "" {
		if parsed, err := uri.Parse(string(u)); err == nil {
			k = string(parsed)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uris[k] = u
}

// kindOf tells how to read a file by the language the client names and the
// file's own name.
func kindOf(lang, path string) fileKind {
	base := filepath.Base(path)
	switch {
	case lang == "dockerfile", lang == "Dockerfile", lang == "containerfile":
		return dockerFile
	case base == ".dlint.yaml" || base == ".dlint.yml":
		return configFile
	case strings.HasSuffix(base, buildctx.IgnoreName) || base == ".containerignore":
		return ignoreFile
	case lang == "dockercompose", buildctx.IsBuildFile(base):
		return composeFile
	case dockerfile.IsFileName(base):
		return dockerFile
	case lang == "ignore" && strings.HasSuffix(base, "dockerignore"):
		return ignoreFile
	}
	return otherFile
}

// update makes a new snapshot. change gets a copy that it may alter.
func (s *Server) update(change func(*snapshot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.now.Load()
	next := &snapshot{files: maps.Clone(old.files), ws: old.ws}
	change(next)
	s.now.Store(next)
}

// moved puts all open files into another workspace.
func (snap *snapshot) moved(ws *workspace) {
	ws.overlays = overlaysOf(snap.files)
	snap.ws = ws
	for k, f := range snap.files {
		snap.files[k] = f.rebase(ws)
	}
}

// overlaysOf returns the texts of the open ignore files, by path.
func overlaysOf(files map[string]*file) map[string]*source.File {
	var out map[string]*source.File
	for _, f := range files {
		if f.kind == ignoreFile && f.path != "" {
			if out == nil {
				out = map[string]*source.File{}
			}
			out[f.path] = f.src
		}
	}
	return out
}

// DidOpen takes a file that is open in an editor from now on.
func (s *Server) DidOpen(_ context.Context, p *protocol.DidOpenTextDocumentParams) error {
	t := &p.TextDocument
	k := key(t.URI)
	s.mu.Lock()
	spelled, ok := s.uris[k]
	s.mu.Unlock()
	if !ok {
		spelled = t.URI
	}
	path := pathOf(t.URI)
	name := path
	if name == "" {
		name = string(spelled)
	}
	base := file{
		uri: spelled, key: k, path: path, version: t.Version, open: true, lang: string(t.LanguageID),
		kind: kindOf(string(t.LanguageID), name), src: source.NewFile(name, strings.Clone(t.Text)), enc: s.caps.encoding,
	}
	s.update(func(next *snapshot) {
		next.files[k] = newFile(base, next.ws)
		// Opening is when users expect what lies around to be looked at anew.
		next.moved(next.ws.renewed())
	})
	s.pub.changed(k)
	if base.kind == ignoreFile || len(s.snapshot().files) > 1 && base.kind != dockerFile {
		s.pub.all()
	}
	return nil
}

// DidChange applies edits in their order.
func (s *Server) DidChange(_ context.Context, p *protocol.DidChangeTextDocumentParams) error {
	k := key(p.TextDocument.URI)
	var kind fileKind
	s.update(func(next *snapshot) {
		f := next.files[k]
		if f == nil {
			return
		}
		kind = f.kind
		text := f.src
		for _, c := range p.ContentChanges {
			text = apply(text, c, f.enc)
		}
		next.files[k] = f.edited(text.Text, p.TextDocument.Version)
		if kind == ignoreFile {
			next.moved(next.ws.renewed())
		}
	})
	if kind == ignoreFile {
		s.pub.all()
		return nil
	}
	s.pub.changed(k)
	return nil
}

// apply makes one change. Places outside of the text mean its nearest end.
func apply(src *source.File, c protocol.TextDocumentContentChangeEvent, enc source.Encoding) *source.File {
	switch c := c.(type) {
	case *protocol.TextDocumentContentChangeWholeDocument:
		return source.NewFile(src.Path, strings.Clone(c.Text))
	case *protocol.TextDocumentContentChangePartial:
		start, end := offsetOf(src, c.Range.Start, enc), offsetOf(src, c.Range.End, enc)
		if end < start {
			start, end = end, start
		}
		return source.NewFile(src.Path, src.Text[:start]+c.Text+src.Text[end:])
	}
	return src
}

// DidSave looks at the files around anew: what was saved may be one of them.
func (s *Server) DidSave(_ context.Context, p *protocol.DidSaveTextDocumentParams) error {
	f := s.snapshot().files[key(p.TextDocument.URI)]
	if f == nil {
		return nil
	}
	s.refresh(0)
	return nil
}

// DidClose forgets a file.
func (s *Server) DidClose(_ context.Context, p *protocol.DidCloseTextDocumentParams) error {
	k := key(p.TextDocument.URI)
	var old *file
	s.update(func(next *snapshot) {
		old = next.files[k]
		delete(next.files, k)
		if old != nil && old.kind == ignoreFile {
			next.moved(next.ws.renewed())
		}
	})
	if old == nil {
		return nil
	}
	s.tokens.forget(k)
	s.pub.closed(old)
	s.mu.Lock()
	delete(s.uris, k)
	s.mu.Unlock()
	if old.kind == ignoreFile {
		s.pub.all()
	}
	return nil
}

// offsetOf returns the byte offset of a position.
func offsetOf(src *source.File, p protocol.Position, enc source.Encoding) int {
	const most = 1 << 30
	return src.Offset(source.Position{Line: int(min(p.Line, most)), Column: int(min(p.Character, most))}, enc)
}

// offset returns the offset of a position of the file that the client has.
func (f *file) offset(p protocol.Position) int {
	if f.within != nil {
		off, _ := f.within.inside(f.within.around.offset(p))
		return off
	}
	return offsetOf(f.src, p, f.enc)
}

func (f *file) span(r protocol.Range) source.Range {
	return source.Range{Start: f.offset(r.Start), End: f.offset(r.End)}
}

func (f *file) position(off int) protocol.Position {
	if f.within != nil {
		return f.within.around.position(f.within.place(off))
	}
	return positionOf(f.src, off, f.enc)
}

func positionOf(src *source.File, off int, enc source.Encoding) protocol.Position {
	p := src.Position(off, enc)
	return protocol.Position{Line: uint32(p.Line), Character: uint32(p.Column)}
}

func rangeOf(src *source.File, r source.Range, enc source.Encoding) protocol.Range {
	return protocol.Range{Start: positionOf(src, r.Start, enc), End: positionOf(src, r.End, enc)}
}

func (f *file) rng(r source.Range) protocol.Range {
	return protocol.Range{Start: f.position(r.Start), End: f.position(r.End)}
}

func (f *file) location(r source.Range) protocol.Location {
	return protocol.Location{URI: f.uri, Range: f.rng(r)}
}

// file returns the open file with that URI; nil when it is not open.
func (s *Server) file(ctx context.Context, u uri.URI) *file {
	return s.of(ctx).files[key(u)]
}

// fileAt is file, or the Dockerfile inside it that holds the position.
func (s *Server) fileAt(ctx context.Context, u uri.URI, at protocol.Position) *file {
	f := s.file(ctx, u)
	if f == nil || f.kind != composeFile {
		return f
	}
	off := f.offset(at)
	for _, in := range f.inner() {
		if _, ok := in.inside(off); ok {
			return in.file
		}
	}
	return f
}
