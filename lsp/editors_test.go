package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// clientOnly are settings of the VS Code extension that the server is not for.
var clientOnly = []string{"path", "fixOnSave", "trace.server"}

// TestEditorSettings checks that each setting of the VS Code extension is described
// and reaches the server, that the extension has all that the server takes, and that
// the page for editors names them.
func TestEditorSettings(t *testing.T) {
	t.Parallel()
	editors := filepath.Join("..", "editors")
	data, err := os.ReadFile(filepath.Join(editors, "vscode", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Contributes struct {
			Configuration struct {
				Properties map[string]struct {
					Type                             string
					Default                          any
					Description, MarkdownDescription string
				}
			}
		}
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(editors, "README.md"))
	if err != nil {
		t.Fatal(err)
	}

	samples := map[string]string{"string": `"x"`, "array": `["x"]`, "object": `{"x": "off"}`}
	taken := map[string]bool{}
	for full, p := range manifest.Contributes.Configuration.Properties {
		name := strings.TrimPrefix(full, "dlint.")
		if p.Description+p.MarkdownDescription == "" {
			t.Errorf("%s has no description", full)
		}
		if slices.Contains(clientOnly, name) {
			continue
		}
		sample := samples[p.Type]
		if on, isBool := p.Default.(bool); isBool {
			sample = map[bool]string{true: "false", false: "true"}[on]
		}
		fields := changedFields(t, `{"`+name+`": `+sample+`}`)
		if len(fields) != 1 {
			t.Errorf("%s sets %q, not one thing of the server", full, fields)
		}
		for _, field := range fields {
			taken[field] = true
		}
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("editors/README.md does not name %s", name)
		}
	}
	if want := reflect.TypeFor[settings]().NumField(); len(taken) != want {
		t.Errorf("the extension sets %d of %d settings of the server: %v", len(taken), want, taken)
	}
}

// changedFields returns what of the server's settings a section "dlint" changes.
func changedFields(t *testing.T, section string) []string {
	t.Helper()
	parsed, ok := parseJSON([]byte(section))
	if !ok {
		t.Fatalf("%s is no JSON", section)
	}
	before, after := reflect.ValueOf(readSettings(value{})), reflect.ValueOf(readSettings(parsed))
	var out []string
	for k := range before.NumField() {
		if !reflect.DeepEqual(before.Field(k).Interface(), after.Field(k).Interface()) {
			out = append(out, before.Type().Field(k).Name)
		}
	}
	return out
}
