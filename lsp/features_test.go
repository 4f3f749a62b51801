package lsp

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

var update = flag.Bool("update", false, "write the answers into testdata/lsp/*.txtar")

// TestFeatures runs testdata/lsp/*.txtar. See README.md there for the notation.
func TestFeatures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "lsp", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCase(t, name)
		})
	}
}

// featureCase is one archive in the course of its run.
type featureCase struct {
	t     *testing.T
	c     *client
	dir   string
	texts map[string]string // without marks
	marks map[string]mark
}

type mark struct {
	file string
	off  int
}

func runCase(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	fc := &featureCase{t: t, dir: dir, texts: map[string]string{}, marks: map[string]mark{}}
	caps := fullCaps()
	if strings.Contains(string(ar.Comment), "snippets: true") {
		caps["textDocument"].(object)["completion"].(object)["completionItem"].(object)["snippetSupport"] = true
	}
	var order []string
	for _, f := range ar.Files {
		if isRequest(f.Name) {
			continue
		}
		text := fc.takeMarks(f.Name, string(f.Data))
		fc.texts[f.Name] = text
		order = append(order, f.Name)
		full := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opts := Options{Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }}
	if strings.Contains(string(ar.Comment), "splits: true") {
		opts.Splits = fakeSplits{}
	}
	fc.c = start(t, opts)
	fc.c.initialize(caps, dir)
	for _, f := range order {
		if kindOf("", f) != otherFile {
			fc.c.open(fc.uri(f), fc.texts[f])
		}
	}
	changed := false
	for k, f := range ar.Files {
		if !isRequest(f.Name) {
			continue
		}
		got := fc.run(f.Name)
		if got != "" && !strings.HasSuffix(got, "\n") {
			got += "\n"
		}
		if *update {
			changed = changed || got != string(f.Data)
			ar.Files[k].Data = []byte(got)
		} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if changed {
		if err := os.WriteFile(name, txtar.Format(ar), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fc.c.stop()
}

// isRequest reports whether a section is a request: a word, then what it is
// about.
func isRequest(name string) bool { return strings.Contains(name, " ") }

// takeMarks removes the marks from a text and notes them. A mark is a number in
// brackets that no Dockerfile holds.
func (fc *featureCase) takeMarks(name, text string) string {
	for {
		i := strings.Index(text, "⟦")
		if i < 0 {
			return text
		}
		j := strings.Index(text, "⟧")
		fc.marks[text[i+len("⟦"):j]] = mark{name, i}
		text = text[:i] + text[j+len("⟧"):]
	}
}

func (fc *featureCase) uri(name string) string { return "file://" + filepath.Join(fc.dir, name) }

func (fc *featureCase) position(m mark) object {
	p := source.NewFile("", fc.texts[m.file]).Position(m.off, source.UTF16)
	return object{"line": p.Line, "character": p.Column}
}

// run makes the request of a section and writes the answer down.
func (fc *featureCase) run(section string) string {
	words := strings.Fields(section)
	method, about := words[0], words[1]
	rest := strings.TrimSpace(section[len(method)+1+len(about):])
	m, ok := fc.marks[about]
	if !ok {
		if _, ok := fc.texts[about]; !ok && method != "workspace-symbols" {
			fc.t.Fatalf("%s: there is no mark and no file %s", section, about)
		}
		m = mark{file: about}
	}
	doc := object{"uri": fc.uri(m.file)}
	at := object{"textDocument": doc, "position": fc.position(m)}
	if do := requests[method]; do != nil {
		return do(fc, m, at, rest)
	}
	fc.t.Fatalf("unknown request %s", method)
	return ""
}

// requests write answers down, one function for each method.
var requests = map[string]func(fc *featureCase, m mark, at object, rest string) string{
	"hover": func(fc *featureCase, m mark, at object, _ string) string {
		var h *struct {
			Contents struct{ Value string }
			Range    jsonRange
		}
		fc.c.must("textDocument/hover", at, &h)
		if h == nil {
			return "nothing"
		}
		return "[" + fc.text(m.file, h.Range) + "]\n" + h.Contents.Value
	},
	"completion":        showCompletion,
	"definition":        showPlaces("textDocument/definition"),
	"references":        showPlaces("textDocument/references"),
	"highlight":         showPlaces("textDocument/documentHighlight"),
	"rename":            showRename,
	"diagnostics":       showDiagnostics,
	"actions":           showActions,
	"action":            showAction,
	"symbols":           showSymbols,
	"workspace-symbols": showWorkspaceSymbols,
	"folding":           showFolding,
	"selection":         showSelection,
	"tokens":            showTokens,
	"links":             showLinks,
	"signature":         showSignature,
	"format":            showFormat,
	"hints":             showHints,
	"lenses":            showLenses,
}

// text returns the text of a range.
func (fc *featureCase) text(name string, r jsonRange) string {
	src := source.NewFile("", fc.texts[name])
	return src.Text[src.Offset(source.Position{Line: r.Start.Line, Column: r.Start.Character}, source.UTF16):src.Offset(source.Position{Line: r.End.Line, Column: r.End.Character}, source.UTF16)]
}

// place writes a range as line:column "text", counted from one.
func (fc *featureCase) place(name string, r jsonRange) string {
	return fmt.Sprintf("%d:%d %s", r.Start.Line+1, r.Start.Character+1, strconv.Quote(fc.text(name, r)))
}

func (fc *featureCase) name(uri string) string {
	return strings.TrimPrefix(uri, "file://"+fc.dir+"/")
}

func showCompletion(fc *featureCase, m mark, at object, rest string) string {
	var list struct {
		Items []struct {
			Label, Detail string
			TextEdit      struct {
				Range   jsonRange
				NewText string
			}
			Tags []int
		}
	}
	fc.c.must("textDocument/completion", at, &list)
	most := 12
	if n, err := strconv.Atoi(rest); err == nil {
		most = n
	}
	var b strings.Builder
	for k, it := range list.Items {
		if k == most {
			fmt.Fprintf(&b, "... and more\n")
			break
		}
		fmt.Fprintf(&b, "%s: %q becomes %q", it.Label, fc.text(m.file, it.TextEdit.Range), it.TextEdit.NewText)
		if it.Detail != "" {
			fmt.Fprintf(&b, " (%s)", it.Detail)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func showPlaces(method string) func(fc *featureCase, m mark, at object, rest string) string {
	return func(fc *featureCase, m mark, at object, _ string) string {
		at["context"] = object{"includeDeclaration": true}
		var list []struct {
			URI   string
			Range jsonRange
			Kind  int
		}
		fc.c.must(method, at, &list)
		var b strings.Builder
		for _, l := range list {
			name := m.file
			if l.URI != "" {
				name = fc.name(l.URI)
			}
			switch {
			case name != m.file:
				fmt.Fprintf(&b, "%s %d:%d\n", name, l.Range.Start.Line+1, l.Range.Start.Character+1)
			case l.Kind == 3:
				fmt.Fprintf(&b, "%s, written\n", fc.place(name, l.Range))
			default:
				fmt.Fprintf(&b, "%s\n", fc.place(name, l.Range))
			}
		}
		return b.String()
	}
}

func showRename(fc *featureCase, _ mark, at object, rest string) string {
	if _, err := fc.c.call("textDocument/prepareRename", at); err != nil {
		return err.Error()
	}
	at["newName"] = rest
	data, err := fc.c.call("textDocument/rename", at)
	if err != nil {
		return err.Error()
	}
	return fc.applied(data)
}

// workspaceEdit is an edit as the server sends it.
type workspaceEdit struct {
	DocumentChanges []struct {
		Kind, URI    string
		TextDocument struct {
			URI     string
			Version *int
		}
		Edits []textEdit
	}
}

type textEdit struct {
	Range   jsonRange
	NewText string
}

// applied returns the files that an edit changes.
func (fc *featureCase) applied(data json.RawMessage) string {
	var edit workspaceEdit
	if err := json.Unmarshal(data, &edit); err != nil {
		fc.t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range edit.DocumentChanges {
		if d.Kind == "create" {
			fmt.Fprintf(&b, "create %s\n", fc.name(d.URI))
			continue
		}
		name := fc.name(d.TextDocument.URI)
		fmt.Fprintf(&b, "%s:\n%s", name, fc.edited(fc.texts[name], d.Edits))
	}
	return b.String()
}

func (fc *featureCase) edited(text string, edits []textEdit) string {
	src := source.NewFile("", text)
	slices.SortStableFunc(edits, func(a, b textEdit) int {
		if a.Range.Start.Line != b.Range.Start.Line {
			return b.Range.Start.Line - a.Range.Start.Line
		}
		return b.Range.Start.Character - a.Range.Start.Character
	})
	for _, e := range edits {
		start := src.Offset(source.Position{Line: e.Range.Start.Line, Column: e.Range.Start.Character}, source.UTF16)
		end := src.Offset(source.Position{Line: e.Range.End.Line, Column: e.Range.End.Character}, source.UTF16)
		text = text[:start] + e.NewText + text[end:]
	}
	return text
}

func showDiagnostics(fc *featureCase, m mark, _ object, rest string) string {
	p := fc.c.diagnostics(fc.uri(m.file), 1)
	var b strings.Builder
	for _, d := range p.Diagnostics {
		if rest == "" || d.Code == rest {
			fmt.Fprintf(&b, "%s %s: %s\n", fc.place(m.file, d.Range), d.Code, strings.ReplaceAll(d.Message, fc.dir, "DIR"))
		}
	}
	return b.String()
}

type action struct {
	Title, Kind string
	IsPreferred bool
	Edit        json.RawMessage
	Data        json.RawMessage
}

func (fc *featureCase) actions(at object) []json.RawMessage {
	var list []json.RawMessage
	fc.c.must("textDocument/codeAction", object{
		"textDocument": at["textDocument"], "range": object{"start": at["position"], "end": at["position"]},
		"context": object{"diagnostics": []any{}, "triggerKind": 1},
	}, &list)
	return list
}

func showActions(fc *featureCase, _ mark, at object, _ string) string {
	var b strings.Builder
	for _, raw := range fc.actions(at) {
		var a action
		if err := json.Unmarshal(raw, &a); err != nil {
			fc.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %s", a.Kind, a.Title)
		if a.IsPreferred {
			b.WriteString(" (preferred)")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// showAction applies the action with that title, resolved if need be.
func showAction(fc *featureCase, _ mark, at object, rest string) string {
	for _, raw := range fc.actions(at) {
		var a action
		if err := json.Unmarshal(raw, &a); err != nil {
			fc.t.Fatal(err)
		}
		if a.Title != rest {
			continue
		}
		if a.Edit == nil {
			fc.c.must("codeAction/resolve", raw, &a)
		}
		return fc.applied(a.Edit)
	}
	return "no such action"
}

type symbol struct {
	Name, Detail   string
	Kind           int
	Range          jsonRange
	SelectionRange jsonRange
	Children       []symbol
}

func showSymbols(fc *featureCase, m mark, at object, _ string) string {
	var list []symbol
	fc.c.must("textDocument/documentSymbol", at, &list)
	var b strings.Builder
	var show func(list []symbol, indent string)
	show = func(list []symbol, indent string) {
		for _, s := range list {
			fmt.Fprintf(&b, "%s%s [%s] lines %d-%d, at %q\n", indent, s.Name, s.Detail, s.Range.Start.Line+1, s.Range.End.Line+1, fc.text(m.file, s.SelectionRange))
			show(s.Children, indent+"  ")
		}
	}
	show(list, "")
	return b.String()
}

func showWorkspaceSymbols(fc *featureCase, _ mark, _ object, rest string) string {
	var list []struct {
		Name, ContainerName string
		Location            struct {
			URI   string
			Range jsonRange
		}
	}
	fc.c.must("workspace/symbol", object{"query": rest}, &list)
	var lines []string
	for _, s := range list {
		lines = append(lines, fmt.Sprintf("%s in %s:%d", s.Name, fc.name(s.Location.URI), s.Location.Range.Start.Line+1))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func showFolding(fc *featureCase, _ mark, at object, _ string) string {
	var list []struct {
		StartLine, EndLine int
		Kind               string
	}
	fc.c.must("textDocument/foldingRange", at, &list)
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "%s\n", strings.TrimSpace(fmt.Sprintf("lines %d-%d %s", r.StartLine+1, r.EndLine+1, r.Kind)))
	}
	return b.String()
}

func showSelection(fc *featureCase, m mark, at object, _ string) string {
	type selection struct {
		Range  jsonRange
		Parent *selection
	}
	var list []*selection
	fc.c.must("textDocument/selectionRange", object{"textDocument": at["textDocument"], "positions": []any{at["position"]}}, &list)
	var b strings.Builder
	for s := list[0]; s != nil; s = s.Parent {
		fmt.Fprintf(&b, "%q\n", fc.text(m.file, s.Range))
	}
	return b.String()
}

func showTokens(fc *featureCase, m mark, at object, _ string) string {
	var got struct{ Data []int }
	fc.c.must("textDocument/semanticTokens/full", at, &got)
	legend := tokenLegend()
	var b strings.Builder
	line, col := 0, 0
	for i := 0; i+4 < len(got.Data); i += 5 {
		if got.Data[i] > 0 {
			col = 0
		}
		line, col = line+got.Data[i], col+got.Data[i+1]
		var r jsonRange
		r.Start.Line, r.Start.Character, r.End.Line, r.End.Character = line, col, line, col+got.Data[i+2]
		fmt.Fprintf(&b, "%s %s", fc.place(m.file, r), legend.TokenTypes[got.Data[i+3]])
		if got.Data[i+4] == 1 {
			b.WriteString(" declaration")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func showLinks(fc *featureCase, m mark, at object, _ string) string {
	var list []struct {
		Range  jsonRange
		Target string
	}
	fc.c.must("textDocument/documentLink", at, &list)
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, "%s to %s\n", fc.place(m.file, l.Range), fc.name(l.Target))
	}
	return b.String()
}

func showSignature(fc *featureCase, _ mark, at object, _ string) string {
	var h *struct {
		Signatures []struct {
			Label      string
			Parameters []struct{ Label string }
		}
		ActiveSignature, ActiveParameter int
	}
	fc.c.must("textDocument/signatureHelp", at, &h)
	if h == nil {
		return "nothing"
	}
	s := h.Signatures[h.ActiveSignature]
	return fmt.Sprintf("%s, at %s", s.Label, s.Parameters[h.ActiveParameter].Label)
}

func showFormat(fc *featureCase, m mark, at object, rest string) string {
	method, params := "textDocument/formatting", object{"textDocument": at["textDocument"], "options": object{"tabSize": 4, "insertSpaces": true}}
	switch rest {
	case "range":
		method, params["range"] = "textDocument/rangeFormatting", object{"start": at["position"], "end": at["position"]}
	case "type":
		method, params["position"], params["ch"] = "textDocument/onTypeFormatting", at["position"], "\n"
	}
	var edits []textEdit
	fc.c.must(method, params, &edits)
	return fc.edited(fc.texts[m.file], edits)
}

func showHints(fc *featureCase, m mark, at object, _ string) string {
	var list []struct {
		Position struct{ Line, Character int }
		Label    string
	}
	fc.c.must("textDocument/inlayHint", object{
		"textDocument": at["textDocument"], "range": object{"start": object{"line": 0, "character": 0}, "end": object{"line": 9999, "character": 0}},
	}, &list)
	src := source.NewFile("", fc.texts[m.file])
	var b strings.Builder
	for _, h := range list {
		line := src.Slice(src.LineRange(h.Position.Line))
		fmt.Fprintf(&b, "%d: %s«%s»%s\n", h.Position.Line+1, line[:h.Position.Character], h.Label, line[h.Position.Character:])
	}
	return b.String()
}

func showLenses(fc *featureCase, _ mark, at object, _ string) string {
	var list []json.RawMessage
	fc.c.must("textDocument/codeLens", at, &list)
	var b strings.Builder
	for _, raw := range list {
		var l struct {
			Range   jsonRange
			Command *struct{ Title, Command string }
		}
		if err := json.Unmarshal(raw, &l); err != nil {
			fc.t.Fatal(err)
		}
		if l.Command == nil {
			fc.c.must("codeLens/resolve", raw, &l)
		}
		fmt.Fprintf(&b, "line %d: %s\n", l.Range.Start.Line+1, strings.TrimSpace(l.Command.Title+" "+l.Command.Command))
	}
	return b.String()
}

// fakeSplits proposes the same split of every stage.
type fakeSplits struct{}

func (fakeSplits) Splits(_ context.Context, d *lint.Document, off int) ([]Split, string) {
	st := d.Stages().StageOf(d.Tree().At(off))
	if st == nil {
		return nil, "No stage starts here."
	}
	return []Split{{Title: "Split off the build", Reasons: []string{"The compiler stays behind."}, Edits: []lint.Edit{lint.Insert(st.From.Header.End, " AS build")}}}, ""
}
