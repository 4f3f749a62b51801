package fix

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		path, before, after string
		create              bool
		want                string
	}{
		"equal": {"f", "a\n", "a\n", false, ""},
		"one line": {
			"a b/f", "a\nb\nc\n", "a\nB\nc\n", false,
			"--- a/a b/f\t\n+++ b/a b/f\t\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
		},
		"no line end": {
			"f", "a\nb", "a\nc", false,
			"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
		},
		"line end added": {
			"f", "a", "a\n", false,
			"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
		},
		"created": {
			".dockerignore", "", ".git\nx\n", true,
			"--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,2 @@\n+.git\n+x\n",
		},
		"emptied": {"f", "a\n", "", false, "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n"},
		"two hunks": {
			"f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n", false,
			"--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -6,4 +7,3 @@\n 6\n 7\n 8\n-9\n",
		},
		"CRLF": {"f", "a\r\nb\r\n", "a\r\n", false, "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n a\r\n-b\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Diff(tc.path, tc.before, tc.after, tc.create); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// TestChanges rebuilds the new text from the old one and the changes.
func TestChanges(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n, letters int) []string {
		s := make([]string, r.IntN(n))
		for k := range s {
			s[k] = fmt.Sprintf("%d\n", r.IntN(letters))
		}
		return s
	}
	for round := range 400 {
		n := 40
		if round%100 == 0 {
			n = 4000 // beyond the bound of the search
		}
		x, y := random(n, 2+round%7), random(n, 2+round%7)
		var rebuilt []string
		at := 0
		for _, c := range changes(x, y) {
			if c.x0 < at || c.x1 < c.x0 || c.y1 < c.y0 {
				t.Fatalf("changes out of order: %v", changes(x, y))
			}
			rebuilt = append(rebuilt, x[at:c.x0]...)
			rebuilt = append(rebuilt, y[c.y0:c.y1]...)
			at = c.x1
		}
		rebuilt = append(rebuilt, x[at:]...)
		if strings.Join(rebuilt, "") != strings.Join(y, "") {
			t.Fatalf("%q to %q gives %q", x, y, rebuilt)
		}
	}
}

// TestShortest compares the length of differences with the textbook's.
func TestShortest(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		x, y := letters(r), letters(r)
		size := 0
		for _, c := range changes(x, y) {
			size += c.x1 - c.x0 + c.y1 - c.y0
		}
		if want := len(x) + len(y) - 2*common(x, y); size != want {
			t.Fatalf("%q to %q: %d lines changed, want %d", x, y, size, want)
		}
	}
}

func letters(r *rand.Rand) []string {
	s := make([]string, r.IntN(12))
	for k := range s {
		s[k] = string(rune('a' + r.IntN(3)))
	}
	return s
}

// common is the length of a longest common subsequence.
func common(x, y []string) int {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	row := make([]int, len(y)+1)
	for i := range x {
		before := 0
		for j := range y {
			old := row[j+1]
			if x[i] == y[j] {
				row[j+1] = before + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			before = old
		}
	}
	return row[len(y)]
}

// TestDiffApplies lets git apply a difference.
func TestDiffApplies(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	before := "\ufeffFROM a\r\n" + strings.Repeat("RUN x\r\n", 20) + "CMD y"
	after := "\ufeffFROM b\r\n" + strings.Repeat("RUN x\r\n", 20) + "USER z\r\nCMD y"
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Docker file", before)
	write("patch", Diff("Docker file", before, after, false)+Diff(".dockerignore", "", ".git\n", true))
	cmd := exec.Command(git, "apply", "--whitespace=nowarn", "patch")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GIT_CONFIG_GLOBAL="+os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, want := range map[string]string{"Docker file": after, ".dockerignore": ".git\n"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}
