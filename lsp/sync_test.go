package lsp

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

const stormText = "# syntax=docker/dockerfile:1\r\nARG V=3.20\nFROM alpine:${V} AS build\nRUN apk add curl \\\n    # note\n    && echo '\U0001F600 é' > /x\nCOPY . /src\nFROM scratch\nCOPY --from=build /x /x\nMAINTAINER \U0001F600\nRUN <<EOF\necho hi\nEOF\n"

var pieces = []string{
	"RUN ls\n", "\\\n", "\n", "\r\n", "FROM x AS y\n", "\U0001F600", "é", "\"", "<<EOF\n", "EOF\n", "# dlint ignore=all\n", "$", "{", "}", " ", "COPY --from=", "MAINTAINER m\n", "", "",
}

// storm makes random edits and returns what the text should be then.
func storm(rnd *rand.Rand, text string, enc source.Encoding) (changes []object, after string) {
	for range 1 + rnd.IntN(3) {
		src := source.NewFile("", text)
		a, b := rnd.IntN(len(text)+1), rnd.IntN(len(text)+1)
		if rnd.IntN(4) > 0 {
			b = min(a+rnd.IntN(12), len(text))
		}
		if b < a {
			a, b = b, a
		}
		p, q := positionOf(src, a, enc), positionOf(src, b, enc)
		a, b = offsetOf(src, p, enc), offsetOf(src, q, enc)
		piece := pieces[rnd.IntN(len(pieces))]
		changes = append(changes, object{"range": protocol.Range{Start: p, End: q}, "text": piece})
		text = text[:a] + piece + text[b:]
	}
	return changes, text
}

// TestStorm makes 10,000 random edits and compares the diagnostics with those of
// a file that is opened with the same text.
func TestStorm(t *testing.T) {
	t.Parallel()
	for _, enc := range []string{"utf-16", "utf-8"} {
		t.Run(enc, func(t *testing.T) {
			t.Parallel()
			caps := fullCaps()
			caps["general"] = object{"positionEncodings": []string{enc}}
			unit := source.UTF16
			if enc == "utf-8" {
				unit = source.UTF8
			}
			c := start(t, Options{})
			c.initialize(caps)
			const uri, fresh = "file:///storm/Dockerfile", "file:///fresh/Dockerfile"
			text, version := stormText, 1
			c.open(uri, text)
			rnd := rand.New(rand.NewPCG(7, 9))
			edits := 5000
			if testing.Short() {
				edits = 500
			}
			for version < edits {
				var changes []object
				changes, text = storm(rnd, text, unit)
				if len(text) > 4000 {
					changes, text = append(changes, object{"text": stormText}), stormText
				}
				version++
				c.notify("textDocument/didChange", object{
					"textDocument": object{"uri": uri, "version": version}, "contentChanges": changes,
				})
				// Each of the first versions is looked at, of the others a few.
				if version > 400 && version%250 != 0 {
					continue
				}
				got := c.diagnostics(uri, version)
				c.notify("textDocument/didOpen", object{"textDocument": object{"uri": fresh, "languageId": "dockerfile", "version": version, "text": text}})
				want := c.diagnostics(fresh, version)
				c.notify("textDocument/didClose", object{"textDocument": object{"uri": fresh}})
				if diff := cmp.Diff(want.Diagnostics, got.Diagnostics); diff != "" {
					t.Fatalf("version %d differs from a fresh file (-want +got):\n%s\ntext:\n%q", version, diff, text)
				}
			}
			c.stop()
		})
	}
}

