package multistage

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestCodes checks that every reason for a refusal has a case in testdata/split.
func TestCodes(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	files, err := filepath.Glob("../../testdata/split/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			if f.Name == "refusal" {
				code, _, _ := strings.Cut(string(f.Data), "\n")
				shown[code] = true
			}
		}
	}
	codes := declaredCodes(t)
	for _, code := range codes {
		if !shown[code] {
			t.Errorf("no case of testdata/split is refused with %s", code)
		}
		delete(shown, code)
	}
	for code := range shown {
		t.Errorf("%s is not among the codes of codes.go", code)
	}
}

// declaredCodes reads the constants of codes.go.
func declaredCodes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		typ, ok := spec.Type.(*ast.Ident)
		if !ok || typ.Name != "Code" {
			return true
		}
		for _, v := range spec.Values {
			lit, ok := v.(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is no literal", spec.Names[0].Name)
			}
			code, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		return true
	})
	if len(codes) == 0 {
		t.Fatal("codes.go declares no code")
	}
	return codes
}
