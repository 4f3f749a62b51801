package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/uri"
)

// next waits for a message of the server with that method.
func (c *client) next(method string) *message {
	c.t.Helper()
	timeout := time.After(waitFor)
	for {
		select {
		case m := <-c.other:
			if m.Method == method {
				return m
			}
		case <-timeout:
			c.t.Fatalf("no %s", method)
		}
	}
}

// TestTrace checks that a client is told what it sends when it asks for that.
func TestTrace(t *testing.T) {
	t.Parallel()
	c := start(t, Options{})
	c.initialize(fullCaps())
	c.notify("$/setTrace", object{"value": "messages"})
	c.notify("workspace/didChangeWatchedFiles", object{"changes": []object{}})
	if m := c.next("$/logTrace"); !strings.Contains(string(m.Params), "received workspace/didChangeWatchedFiles") || strings.Contains(string(m.Params), "changes") {
		t.Errorf("messages: got %s", m.Params)
	}
	c.notify("$/setTrace", object{"value": "verbose"})
	c.notify("workspace/didChangeWatchedFiles", object{"changes": []object{}})
	for m := c.next("$/logTrace"); !strings.Contains(string(m.Params), `"verbose"`) || !strings.Contains(string(m.Params), "changes"); {
		m = c.next("$/logTrace")
	}
	c.notify("$/setTrace", object{"value": "off"})
	c.stop()
}

// TestFileOperations checks that files which an editor makes, renames and deletes
// are looked at, and folders that come and go.
func TestFileOperations(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	uri := "file://" + filepath.Join(dir, "Dockerfile")
	c := start(t, Options{})
	caps := fullCaps()
	caps["workspace"].(object)["workspaceFolders"] = true
	init := c.initialize(caps, dir)
	if init["capabilities"].(object)["workspace"].(object)["fileOperations"] == nil {
		t.Error("file operations are not asked for")
	}
	c.open(uri, "FROM scratch\nMAINTAINER a\n")
	has := func() bool {
		for _, d := range c.diagnostics(uri, 1).Diagnostics {
			if d.Code == "maintainer-deprecated" {
				return true
			}
		}
		return false
	}
	if !has() {
		t.Fatal("no finding to begin with")
	}
	config, other := filepath.Join(dir, ".dlint.yaml"), filepath.Join(dir, "other.yaml")
	if err := os.WriteFile(config, []byte("rules:\n  maintainer-deprecated: off\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didCreateFiles", object{"files": []object{{"uri": "file://" + config}}})
	if has() {
		t.Error("a new file is not looked at")
	}
	if err := os.Rename(config, other); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didRenameFiles", object{"files": []object{{"oldUri": "file://" + config, "newUri": "file://" + other}}})
	if !has() {
		t.Error("a renamed file is not looked at")
	}
	if err := os.Rename(other, config); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didDeleteFiles", object{"files": []object{{"uri": "file://" + other}}})
	if has() {
		t.Error("a deleted file is not looked at")
	}
	c.notify("workspace/didChangeWorkspaceFolders", object{"event": object{
		"added": []object{{"uri": "file://" + filepath.Dir(dir), "name": "up"}}, "removed": []object{{"uri": "file://" + dir, "name": "w"}},
	}})
	if has() {
		t.Error("the configuration beside the file counts in any folder")
	}
	c.stop()
}

// TestConfigurationPull checks that a client which has settings is asked for them,
// and asked again when they change.
func TestConfigurationPull(t *testing.T) {
	t.Parallel()
	const uri = "file:///pulled/Dockerfile"
	c := start(t, Options{})
	caps := fullCaps()
	caps["workspace"].(object)["configuration"] = true
	ignored := make(chan string, 3)
	ignored <- "maintainer-deprecated"
	ignored <- "no-such-thing"
	c.answer = func(m *message) any {
		if m.Method != "workspace/configuration" {
			return nil
		}
		var p struct{ Items []struct{ Section string } }
		if err := json.Unmarshal(m.Params, &p); err != nil || len(p.Items) != 1 || p.Items[0].Section != "dlint" {
			t.Errorf("asked for %s", m.Params)
		}
		return []object{{"ignore": []string{<-ignored}}}
	}
	c.initialize(caps)
	c.next("workspace/configuration")
	c.open(uri, "FROM scratch\nMAINTAINER a\n")
	codes := func() string {
		var out []string
		for _, d := range c.diagnostics(uri, 1).Diagnostics {
			out = append(out, d.Code)
		}
		return strings.Join(out, " ")
	}
	for got := codes(); strings.Contains(got, "maintainer"); { // what came before the settings
		got = codes()
	}
	c.notify("workspace/didChangeConfiguration", object{"settings": nil})
	if got := codes(); !strings.Contains(got, "configuration") {
		t.Errorf("settings that name no rule: got %s", got)
	}
	c.stop()
}

// TestSaving checks that what a client asks for before it saves is what it can
// have without asking anybody: nothing, unless it wants fixes.
func TestSaving(t *testing.T) {
	t.Parallel()
	const uri = "file:///saved/Dockerfile"
	c := start(t, Options{})
	c.initialize(fullCaps())
	c.open(uri, "FROM scratch\nMAINTAINER a\n")
	c.diagnostics(uri, 1)
	var edits []textEdit
	c.must("textDocument/willSaveWaitUntil", object{"textDocument": object{"uri": uri}, "reason": 1}, &edits)
	if len(edits) != 0 {
		t.Errorf("got %v", edits)
	}
	c.notify("textDocument/didSave", object{"textDocument": object{"uri": uri}})
	if got := c.diagnostics(uri, 1); len(got.Diagnostics) == 0 {
		t.Error("no findings after saving")
	}
	c.stop()
}

// TestPathOn reads the URIs that clients on Windows write, on every system.
func TestPathOn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		uri, windows, posix string
	}{
		{"file:///c%3A/x/Dockerfile", `c:\x\Dockerfile`, "c:/x/Dockerfile"},
		{"file:///C:/x/Dockerfile", `c:\x\Dockerfile`, "c:/x/Dockerfile"},
		{"file:///C%3a/x/Dockerfile", `c:\x\Dockerfile`, "c:/x/Dockerfile"},
		{"file:///c:/a%20b/%C3%A9", `c:\a b\é`, "c:/a b/é"},
		{"file:///c%3A/%23%25%3F%5Bx%5D", `c:\#%?[x]`, "c:/#%?[x]"},
		{"file://server/share/x", `\\server\share\x`, "//server/share/x"},
		{"file:////server/share/x", "", ""}, // two machines, or none
		{"file:///x/Dockerfile", `\x\Dockerfile`, "/x/Dockerfile"},
		{"untitled:C:/x", "", ""},
		{"vscode-remote://wsl%2Bdebian/x", "", ""},
	} {
		if got := pathOn(uri.URI(tc.uri), uri.PlatformWindows); got != tc.windows {
			t.Errorf("%s on Windows: got %s, want %s", tc.uri, got, tc.windows)
		}
		if got := pathOn(uri.URI(tc.uri), uri.PlatformPOSIX); got != tc.posix {
			t.Errorf("%s elsewhere: got %s, want %s", tc.uri, got, tc.posix)
		}
		if tc.windows == "" || strings.HasPrefix(tc.windows, `\x`) {
			continue
		}
		// What the server calls the file comes back as the same path.
		if back := pathOn(uri.FileFor(uri.PlatformWindows, tc.windows), uri.PlatformWindows); back != tc.windows {
			t.Errorf("%s comes back as %s", tc.windows, back)
		}
	}
}

