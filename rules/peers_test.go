package rules_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// TestPeers applies all fixes, the unsafe ones included, to what other tools are
// known to break. go test -update writes the sections Dockerfile.fixed.
func TestPeers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/peers/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	e, err := lint.New(rules.All(), lint.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkPeer(t, e, file, a)
		})
	}
}

func checkPeer(t *testing.T, e *lint.Engine, file string, a *txtar.Archive) {
	t.Helper()
	if len(a.Files) == 0 || a.Files[0].Name != "Dockerfile" {
		t.Fatal("the first section must be the Dockerfile")
	}
	d := lint.NewDocument(source.NewFile("Dockerfile", string(a.Files[0].Data)), lint.Build{})
	res, err := fix.Run(t.Context(), e, d, lint.Unsafe)
	if err != nil {
		t.Fatal(err)
	}
	if errs := res.Document.Tree().Errors; len(errs) > 0 {
		t.Errorf("the result cannot be read: %v\n%s", errs[0].Message, res.Text)
	}
	again, err := fix.Run(t.Context(), e, res.Document, lint.Unsafe)
	if err != nil || again.Changed {
		t.Errorf("a second run changes it again: %v", err)
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		a.Files = append(a.Files[:1], txtar.File{Name: "Dockerfile.fixed", Data: []byte(res.Text)})
		if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.Files) != 2 {
		t.Fatal("there is no section Dockerfile.fixed")
	}
	if diff := cmp.Diff(string(a.Files[1].Data), res.Text); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
