package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lsp"
)

// TestSplitter checks what an editor is offered for a program in Go, and that
// there is nothing to offer for a file with two stages.
func TestSplitter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const text = "FROM golang:1.25\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /bin/app .\nENTRYPOINT [\"/bin/app\"]\n"
	path := filepath.Join(dir, "Dockerfile")
	for name, content := range map[string]string{
		"Dockerfile": text, "go.mod": "module a\n\ngo 1.25\n", "main.go": "package main\n\nfunc main() {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := buildctx.NewFinder().Find(path, buildctx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := lint.NewDocument(source.NewFile(path, text), lint.Build{Context: found.Context})
	got, _ := splitter{}.Splits(t.Context(), d, 0, nil)
	if len(got) != 1 || len(got[0].Edits) == 0 || len(got[0].Reasons) == 0 || !strings.HasPrefix(got[0].Title, "Split into") {
		t.Errorf("got %+v", got)
	}
	offered := func(splits []lsp.Split) bool {
		return strings.Contains(strings.Join(splits[0].Reasons, "\n"), `"user" in the setting splitWith`)
	}
	with, _ := splitter{}.Splits(t.Context(), d, 0, []string{"user", "none-such"})
	if !offered(got) || len(with) != 1 || offered(with) || !strings.Contains(fix.Apply(text, with[0].Edits), "\nUSER ") {
		t.Errorf("with a user: got %+v, before %+v", with, got)
	}
	two := lint.NewDocument(source.NewFile(path, text+"FROM scratch\n"), lint.Build{Context: found.Context})
	if got, why := (splitter{}).Splits(t.Context(), two, 0, nil); len(got) > 0 || why != "It has several stages already." {
		t.Errorf("two stages: got %+v and %q", got, why)
	}
}