// TestEditsOutOfRange makes edits that lie outside of the text.
func TestEditsOutOfRange(t *testing.T) {
	t.Parallel()
	pos := func(l, c uint32) protocol.Position { return protocol.Position{Line: l, Character: c} }
	tests := []struct {
		name, text string
		start, end protocol.Position
		want       string
	}{
		{"behind the last line", "FROM a\n", pos(9, 9), pos(12, 0), "FROM a\nX"},
		{"behind the end of a line", "FROM a\nRUN b\n", pos(0, 99), pos(0, 99), "FROM aX\nRUN b\n"},
		{"the ends exchanged", "FROM abc\n", pos(0, 8), pos(0, 5), "FROM X\n"},
		{"all the numbers there are", "FROM a\n", pos(0, 0), pos(4294967295, 4294967295), "X"},
		{"inside a surrogate pair", "FROM \U0001F600a\n", pos(0, 6), pos(0, 7), "FROM Xa\n"},
		{"in front of a CRLF", "FROM a\r\nRUN b\r\n", pos(0, 7), pos(1, 0), "FROM aXRUN b\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := apply(source.NewFile("", tt.text), &protocol.TextDocumentContentChangePartial{
				Range: protocol.Range{Start: tt.start, End: tt.end}, Text: "X",
			}, source.UTF16)
			if got.Text != tt.want {
				t.Errorf("got %q, want %q", got.Text, tt.want)
			}
		})
	}
}

