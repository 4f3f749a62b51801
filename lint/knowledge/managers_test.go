package knowledge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/knowledge"
)

func TestManagers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range knowledge.Managers() {
		for _, p := range m.Programs {
			if seen[p] {
				t.Errorf("%s belongs to two managers", p)
			}
			seen[p] = true
			if found, ok := knowledge.ManagerOf(p); !ok || found.Name != m.Name {
				t.Errorf("ManagerOf(%q) does not find %s", p, m.Name)
			}
		}
		for _, mount := range m.Mounts {
			if !strings.HasPrefix(mount.Target, "/") && !strings.HasPrefix(mount.Target, "~/") || mount.Sharing == "" {
				t.Errorf("%s has a bad mount: %+v", m.Name, mount)
			}
			if knowledge.MustStay(mount.Target) {
				t.Errorf("%s must be in the image and is a cache of %s", mount.Target, m.Name)
			}
		}
		if len(m.Leftovers) > 0 && len(m.Clean) == 0 {
			t.Errorf("%s leaves something and nothing cleans it", m.Name)
		}
	}
	if _, ok := knowledge.ManagerOf("ls"); ok {
		t.Error("ls is a package manager")
	}
}

func TestTargetFor(t *testing.T) {
	t.Parallel()
	env := map[string]string{"PIP_CACHE_DIR": "/c", "CARGO_HOME": "/cargo", "GOCACHE": ""}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	for _, tt := range []struct {
		program, home string
		index         int
		want          string
	}{
		{"pip", "/root", 0, "/c"},
		{"npm", "/home/node/", 0, "/home/node/.npm"},
		{"cargo", "/root", 0, "/cargo/registry"},
		{"go", "/root", 1, "/root/.cache/go-build"},
		{"apt-get", "/root", 1, "/var/lib/apt"},
	} {
		m, _ := knowledge.ManagerOf(tt.program)
		if got := m.Mounts[tt.index].TargetFor(tt.home, lookup); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.program, got, tt.want)
		}
	}
}

func TestMustStay(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/app/node_modules": true, "node_modules": true, "/opt/venv/": true, "/usr/local/bundle": true, "/root/.cache/ms-playwright": true,
		"/usr/local/bundle/cache": false, "/root/.npm": false, "/my_node_modules": false,
	} {
		if got := knowledge.MustStay(path); got != want {
			t.Errorf("MustStay(%q) = %v, want %v", path, got, want)
		}
	}
}

func TestEcosystems(t *testing.T) {
	t.Parallel()
	for _, e := range knowledge.Ecosystems() {
		if e.Manager != "" && !slices.ContainsFunc(knowledge.Managers(), func(m knowledge.Manager) bool { return m.Name == e.Manager }) {
			t.Errorf("%s names an unknown manager %s", e.Name, e.Manager)
		}
		for _, lock := range e.Locks {
			if !slices.Contains(e.CopyFirst, lock) {
				t.Errorf("%s does not copy its lock file %s first", e.Name, lock)
			}
		}
		if got, ok := knowledge.EcosystemOf(e.Name); !ok || got.Name != e.Name {
			t.Errorf("EcosystemOf(%q) fails", e.Name)
		}
	}
}

func TestIgnoreEntries(t *testing.T) {
	t.Parallel()
	all := slices.Concat(knowledge.IgnoreSecrets(), knowledge.IgnoreCommon())
	for _, s := range knowledge.Stacks() {
		if len(s.Markers) == 0 {
			t.Errorf("%s has no markers", s.Name)
		}
		all = slices.Concat(all, s.Junk)
	}
	for _, e := range all {
		if e.Why == "" || strings.ContainsAny(e.Pattern, " #!") || strings.HasPrefix(e.Pattern, "/") {
			t.Errorf("bad entry %+v", e)
		}
	}
	env := knowledge.IgnoreSecrets()[1]
	if got := env.Lines(); got[0] != "**/.env.*" || !slices.Contains(got, "!**/.env.example") {
		t.Errorf("lines %q", got)
	}
}
