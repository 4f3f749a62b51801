package list

import (
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScaffold(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	paths, err := Scaffold(root, "secrets/secret-in-2-places")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		filepath.Join(root, "rules", "secrets", "secret_in_2_places.go"),
		filepath.Join(root, "testdata", "rules", "secrets", "secret-in-2-places.txtar"),
	}
	if strings.Join(paths, " ") != strings.Join(want, " ") {
		t.Fatalf("got %v", paths)
	}
	code, err := os.ReadFile(want[0])
	if err != nil {
		t.Fatal(err)
	}
	if tidy, err := format.Source(code); err != nil || string(tidy) != string(code) {
		t.Errorf("not formatted: %v\n%s", err, code)
	}
	all, err := Source(filepath.Join(root, "rules"))
	if err != nil || !strings.Contains(string(all), `in("secrets", secrets.SecretIn2Places)`) {
		t.Errorf("%v\n%s", err, all)
	}
	if _, err := Scaffold(root, "secrets/secret-in-2-places"); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("overwrote a rule: %v", err)
	}
}

func TestScaffoldRefuses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a", "secret-in-env", "secret/a", "secrets/", "secrets/A", "secrets/a--b", "secrets/a_b", "secrets/2a", "secrets/../x"} {
		root := t.TempDir()
		if _, err := Scaffold(root, name); err == nil {
			t.Errorf("made %q", name)
		}
		if left, _ := os.ReadDir(root); len(left) > 0 {
			t.Errorf("%q left files", name)
		}
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"var AB = &lint.Rule{ID: \"a-b\"}":                                  "",
		"var AB = &lint.Rule{ID: \"ab\"}":                                   "ID must be \"a-b\"",
		"var ABC = &lint.Rule{ID: \"a-b\"}":                                 "must be named AB",
		"var AB = &lint.Rule{ID: \"a-b\"}\nvar C = &lint.Rule{ID: \"a-b\"}": "one rule",
		"var helper = 1\nfunc f() {}\nvar Other = []int{}":                  "",
		"var AB =": "expected",
	} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "size"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "size", "a_b.go"), []byte("package size\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Source(dir)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
		if has := strings.Contains(string(got), "size.AB"); has != (err == nil && strings.Contains(text, "Rule")) {
			t.Errorf("%q gives\n%s", text, got)
		}
	}
}