func FuzzDidChange(f *testing.F) {
	f.Add(stormText, uint32(0), uint32(3), uint32(2), uint32(1), "RUN x")
	f.Add("\U0001F600\r\n", uint32(0), uint32(1), uint32(0), uint32(2), "")
	f.Add("", uint32(9), uint32(9), uint32(0), uint32(0), "FROM a")
	f.Fuzz(func(t *testing.T, text string, l1, c1, l2, c2 uint32, piece string) {
		for _, enc := range []source.Encoding{source.UTF8, source.UTF16} {
			src := source.NewFile("Dockerfile", text)
			got := apply(src, &protocol.TextDocumentContentChangePartial{
				Range: protocol.Range{Start: protocol.Position{Line: l1, Character: c1}, End: protocol.Position{Line: l2, Character: c2}}, Text: piece,
			}, enc)
			if len(got.Text) > len(text)+len(piece) || !strings.Contains(got.Text, piece) {
				t.Errorf("%q in %q became %q", piece, text, got.Text)
			}
		}
	})
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte(frameOf(`{"jsonrpc":"2.0","id":1,"method":"x"}`)))
	f.Add([]byte("Content-Length: 3\r\n\r\n{}"))
	f.Add([]byte("content-length: 99999999999999999999\r\n\r\nContent-Length: 2\n\n[]"))
	f.Add([]byte("{}" + frameOf(`{"jsonrpc":"2.0","id":7.0,"method":"x"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out strings.Builder
		in := newFrames(strings.NewReader(string(data)+"\r\n\r\n"+frameOf(`{"jsonrpc":"2.0","method":"end"}`)), &lockedWriter{w: &out})
		for {
			body, err := in.read()
			if err != nil {
				return
			}
			if body != nil && !json.Valid(body) {
				t.Fatalf("handed on %q", body)
			}
		}
	})
}

// TestWatched changes files around an open Dockerfile.
func TestWatched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "Dockerfile")
	uri := "file://" + file
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const text = "FROM scratch\nMAINTAINER a\n"
	write("Dockerfile", text)
	c := start(t, Options{})
	c.initialize(fullCaps(), dir)
	c.open(uri, text)
	has := func(p *published, code string) bool {
		for _, d := range p.Diagnostics {
			if d.Code == code {
				return true
			}
		}
		return false
	}
	if !has(c.diagnostics(uri, 1), "maintainer-deprecated") {
		t.Fatal("no finding to begin with")
	}
	changed := func(name string) {
		c.notify("workspace/didChangeWatchedFiles", object{"changes": []object{{"uri": "file://" + filepath.Join(dir, name), "type": 1}}})
	}
	write(".dlint.yaml", "rules:\n  maintainer-deprecated: off\n")
	changed(".dlint.yaml")
	if has(c.diagnostics(uri, 1), "maintainer-deprecated") {
		t.Error("the new configuration does not count")
	}
	write(".dlint.yaml", "rules:\n  no-such-rule: off\n")
	changed(".dlint.yaml")
	p := c.diagnostics(uri, 1)
	if !has(p, "configuration") {
		t.Errorf("a broken configuration is not reported: %v", p.Diagnostics)
	}
	c.notify("workspace/didChangeConfiguration", object{"settings": object{"dlint": object{"ignore": []string{"maintainer-deprecated"}, "configFile": filepath.Join(dir, "none.yaml")}}})
	write("none.yaml", "")
	changed("none.yaml")
	c.diagnostics(uri, 1)
	c.stop()
}

// TestSeverities checks that severities of the editor count, that a mistake in
// them is told, and that a client learns why nothing is split.
func TestSeverities(t *testing.T) {
	t.Parallel()
	const uri, text = "file:///a/Dockerfile", "FROM scratch\nMAINTAINER a\n"
	c := start(t, Options{Splits: noSplits{}})
	c.initialize(fullCaps())
	c.open(uri, text)
	severity := func(p *published, code string) int {
		for _, d := range p.Diagnostics {
			if d.Code == code {
				return d.Severity
			}
		}
		return 0
	}
	if got := severity(c.diagnostics(uri, 1), "maintainer-deprecated"); got != 2 {
		t.Errorf("its own severity: got %d", got)
	}
	for _, tt := range []struct {
		severities object
		code       string
		want       int
	}{
		{object{"DL4000": "error"}, "maintainer-deprecated", 1},
		{object{"maintainer-deprecated": "off"}, "maintainer-deprecated", 0},
		{object{"maintainer-deprecated": 7}, "maintainer-deprecated", 2},
		{object{"maintainer-deprecated": "loud"}, "configuration", 1},
	} {
		c.notify("workspace/didChangeConfiguration", object{"settings": object{"dlint": object{"severity": tt.severities}}})
		if got := severity(c.diagnostics(uri, 1), tt.code); got != tt.want {
			t.Errorf("%v: severity of %s: got %d, want %d", tt.severities, tt.code, got, tt.want)
		}
	}
	var why string
	c.must("workspace/executeCommand", object{"command": "dlint.whyNoSplit", "arguments": []string{uri}}, &why)
	if why != "it is small" {
		t.Errorf("why there is no split: got %q", why)
	}
	c.stop()
}

// noSplits splits nothing.
type noSplits struct{}

func (noSplits) Splits(context.Context, *lint.Document, int, []string) ([]Split, string) {
	return nil, "it is small"
}

// TestClientSpelling checks that replies carry the URI as the client wrote it.
func TestClientSpelling(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	c.initialize(fullCaps())
	for k, uri := range []string{"file:///c:/a%2Fb/Dockerfile", "file:///x%20y/Dockerfile", "untitled:Untitled-1"} {
		c.notify("textDocument/didOpen", object{"textDocument": object{"uri": uri, "languageId": "dockerfile", "version": k + 2, "text": "FROM a\nMAINTAINER b\n"}})
		if p := c.diagnostics(uri, k+2); len(p.Diagnostics) == 0 {
			t.Errorf("no findings in %s", uri)
		}
	}
	c.stop()
}

// TestPull checks that a client that asks gets answers and nothing else.
func TestPull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "web.Dockerfile"), []byte("FROM a\nMAINTAINER m\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	caps := fullCaps()
	caps["textDocument"].(object)["diagnostic"] = object{}
	c := start(t, Options{})
	init := c.initialize(caps, dir)
	if init["capabilities"].(object)["diagnosticProvider"] == nil {
		t.Error("no diagnosticProvider")
	}
	const uri = "file:///pull/Dockerfile"
	c.open(uri, "FROM a\nMAINTAINER b\n")
	type report struct {
		Kind, ResultID string
		Items          []object
	}
	var r report
	c.must("textDocument/diagnostic", object{"textDocument": object{"uri": uri}}, &r)
	if r.Kind != "full" || len(r.Items) == 0 {
		t.Fatalf("got %+v", r)
	}
	c.must("textDocument/diagnostic", object{"textDocument": object{"uri": uri}, "previousResultId": r.ResultID}, &r)
	if r.Kind != "unchanged" {
		t.Errorf("got %+v, want unchanged", r)
	}
	var ws struct {
		Items []struct {
			URI, Kind, ResultID string
			Items               []object
		}
	}
	c.must("workspace/diagnostic", object{"previousResultIds": []any{}, "workDoneToken": "w"}, &ws)
	if len(ws.Items) != 2 {
		t.Errorf("got %d files, want 2", len(ws.Items))
	}
	c.must("shutdown", nil, nil)
	select {
	case p := <-c.pub:
		t.Errorf("published %v", p)
	default:
	}
	c.notify("exit", nil)
	c.ended(nil)
}
