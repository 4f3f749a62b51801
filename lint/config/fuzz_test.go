package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/config"
)

// FuzzConfig reads arbitrary files, as ours and as hadolint's: no panic, no long
// wait, and what is accepted is accepted by the engine, too.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		pathFiles, hadolintFile,
		"root: true\nextends: [a, b]\nfail-on: never\nselect: all\nexclude: '**/x'\n",
		"rules: &a {fresh: off, <<: *a}\n",
		"rules:\n  untrusted-registry: {options: {registries: [a], deep: {on: yes}, timeout: 3s}}\n",
		"a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
		"? [a]\n: b\n---\n",
		"\xff\xfea\x00:\x00",
		"build-args: {A: !!binary aGk=, B: 0x1F, C: 2020-01-01}\n",
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o750); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		for _, name := range []string{"own.yaml", "hadolint.yaml"} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			l, err := config.NewLoader(testRules(), config.Options{Dir: dir, Explicit: path})
			if err != nil {
				t.Fatal(err)
			}
			r, err := l.For("test/a.Dockerfile")
			if err != nil {
				continue
			}
			if _, err := lint.New(testRules(), r.Config); err != nil {
				t.Errorf("the engine refuses what was accepted: %v", err)
			}
			if _, err := l.Excluded("a/b/c"); err != nil {
				t.Error(err)
			}
		}
		_, _, _ = config.FromHadolint(testRules(), data)
		if spent := time.Since(start); spent > 5*time.Second {
			t.Errorf("took %v", spent)
		}
	})
}
