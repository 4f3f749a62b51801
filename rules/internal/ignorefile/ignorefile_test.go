package ignorefile_test

import (
	"testing"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

func TestShared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  string
	}{
		{"alone", map[string][]byte{"a": nil}, ""},
		{"beside", map[string][]byte{"web.Dockerfile": nil}, "web.Dockerfile"},
		{"ignore file of its own", map[string][]byte{"web.Dockerfile": nil, "web.Dockerfile.dockerignore": nil}, ""},
		{"ignore file of this one", map[string][]byte{"web.Dockerfile": nil, "Dockerfile.dockerignore": []byte("a\n")}, ""},
		{"context of its own", map[string][]byte{"web/Dockerfile": []byte("FROM scratch\nCOPY a /\n"), "web/a": nil}, ""},
		{"same context", map[string][]byte{"web/Dockerfile": []byte("FROM scratch\nCOPY web/a /\n"), "web/a": nil}, "web/Dockerfile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.files["Dockerfile"] = nil
			context := buildctx.FromFiles(c.files).For("Dockerfile")
			d := lint.NewDocument(source.NewFile("Dockerfile", "FROM scratch\n"), lint.Build{Context: context})
			if got := ignorefile.Shared(d); got != c.want {
				t.Errorf("Shared = %q, want %q", got, c.want)
			}
		})
	}
}

// TestFixNames holds that no line is written for a name that means something else in
// an ignore file.
func TestFixNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"dump.sql": true, "a b.sql": true, "dump[1].sql": false, "#dump.sql": false, "!dump.sql": false, "a\n!b.sql": false,
	} {
		context := buildctx.FromFiles(map[string][]byte{"Dockerfile": nil, name: []byte("x"), ".dockerignore": []byte("a\n")}).For("Dockerfile")
		d := lint.NewDocument(source.NewFile("Dockerfile", "FROM scratch\nCOPY . /\n"), lint.Build{Context: context})
		e, err := context.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		f := &ignorefile.Found{Group: ignorefile.Large, Files: []*buildctx.Entry{e}}
		f.Pattern = name
		if _, ok := ignorefile.Fix(d, []*ignorefile.Found{f}); ok != want {
			t.Errorf("a line for %q: %v, want %v", name, ok, want)
		}
	}
}
