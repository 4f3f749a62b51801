package buildctx

import (
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSelect(t *testing.T) {
	t.Parallel()
	base := []string{
		"package.json=1234", "package-lock.json=12", "src/a.js", "src/b/c.js", "src/b/c.test.js", "src/README.md", "docs/x.md",
		"secret/key", "logs/a.log", "logs/b.log", "empty.log=", ".git/HEAD", ".git/config", "Dockerfile", "app/a/pom.xml", "app/b/pom.xml", "app/b/src/X.java",
		".dockerignore=secret\nlogs/*\nDockerfile\n**/*.test.js\n",
	}
	const everything = ".dockerignore app/a/pom.xml app/b/pom.xml app/b/src/X.java docs/x.md empty.log package-lock.json package.json src/README.md src/a.js src/b/c.js"
	parents := SelectOptions{Parents: true}
	tests := []struct {
		sources string
		o       SelectOptions
		states  []SourceState
		files   string
		opaque  string
	}{
		{".", SelectOptions{}, []SourceState{SourceFound}, everything, ".git"},
		{"./", SelectOptions{}, []SourceState{SourceFound}, everything, ".git"},
		{"/", SelectOptions{}, []SourceState{SourceFound}, everything, ".git"},
		{"package.json", SelectOptions{}, []SourceState{SourceFound}, "package.json", ""},
		{"./package*.json", SelectOptions{}, []SourceState{SourceFound}, "package-lock.json package.json", ""},
		{"package.json yarn.lock* src", SelectOptions{}, []SourceState{SourceFound, SourceMissing, SourceFound}, "package.json src/README.md src/a.js src/b/c.js", ""},
		{"../src", SelectOptions{}, []SourceState{SourceFound}, "src/README.md src/a.js src/b/c.js", ""},
		{"src/*", SelectOptions{}, []SourceState{SourceFound}, "src/README.md src/a.js src/b/c.js", ""},
		{"src/*.js src/a.js", SelectOptions{}, []SourceState{SourceFound, SourceFound}, "src/a.js", ""},
		{"*/*.md", SelectOptions{}, []SourceState{SourceFound}, "docs/x.md src/README.md", ""},
		{"**/c.js", SelectOptions{}, []SourceState{SourceMissing}, "", ""},
		{"secret", SelectOptions{}, []SourceState{SourceIgnored}, "", ""},
		{"secret/key", SelectOptions{}, []SourceState{SourceIgnored}, "", ""},
		{"sec*", SelectOptions{}, []SourceState{SourceIgnored}, "", ""},
		{"logs", SelectOptions{}, []SourceState{SourceIgnored}, "", ""},
		{"logs/*.log", SelectOptions{}, []SourceState{SourceIgnored}, "", ""},
		{"Dockerfile*", SelectOptions{}, []SourceState{SourceIgnored}, "", ""},
		{"none", SelectOptions{}, []SourceState{SourceMissing}, "", ""},
		{"package.json/x", SelectOptions{}, []SourceState{SourceMissing}, "", ""},
		{"$DIR/x", SelectOptions{}, []SourceState{SourceUnknown}, "", ""},
		{"src/[", SelectOptions{}, []SourceState{SourceBadPattern}, "", ""},
		{"https://example.com/a git@example.com:a.git", SelectOptions{}, []SourceState{SourceRemote, SourceRemote}, "", ""},
		{".git", SelectOptions{}, []SourceState{SourceFound}, ".git/HEAD .git/config", ""},
		{".git/HEAD", SelectOptions{}, []SourceState{SourceFound}, ".git/HEAD", ""},
		{"src", SelectOptions{Exclude: []string{"*.md"}}, []SourceState{SourceFound}, "src/a.js src/b/c.js", ""},
		{"src", SelectOptions{Exclude: []string{"b", "!b/c.js"}}, []SourceState{SourceFound}, "src/README.md src/a.js src/b/c.js", ""},
		{"src", SelectOptions{Exclude: []string{"src"}}, []SourceState{SourceFound}, "src/README.md src/a.js src/b/c.js", ""},
		{"src/a.js", SelectOptions{Exclude: []string{"*"}}, []SourceState{SourceFound}, "src/a.js", ""},
		{".", SelectOptions{Exclude: []string{".git", "*.json", "app", "s*", "*.log"}}, []SourceState{SourceFound}, ".dockerignore docs/x.md", ""},
		{"*", SelectOptions{Parents: true, Exclude: []string{"app", "**/*.js"}}, []SourceState{SourceFound}, ".dockerignore docs/x.md empty.log package-lock.json package.json src/README.md", ".git"},
		{"src", SelectOptions{Exclude: []string{"**"}}, []SourceState{SourceFound}, "", ""},
		{"**/pom.xml", parents, []SourceState{SourceFound}, "app/a/pom.xml app/b/pom.xml", ""},
		{"app/*/pom.xml", parents, []SourceState{SourceFound}, "app/a/pom.xml app/b/pom.xml", ""},
		{"app/./**/pom.xml", parents, []SourceState{SourceFound}, "app/a/pom.xml app/b/pom.xml", ""},
		{"./app/b", parents, []SourceState{SourceFound}, "app/b/pom.xml app/b/src/X.java", ""},
		{"src", parents, []SourceState{SourceFound}, "src/README.md src/a.js src/b/c.js", ""},
		{"package.json", parents, []SourceState{SourceFound}, "package.json", ""},
		{"secret/key", parents, []SourceState{SourceIgnored}, "", ""},
		{"none/x", parents, []SourceState{SourceMissing}, "", ""},
		{"none/*", parents, []SourceState{SourceMissing}, "", ""},
		{"a[", parents, []SourceState{SourceBadPattern}, "", ""},
		{"src", SelectOptions{Parents: true, Exclude: []string{"src/b"}}, []SourceState{SourceFound}, "src/README.md src/a.js", ""},
	}
	for _, walked := range []bool{false, true} {
		for _, tt := range tests {
			c := files(base...)
			if walked {
				c.Files() // other code paths serve folders now
			}
			s := c.Select(strings.Fields(tt.sources), tt.o)
			var states []SourceState
			for _, m := range s.Sources {
				states = append(states, m.State)
			}
			got := strings.Join(paths(s.Files), " ")
			opaque := strings.Join(paths(s.Opaque), " ")
			if d := cmp.Diff([]any{tt.states, tt.files, tt.opaque}, []any{states, got, opaque}); d != "" {
				t.Errorf("%s %+v, walked %v (-want +got):\n%s", tt.sources, tt.o, walked, d)
			}
			if again := c.Select(strings.Fields(tt.sources), tt.o); again != s {
				t.Errorf("%s: worked out twice", tt.sources)
			}
		}
	}
}

func TestSelectSizeAndPattern(t *testing.T) {
	t.Parallel()
	c := files("package.json=1234", "package-lock.json=12", "x/secret", "x/.env", ".dockerignore=**/.env\nx/s*")
	s := c.Select([]string{"package*.json", "package.json"}, SelectOptions{})
	if s.Size != 6 || len(s.Files) != 2 {
		t.Errorf("%d bytes in %v", s.Size, paths(s.Files))
	}
	check(t, "paths", s.Sources[0].Paths, []string{"package-lock.json", "package.json"})
	for src, by := range map[string]string{"x/.env": "**/.env", "x/s*": "x/s*", "x": "**/.env"} {
		m := c.Select([]string{src}, SelectOptions{}).With(SourceIgnored)
		if len(m) != 1 || m[0].By == nil || m[0].By.Text != by {
			t.Errorf("source %s: %+v, want ignored by %s", src, m, by)
		}
	}
}

func TestSelectDoesNotChangeTheListing(t *testing.T) {
	t.Parallel()
	c := files("a/1", "a/2", "b/1", "c")
	before := paths(c.Files())
	c.Select([]string{"a", "c", "b"}, SelectOptions{})
	c.Select([]string{"*"}, SelectOptions{})
	check(t, "files", paths(c.Files()), before)
}

func TestGlob(t *testing.T) {
	t.Parallel()
	c := files("a/x.go", "a/y.go", "ab/x.go", "b", "a/b/c.go", "a*")
	tests := map[string]string{
		"a*":       "a a* ab",
		"a*/x.go":  "a/x.go ab/x.go",
		"*/?.go":   "a/x.go a/y.go ab/x.go",
		"a/[xy]*":  "a/x.go a/y.go",
		"a[*]":     "a*",
		"b":        "b",
		"b/*":      "",
		"*/*/*":    "a/b/c.go",
		"none/*":   "",
		"/a/*.go":  "a/x.go a/y.go",
		"./a/?.go": "a/x.go a/y.go",
	}
	for pattern, want := range tests {
		list, err := c.Glob(pattern)
		if got := strings.Join(paths(list), " "); got != want || err != nil {
			t.Errorf("Glob(%q) = %q, %v; want %q", pattern, got, err, want)
		}
	}
	if _, err := c.Glob("[a"); !errors.Is(err, path.ErrBadPattern) {
		t.Errorf("Glob with a wrong pattern: %v", err)
	}
}
