package ignoreedit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/rules/internal/ignoreedit"
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
			got, ok := ignoreedit.Add(buildctx.FromFiles(c.files), "**/.env")
			if diff := cmp.Diff(c.want, got); diff != "" || ok != c.ok {
				t.Errorf("ok = %v; want to get:\n%s", ok, diff)
			}
		})
	}
}

func TestShared(t *testing.T) {
	t.Parallel()
	one := buildctx.FromFiles(map[string][]byte{"Dockerfile": nil, "a": nil})
	if ignoreedit.Shared(one.For("Dockerfile")) {
		t.Error("one Dockerfile shares its ignore file with none")
	}
	two := buildctx.FromFiles(map[string][]byte{"Dockerfile": nil, "web/Dockerfile": nil})
	if !ignoreedit.Shared(two.For("Dockerfile")) {
		t.Error("two Dockerfiles share .dockerignore")
	}
	own := buildctx.FromFiles(map[string][]byte{"Dockerfile": nil, "web/Dockerfile": nil, "Dockerfile.dockerignore": []byte("a\n")})
	if ignoreedit.Shared(own.For("Dockerfile")) {
		t.Error("Dockerfile.dockerignore belongs to one Dockerfile")
	}
}
