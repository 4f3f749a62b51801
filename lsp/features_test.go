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
	t        *testing.T
	c        *client
	dir      string
	texts    map[string]string // without marks
	marks    map[string]mark
	versions map[string]int // of the open files
	applies  []string       // what the server has had the client do
	tokens   string         // the id of the last semantic tokens
	pulled   map[string]string
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
	fc := &featureCase{
		t: t, dir: dir, texts: map[string]string{}, marks: map[string]mark{}, versions: map[string]int{}, pulled: map[string]string{},
	}
	caps := fullCaps()
	if option(ar, "snippets") != "" {
		caps["textDocument"].(object)["completion"].(object)["completionItem"].(object)["snippetSupport"] = true
	}
	if option(ar, "pull") != "" {
		caps["textDocument"].(object)["diagnostic"] = object{}
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
	if option(ar, "splits") != "" {
		opts.Splits = fakeSplits{}
	}
	fc.c = start(t, opts)
	fc.c.answer = fc.answer
	folders := []string{dir}
	if names := strings.Fields(option(ar, "folders")); len(names) > 0 {
		folders = nil
		for _, name := range names {
			folders = append(folders, filepath.Join(dir, name))
		}
	}
	fc.c.initialize(caps, folders...)
	only := strings.Fields(option(ar, "open"))
	for _, f := range order {
		if len(only) == 0 && kindOf("", f) != otherFile || slices.Contains(only, f) {
			fc.versions[f] = 1
			fc.c.open(fc.uri(f), fc.texts[f])
		}
	}
	changed := false
	for k, f := range ar.Files {
		if !isRequest(f.Name) {
			continue
		}
		if fc.act(f.Name, string(f.Data)) {
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

// option returns the value of a line "name: value" in the comment of an archive.
func option(ar *txtar.Archive, name string) string {
	for line := range strings.Lines(string(ar.Comment)) {
		if v, ok := strings.CutPrefix(line, name+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// act does what a section says whose text is no answer: it writes or removes a
// file, changes one in the editor, or sends settings.
func (fc *featureCase) act(section, text string) bool {
	verb, about, _ := strings.Cut(section, " ")
	switch verb {
	case "write", "remove":
		full := filepath.Join(fc.dir, about)
		err := os.Remove(full)
		if verb == "write" {
			err = os.MkdirAll(filepath.Dir(full), 0o750)
			if err == nil {
				err = os.WriteFile(full, []byte(text), 0o600)
			}
		}
		if err != nil {
			fc.t.Fatal(err)
		}
		fc.drain()
		kind := map[string]int{"write": 1, "remove": 3}[verb]
		fc.c.notify("workspace/didChangeWatchedFiles", object{"changes": []object{{"uri": fc.uri(about), "type": kind}}})
	case "edit":
		fc.drain()
		fc.versions[about]++
		old := source.NewFile("", fc.texts[about])
		text = fc.takeMarks(about, text)
		from := 0
		for from < min(len(text), len(old.Text)) && text[from] == old.Text[from] {
			from++
		}
		fc.c.notify("textDocument/didChange", object{
			"textDocument":   object{"uri": fc.uri(about), "version": fc.versions[about]},
			"contentChanges": []object{{"range": rangeOf(old, source.Range{Start: from, End: len(old.Text)}, source.UTF16), "text": text[from:]}},
		})
		fc.texts[about] = text
	case "settings":
		fc.drain()
		fc.c.notify("workspace/didChangeConfiguration", object{"settings": object{about: json.RawMessage(text)}})
	default:
		return false
	}
	return true
}

// drain forgets what has been published.
func (fc *featureCase) drain() {
	for {
		select {
		case <-fc.c.pub:
		default:
			return
		}
	}
}

// answer does what the server asks of a client.
func (fc *featureCase) answer(m *message) any {
	switch m.Method {
	case "workspace/applyEdit":
		var p struct {
			Label string
			Edit  json.RawMessage
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			panic(err)
		}
		fc.applies = append(fc.applies, "apply "+p.Label+"\n"+fc.applied(p.Edit))
		return object{"applied": true}
	}
	return nil
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
		if _, ok := fc.texts[about]; !ok && !strings.HasPrefix(method, "workspace-") && method != "command" {
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
	"completion":            showCompletion,
	"definition":            showPlaces("textDocument/definition"),
	"references":            showPlaces("textDocument/references"),
	"highlight":             showPlaces("textDocument/documentHighlight"),
	"rename":                showRename,
	"diagnostics":           showDiagnostics,
	"details":               showDetails,
	"resolve":               showResolved,
	"command":               showCommand,
	"tokens-delta":          showDelta,
	"actions":               showActions,
	"action":                showAction,
	"symbols":               showSymbols,
	"workspace-symbols":     showWorkspaceSymbols,
	"workspace-diagnostics": showWorkspaceDiagnostics,
	"folding":               showFolding,
	"selection":             showSelection,
	"tokens":                showTokens,
	"links":                 showLinks,
	"signature":             showSignature,
	"format":                showFormat,
	"hints":                 showHints,
	"lenses":                showLenses,
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
	var b strings.Builder
	for _, d := range fc.found(m.file) {
		if rest == "" || d.Code == rest {
			fmt.Fprintf(&b, "%s %s: %s\n", fc.place(m.file, d.Range), d.Code, strings.ReplaceAll(d.Message, fc.dir, "DIR"))
		}
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}

// found returns the diagnostics of the version of a file that is open.
func (fc *featureCase) found(name string) []diagnostic {
	return fc.c.diagnostics(fc.uri(name), fc.versions[name]).Diagnostics
}

// showDetails writes everything about the findings of a rule.
func showDetails(fc *featureCase, m mark, _ object, rest string) string {
	var b strings.Builder
	for _, d := range fc.found(m.file) {
		if d.Code != rest {
			continue
		}
		severity := []string{"", "error", "warning", "information", "hint"}[d.Severity]
		fmt.Fprintf(&b, "%s %s of %s: %s\nabout: %s\n", fc.place(m.file, d.Range), severity, d.Source, d.Message, d.CodeDescription.Href)
		for _, tag := range d.Tags {
			fmt.Fprintf(&b, "tag: %s\n", []string{"", "unnecessary", "deprecated"}[tag])
		}
		for _, r := range d.RelatedInformation {
			fmt.Fprintf(&b, "related: %s:%d %s\n", fc.name(r.Location.URI), r.Location.Range.Start.Line+1, r.Message)
		}
	}
	return b.String()
}

// showWorkspaceDiagnostics asks for the findings of all files. Those that the last
// answer held already are not told again.
func showWorkspaceDiagnostics(fc *featureCase, _ mark, _ object, rest string) string {
	var previous []object
	for uri, id := range fc.pulled {
		previous = append(previous, object{"uri": uri, "value": id})
	}
	if previous == nil {
		previous = []object{}
	}
	var got struct {
		Items []struct {
			URI, Kind, ResultID string
			Items               []diagnostic
		}
	}
	fc.c.must("workspace/diagnostic", object{"previousResultIds": previous}, &got)
	var lines []string
	for _, f := range got.Items {
		fc.pulled[f.URI] = f.ResultID
		line := fc.name(f.URI) + " " + f.Kind
		for _, d := range f.Items {
			if rest == "" || d.Code == rest {
				line += " " + d.Code
			}
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// showResolved writes the documentation of an item of a completion.
func showResolved(fc *featureCase, _ mark, at object, rest string) string {
	var list struct{ Items []json.RawMessage }
	fc.c.must("textDocument/completion", at, &list)
	for _, raw := range list.Items {
		var it struct {
			Label         string
			Documentation struct{ Value string }
		}
		if err := json.Unmarshal(raw, &it); err != nil {
			fc.t.Fatal(err)
		}
		if it.Label != rest {
			continue
		}
		fc.c.must("completionItem/resolve", raw, &it)
		return it.Documentation.Value
	}
	return "no such item"
}

// showCommand runs a command with the rest of the section's name as arguments: the
// names of files, marks, numbers and other words.
func showCommand(fc *featureCase, _ mark, _ object, rest string) string {
	words := strings.Fields(rest)
	args := []any{}
	for _, w := range words[1:] {
		if _, ok := fc.texts[w]; ok {
			args = append(args, fc.uri(w))
		} else if m, ok := fc.marks[w]; ok {
			args = append(args, m.off)
		} else if strings.HasPrefix(w, "[") {
			args = append(args, json.RawMessage(w))
		} else {
			args = append(args, w)
		}
	}
	fc.applies = nil
	data, err := fc.c.call("workspace/executeCommand", object{"command": words[0], "arguments": args})
	if err != nil {
		return err.Error()
	}
	out := strings.Join(fc.applies, "")
	for len(fc.c.other) > 0 {
		out += shownMessage(<-fc.c.other)
	}
	var text string
	if json.Unmarshal(data, &text) == nil && text != "" {
		out += text
	}
	return out
}

// shownMessage is what a user sees of a notification.
func shownMessage(m *message) string {
	var p struct {
		Message string
		Value   struct{ Kind, Title string }
	}
	if json.Unmarshal(m.Params, &p) != nil {
		return ""
	}
	switch m.Method {
	case "$/progress":
		return strings.TrimSpace("progress: "+p.Value.Kind+" "+p.Value.Title) + "\n"
	case "window/showMessage":
		return "message: " + p.Message + "\n"
	}
	return ""
}

// showDelta asks for the changes of the semantic tokens since the last answer.
func showDelta(fc *featureCase, _ mark, at object, _ string) string {
	var got struct {
		ResultID string
		Edits    []struct {
			Start, DeleteCount int
			Data               []int
		}
	}
	at["previousResultId"] = fc.tokens
	fc.c.must("textDocument/semanticTokens/full/delta", at, &got)
	fc.tokens = got.ResultID
	var b strings.Builder
	for _, e := range got.Edits {
		fmt.Fprintf(&b, "%d tokens for %d from number %d on\n", len(e.Data)/5, e.DeleteCount/5, e.Start/5)
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

func showTokens(fc *featureCase, m mark, at object, rest string) string {
	var got struct {
		ResultID string
		Data     []int
	}
	if rest == "line" {
		line := at["position"].(object)["line"].(int)
		at["range"] = object{"start": object{"line": line, "character": 0}, "end": object{"line": line + 1, "character": 0}}
		fc.c.must("textDocument/semanticTokens/range", at, &got)
	} else {
		fc.c.must("textDocument/semanticTokens/full", at, &got)
		fc.tokens = got.ResultID
	}
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

func (fakeSplits) Splits(_ context.Context, d *lint.Document, off int, with []string) ([]Split, string) {
	st := d.Stages().StageOf(d.Tree().At(off))
	if st == nil {
		return nil, "No stage starts here."
	}
	title := strings.Join(append([]string{"Split off the build"}, with...), " with ")
	return []Split{{Title: title, Reasons: []string{"The compiler stays behind."}, Edits: []lint.Edit{lint.Insert(st.From.Header.End, " AS build")}}}, ""
}
