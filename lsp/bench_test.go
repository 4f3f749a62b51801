package lsp

import (
	"fmt"
	"strings"
	"testing"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/dlint/dlint/rules"
)

// longDockerfile returns a text of about that many lines.
func longDockerfile(lines int) string {
	var b strings.Builder
	b.WriteString("ARG V=1\n")
	for k := 0; strings.Count(b.String(), "\n") < lines; k++ {
		fmt.Fprintf(&b, `
FROM node:20-slim AS deps%[1]d
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
LABEL stage="deps"
RUN apt-get update && apt-get install -y --no-install-recommends \
    curl=7.88.* \
    # for the native modules
    python3 make g++ \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH
COPY . .
RUN <<EOF
set -e
for f in /out/*; do
  echo "built $f"
done
EOF
CMD ["node", "dist/server.js"]
`, k)
	}
	return b.String()
}

const benchURI = uri.URI("file:///b/Dockerfile")

// openDockerfile opens a text and returns the size of its diagnostics as JSON.
func openDockerfile(s *Server, text string) int {
	_ = s.DidOpen(s.ctx, &protocol.DidOpenTextDocumentParams{TextDocument: protocol.TextDocumentItem{
		URI: benchURI, LanguageID: "dockerfile", Version: 1, Text: text,
	}})
	return s.publishedSize()
}

// publishedSize works out what would be published of the file.
func (s *Server) publishedSize() int {
	f := s.snapshot().files[key(benchURI)]
	data, err := codec{}.Marshal(&protocol.PublishDiagnosticsParams{
		URI: f.uri, Version: protocol.NewOptional(f.version), Diagnostics: s.diagnostics(f),
	})
	if err != nil {
		panic(err)
	}
	return len(data)
}

// benchServer is a server that publishes nothing by itself.
func benchServer(b *testing.B) *Server {
	s := newServer(b.Context(), Options{Rules: rules.All()})
	s.pub.s, s.pub.wake = s, make(chan struct{}, 1)
	return s
}

// BenchmarkOpen measures what opening a file costs up to the diagnostics as JSON.
func BenchmarkOpen(b *testing.B) {
	for _, lines := range []int{30, 1000} {
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			text := longDockerfile(lines)
			s := benchServer(b)
			b.ReportAllocs()
			for b.Loop() {
				openDockerfile(s, text)
			}
		})
	}
}

// BenchmarkChange measures what an edit costs from its arrival to the
// diagnostics as JSON. The edits go through the whole file.
func BenchmarkChange(b *testing.B) {
	for _, lines := range []int{30, 1000} {
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			text := longDockerfile(lines)
			var at []uint32
			for k, line := range strings.Split(text, "\n") {
				if strings.HasPrefix(line, "LABEL") {
					at = append(at, uint32(k))
				}
			}
			s := benchServer(b)
			openDockerfile(s, text)
			b.ReportAllocs()
			for k := 0; b.Loop(); k++ {
				benchEdit(s, at[k/2%len(at)], k)
			}
		})
	}
}

// benchEdit adds a letter in a line, or takes it back.
func benchEdit(s *Server, line uint32, k int) {
	start := protocol.Position{Line: line, Character: 6}
	edit := &protocol.TextDocumentContentChangePartial{Range: protocol.Range{Start: start, End: start}, Text: "x"}
	if k%2 == 1 {
		edit.Range.End.Character++
		edit.Text = ""
	}
	p := &protocol.DidChangeTextDocumentParams{ContentChanges: []protocol.TextDocumentContentChangeEvent{edit}}
	p.TextDocument.URI, p.TextDocument.Version = benchURI, int32(k+2)
	_ = s.DidChange(s.ctx, p)
	s.publishedSize()
}
