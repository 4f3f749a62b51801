package ignorefile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

func TestAdd(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		files map[string][]byte
		want  lint.FileEdit
		ok    bool
	}{
		{
			"no file",
			map[string][]byte{"a": nil},
			lint.FileEdit{Path: ".dockerignore", Create: true, Edits: []lint.Edit{lint.Insert(0, "**/.env\n")}},
			true,
		},
		{
			"no line end",
			map[string][]byte{".dockerignore": []byte("a")},
			lint.FileEdit{Path: ".dockerignore", Edits: []lint.Edit{lint.Insert(1, "\n**/.env\n")}},
			true,
		},
		{"there already", map[string][]byte{".dockerignore": []byte("a\n**/.env\n")}, lint.FileEdit{}, false},
		{
			"overruled",
			map[string][]byte{".dockerignore": []byte("**/.env\n!.env\n")},
			lint.FileEdit{Path: ".dockerignore", Edits: []lint.Edit{lint.Insert(14, "**/.env\n")}},
			true,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := ignorefile.Add(buildctx.FromFiles(c.files), "**/.env")
			if diff := cmp.Diff(c.want, got); diff != "" || ok != c.ok {
				t.Errorf("ok = %v; want to get:\n%s", ok, diff)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, file string
		want       bool
	}{
		{"**/.env", "api/.env", true},
		{".git", ".git/config", true},
		{".git", "api/.git/config", false},
		{"a b.yml", "a b.yml", true},
		{"a[1].yml", "a[1].yml", false},
		{"!a.yml", "!a.yml", false},
		{"#a.yml", "#a.yml", false},
		{" a.yml", " a.yml", false},
		{"a\n!b.yml", "a\n!b.yml", false},
	} {
		if got := ignorefile.Matches(c.line, c.file); got != c.want {
			t.Errorf("Matches(%q, %q) = %v", c.line, c.file, got)
		}
	}
}
