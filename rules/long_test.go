package rules_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/linttest/linear"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/rules"
)

// TestLongScripts holds that what is asked of a whole script is answered the same
// where it is long, and so remembered, as where it is short.
func TestLongScripts(t *testing.T) {
	t.Parallel()
	e, err := lint.New(rules.All(), lint.Config{Select: []string{
		"pip-cache-left", "git-clone-unpinned", "stale-remote-fetch", "unverified-download", "apt-lists-left", "install-without-cache-mount", "unquoted-variable",
	}})
	if err != nil {
		t.Fatal(err)
	}
	found := func(script string) []string {
		text := "FROM debian:13\nRUN " + script + "\nCMD [\"x\"]\n"
		list, err := e.Lint(context.Background(), lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{}))
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, d := range list {
			ids = append(ids, d.Rule.ID)
		}
		return ids
	}
	const (
		pip   = "pip install requests"
		clone = "git clone https://git.example.com/a.git /a"
		fetch = "curl -fsSLO https://example.com/tool"
		use   = "touch $FILE"
	)
	filler := strings.Repeat(" && true", 100)
	differ := 0
	for _, tt := range []struct{ before, command, after string }{
		{"true", pip, "true"},
		{"export PIP_NO_CACHE_DIR=1", pip, "true"},
		{"true", pip, "export PIP_NO_CACHE_DIR=1"},
		{"true", pip, "pip cache purge"},
		{"true", pip, "rm -rf /root/.cache"},
		{"true", clone, "true"},
		{"true", clone, "git -C /a checkout 0123456789abcdef0123456789abcdef01234567"},
		{"git -C /b checkout main", clone, "true"},
		{"true", fetch, "true"},
		{"true", fetch, "sha256sum -c sums"},
		{"sha256sum -c sums", fetch, "true"},
		{"true", use, "true"},
		{"FILE=a", use, "true"},
		{"FILE=a FILE=b", use, "true"},
		{"FILES=a", use, "true"},
	} {
		short := found(tt.before + " && " + tt.command + " && " + tt.after)
		long := found(tt.before + filler + " && " + tt.command + filler + " && " + tt.after)
		if d := cmp.Diff(short, long); d != "" {
			t.Errorf("%v (-short +long):\n%s", tt, d)
		}
		if !slices.Equal(short, found("true && "+tt.command)) {
			differ++
		}
	}
	if differ != 7 {
		t.Errorf("%d of the scripts differ from the bare command, want 7: the cases say nothing", differ)
	}
}

// TestLongFiles holds that a removal is followed back a long way, and no farther.
func TestLongFiles(t *testing.T) {
	t.Parallel()
	e, err := lint.New(rules.All(), lint.Config{Select: []string{"removed-in-later-layer"}})
	if err != nil {
		t.Fatal(err)
	}
	for between, want := range map[int]int{0: 1, 1900: 1, 2100: 0} {
		text := "FROM debian:13\nRUN curl -fsSLo /big https://example.com/big\n" + strings.Repeat("ENV A=b\n", between) + "RUN rm /big\n"
		list, err := e.Lint(context.Background(), lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{}))
		if err != nil || len(list) != want {
			t.Errorf("%d instructions between: got %d findings and %v, want %d", between, len(list), err, want)
		}
	}
}

// TestManyTakings holds that what all places that take files from the context share is
// worked out once: whether another Dockerfile reads the ignore file, and what git
// ignores.
func TestManyTakings(t *testing.T) {
	t.Parallel()
	e, err := lint.New(rules.All(), lint.Config{Select: []string{"context"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, lay := range map[string]func(n int, files map[string][]byte) string{
		"whole": func(n int, files map[string][]byte) string {
			for name, text := range map[string]string{"a.js": "", "debug.log": "x", ".git/HEAD": "ref", ".env": "A=1", ".dockerignore": "*.md\n"} {
				files[name] = []byte(text)
			}
			var b strings.Builder
			for k := range 20 {
				files[fmt.Sprintf("s%d/Dockerfile", k)] = []byte("FROM alpine\nCOPY . .\n" + strings.Repeat("RUN make\n", n))
			}
			for k := range n {
				fmt.Fprintf(&b, "COPY . /x%d\n", k)
			}
			return b.String()
		},
		"missing": func(n int, files map[string][]byte) string {
			files["x.js"] = nil
			var b, ignored strings.Builder
			for k := range 5 * n {
				fmt.Fprintf(&b, "COPY miss%d.js /x/\n", k)
				fmt.Fprintf(&ignored, "%d.tmp\n%d.log\n", k, k)
			}
			files[".gitignore"] = []byte(ignored.String())
			return b.String()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			linear.Check(t, 60, func(n int) {
				files := map[string][]byte{}
				text := "FROM node:22\n" + lay(n, files)
				files["Dockerfile"] = []byte(text)
				d := lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{Context: buildctx.FromFiles(files).For("Dockerfile")})
				if list, err := e.Lint(context.Background(), d); err != nil || len(list) < n {
					t.Errorf("%d findings and %v", len(list), err)
				}
			})
		})
	}
}

// TestManyNumbers holds that findings which share their fix share its edits.
func TestManyNumbers(t *testing.T) { //nolint:paralleltest // memory of other tests would be counted
	e, err := lint.New(rules.All(), lint.Config{Select: []string{"copy-from-index"}})
	if err != nil {
		t.Fatal(err)
	}
	text := "FROM alpine\nRUN make\nFROM alpine\n" + strings.Repeat("COPY --from=0 /a /b\n", 3000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	list, err := e.Lint(context.Background(), lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{}))
	runtime.ReadMemStats(&after)
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; err != nil || len(list) != 3000 || used > 100 {
		t.Errorf("%d findings and %v took %d MB", len(list), err, used)
	}
}