// A client that cannot make files gets the fixes that need none.
func TestFixAllWithoutNewFiles(t *testing.T) {
	t.Parallel()
	for _, operations := range [][]string{{"create"}, nil} {
		dir := t.TempDir()
		const text = "FROM alpine:3.22\nMAINTAINER Grace\nCOPY . .\n"
		for name, data := range map[string]string{"Dockerfile": text, ".env": "A=1\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c := start(t, Options{})
		caps := fullCaps()
		caps["workspace"] = object{"workspaceEdit": object{"documentChanges": true, "resourceOperations": operations}}
		delete(caps["textDocument"].(object)["codeAction"].(object), "resolveSupport")
		c.initialize(caps, dir)
		uri := "file://" + filepath.ToSlash(dir) + "/Dockerfile"
		c.open(uri, text)
		zero := object{"line": 0, "character": 0}
		var got json.RawMessage
		c.must("textDocument/codeAction", object{
			"textDocument": object{"uri": uri}, "range": object{"start": zero, "end": zero},
			"context": object{"diagnostics": []object{}, "only": []string{"source.fixAll.dlint"}},
		}, &got)
		if !strings.Contains(string(got), "image.authors") {
			t.Errorf("%v: the label is missing: %s", operations, got)
		}
		if made := strings.Contains(string(got), `"create"`); made != (operations != nil) {
			t.Errorf("%v: %s", operations, got)
		}
		c.stop()
	}
}
