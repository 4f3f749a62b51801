package cache_test

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestReorders proves the fixes of the rules about the cache: the image holds the
// same files, and after an edit the step that ran again before is taken from the
// cache. Each archive in reorders is a build context with these extra files:
//
//	RULE       whose fix is applied, copy-before-install when missing
//	INSTALL    a part of the step's text
//	EDIT       the file that is edited, and what is added to it (a line end)
//	CACHED     whether the step is cached after the edit, before and behind the
//	           fix: "false true" when missing
//	DIFFERENT  the files in which the images differ, one a line; a name that ends in
//	           a slash stands for the folder with all that is in it
//
// Fixes that are manual are applied as an editor would.
//
// The projects install from the package registries that the engine's clients are
// set up for.
func TestReorders(t *testing.T) {
	t.Parallel()
	dlint := builtDlint(t)
	archives, err := filepath.Glob("reorders/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no projects: %v", err)
	}
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			reorder(t, dlint, txtar.Parse(data))
		})
	}
}

func reorder(t *testing.T, dlint string, project *txtar.Archive) {
	before, after := filepath.Join(t.TempDir(), "ctx"), filepath.Join(t.TempDir(), "ctx")
	for _, dir := range []string{before, after} {
		for _, f := range project.Files {
			if !slices.Contains([]string{"RULE", "INSTALL", "EDIT", "CACHED", "DIFFERENT"}, f.Name) {
				write(t, filepath.Join(dir, f.Name), f.Data)
			}
		}
	}
	rule := text(project, "RULE", "copy-before-install")
	out, err := exec.Command(dlint, "--no-config", "--select", rule, "--fix", "--unsafe-fixes", "--fail-on", "never", filepath.Join(after, "Dockerfile")).CombinedOutput()
	if err != nil {
		t.Fatalf("fixing: %v\n%s", err, out)
	}
	applyManual(t, dlint, rule, filepath.Join(after, "Dockerfile"))
	x, _ := os.ReadFile(filepath.Join(before, "Dockerfile"))
	y, _ := os.ReadFile(filepath.Join(after, "Dockerfile"))
	if string(x) == string(y) {
		t.Fatalf("nothing is fixed:\n%s", out)
	}
	// The ignore file, which the fix may write, is part of the image.
	if data, err := os.ReadFile(filepath.Join(after, ".dockerignore")); err == nil {
		write(t, filepath.Join(before, ".dockerignore"), data)
		write(t, filepath.Join(before, "Dockerfile"), x)
	}
	nonce := fmt.Sprint(time.Now().UnixNano())
	install := text(project, "INSTALL", "")
	edit, added, _ := strings.Cut(text(project, "EDIT", ""), " ")
	var images []map[string]string
	var again []time.Duration
	var cached []bool
	for _, dir := range []string{before, after} {
		name := filepath.Join(dir, "Dockerfile")
		unique(t, name, nonce+filepath.Base(filepath.Dir(dir)))
		// The Dockerfile is the one file that differs, so it stays out of the image.
		appendIgnore(t, dir)
		images = append(images, imageFiles(t, dir))
		data, _ := os.ReadFile(filepath.Join(dir, edit))
		write(t, filepath.Join(dir, edit), append(data, added+"\n"...))
		steps, took := measured(t, dir, nil, nil)
		again = append(again, took)
		cached = append(cached, isCached(t, steps, install))
	}
	for _, name := range strings.Fields(text(project, "DIFFERENT", "")) {
		if images[0][name] == images[1][name] {
			t.Errorf("%s is the same in both images", name)
		}
		for _, files := range images {
			maps.DeleteFunc(files, func(f, _ string) bool { return f == name || strings.HasSuffix(name, "/") && strings.HasPrefix(f, name) })
		}
	}
	if diff := cmp.Diff(images[0], images[1]); diff != "" {
		t.Errorf("the images differ, before (-) and after (+) the fix:\n%s", diff)
	}
	if got, want := fmt.Sprint(cached[0], cached[1]), text(project, "CACHED", "false true"); got != want {
		t.Errorf("%q cached after an edit, before and behind the fix: %s; want %s", install, got, want)
	}
	t.Logf("%d files are the same; after an edit the build takes %.1f s before the fix, %.1f s behind it", len(images[1]), again[0].Seconds(), again[1].Seconds())
}

// text is a file of the archive without blanks around it.
func text(project *txtar.Archive, name, standard string) string {
	if data := file(project, name); data != nil {
		return strings.TrimSpace(string(data))
	}
	return standard
}

// applyManual applies the first fix of a finding that is left, if there is one.
func applyManual(t *testing.T, dlint, rule, name string) {
	t.Helper()
	out, err := exec.Command(dlint, "--no-config", "--select", rule, "--format", "json", "--fail-on", "never", name).Output()
	if err != nil {
		t.Fatalf("linting: %v", err)
	}
	var r struct {
		Files []struct {
			Diagnostics []struct {
				Fixes []struct {
					Edits []struct {
						Range struct{ Start, End struct{ Offset int } }
						Text  string
					}
				}
			}
		}
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Files) == 0 || len(r.Files[0].Diagnostics) == 0 || len(r.Files[0].Diagnostics[0].Fixes) == 0 {
		return
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range slices.Backward(r.Files[0].Diagnostics[0].Fixes[0].Edits) {
		data = slices.Concat(data[:e.Range.Start.Offset], []byte(e.Text), data[e.Range.End.Offset:])
	}
	write(t, name, data)
}

func appendIgnore(t *testing.T, dir string) {
	name := filepath.Join(dir, ".dockerignore")
	data, _ := os.ReadFile(name)
	write(t, name, append(data, "\nDockerfile\n.dockerignore\n"...))
}

func isCached(t *testing.T, steps map[step]int, text string) bool {
	t.Helper()
	for s := range steps {
		if strings.HasPrefix(s.Text, "RUN ") && strings.Contains(s.Text, text) && !strings.Contains(s.Text, " -g ") {
			return s.Cached
		}
	}
	t.Fatalf("no step holds %q: %v", text, maps.Keys(steps))
	return false
}

// imageFiles builds a folder and returns the image's files: mode, owner and
// content, but not the times.
func imageFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "image.tar")
	engine.Lock()
	defer engine.Unlock()
	out, err := buildctl("build", "--progress", "plain", "--frontend", "dockerfile.v0",
		"--local", "context="+dir, "--local", "dockerfile="+dir, "--output", "type=tar,dest="+dest).CombinedOutput()
	if err != nil {
		t.Fatalf("building %s: %v\n%s", dir, err, out)
	}
	f, err := os.Open(dest)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	files := map[string]string{}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if noise(h.Name) {
			continue
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, r); err != nil {
			t.Fatal(err)
		}
		files[h.Name] = fmt.Sprintf("%c %o %d:%d %s %s", h.Typeflag, h.Mode, h.Uid, h.Gid, h.Linkname, hex.EncodeToString(sum.Sum(nil)[:8]))
	}
	return files
}

// noise reports whether a file holds times or random bytes: logs, caches, state
// of package managers, and the nonce.
func noise(name string) bool {
	for _, part := range []string{".nonce", "root/.npm/", "root/.cache/", "root/.local/", "node_modules/.modules.yaml", "node_modules/.pnpm-workspace-state", "var/log/", "var/cache/", "var/lib/apt/", "tmp/", "root/.config/", "usr/local/share/.cache/", "go/pkg/sumdb", "go/pkg/mod/cache", ".yarn-integrity", "lib/dpkg/", "/_remote.repositories", "/resolver-status.properties", ".lastUpdated"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
