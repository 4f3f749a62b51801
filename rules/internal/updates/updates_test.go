package updates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/buildctx"
)

const image = "FROM alpine:3.22\n"

func TestFind(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("a/", 40) + "Dockerfile"
	images, digests, marked := Governed{Images: true}, Governed{Images: true, Digests: true}, Governed{Images: true, Marked: true}
	for _, c := range []struct {
		name, dockerfile, file, text string
		want                         Governed
	}{
		{"none", "Dockerfile", "README", "x", Governed{}},
		{"renovate.json", "Dockerfile", "renovate.json", `{"extends": ["config:recommended"]}`, images},
		{"json5", "a/Dockerfile", ".github/renovate.json5", "{\n\t// the team's\n\textends: ['config:best-practices'], /* all */\n}\n", digests},
		{"renovaterc", "Dockerfile", ".renovaterc", `{"pinDigests": true}`, digests},
		{"package.json", "Dockerfile", "package.json", `{"name": "a", "renovate": {"extends": ["docker:pinDigests"]}}`, digests},
		{"package.json without", "Dockerfile", "package.json", `{"name": "renovate"}`, Governed{}},
		{"disabled", "Dockerfile", "renovate.json", `{"enabled": false}`, Governed{}},
		{"other managers", "Dockerfile", "renovate.json", `{"enabledManagers": ["npm"]}`, Governed{}},
		{"manager", "Dockerfile", "renovate.json", `{"enabledManagers": ["dockerfile"]}`, images},
		{"dockerfile off", "Dockerfile", "renovate.json", `{"dockerfile": {"enabled": false}}`, Governed{}},
		{"preset off", "Dockerfile", "renovate.json", `{"extends": ["docker:disable"]}`, Governed{}},
		{"ignored", "test/Dockerfile", "renovate.json", `{"ignorePaths": ["**/test/**"]}`, Governed{}},
		{"ignored elsewhere", "src/Dockerfile", "renovate.json", `{"ignorePaths": ["**/test/**"]}`, images},
		{"ignored by part", "old/x/Dockerfile", "renovate.json", `{"ignorePaths": ["old/"]}`, Governed{}},
		{"ignored by many stars", deep, "renovate.json", `{"ignorePaths": ["` + strings.Repeat("**/", 40) + `*.txt"]}`, images},
		{"ignored by stars", "a/b/c/Dockerfile", "renovate.json", `{"ignorePaths": ["**/b/**/**/D*"]}`, Governed{}},
		{"ignored by star", "a/b/c/Dockerfile", "renovate.json", `{"ignorePaths": ["a/*/Dockerfile"]}`, images},
		{"included", "src/Dockerfile", "renovate.json", `{"includePaths": ["src/**"]}`, images},
		{"not included", "app/Dockerfile", "renovate.json", `{"includePaths": ["src/**"]}`, Governed{}},
		{"marked", "Dockerfile", "renovate.json", `{"customManagers": [{"managerFilePatterns": ["/(^|/)Dockerfile$/"]}]}`, marked},
		{"marked by preset", "Dockerfile", "renovate.json", `{"extends": ["customManagers:dockerfileVersions"]}`, marked},
		{"other marks", "Dockerfile", "renovate.json", `{"regexManagers": [{"fileMatch": ["^Makefile$"]}]}`, images},
		{"url in a string", "Dockerfile", "renovate.json", `{"$schema": "https://docs.example.com/schema.json", "pinDigests": true}`, digests},
		{"broken", "Dockerfile", "renovate.json", `{"enabled": `, images},
		{"dependabot", "Dockerfile", ".github/dependabot.yml", "updates:\n- package-ecosystem: docker\n  directory: /\n", images},
		{"dependabot folder", "api/Dockerfile", ".github/dependabot.yaml", "updates:\n- package-ecosystem: docker\n  directory: \"/api\"\n", images},
		{"dependabot hidden folder", ".devcontainer/Dockerfile", ".github/dependabot.yml", "updates:\n- package-ecosystem: docker\n  directory: /.devcontainer\n", images},
		{"dependabot other folder", "web/Dockerfile", ".github/dependabot.yml", "updates:\n- package-ecosystem: docker\n  directory: /api\n", Governed{}},
		{"dependabot globs", "a/b/Dockerfile", ".github/dependabot.yml", "updates:\n- package-ecosystem: docker\n  directories: [\"/c\", \"**/*\"]\n", images},
		{"dependabot npm", "Dockerfile", ".github/dependabot.yml", "updates:\n- package-ecosystem: npm\n  directory: /\n", Governed{}},
		{"dependabot security only", "Dockerfile", ".github/dependabot.yml", "updates:\n- package-ecosystem: docker\n  directory: /\n  open-pull-requests-limit: 0\n", Governed{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := buildctx.FromFiles(map[string][]byte{c.dockerfile: []byte(image), c.file: []byte(c.text)}).For(c.dockerfile)
			if got := find(ctx); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if got := find(nil); got != (Governed{}) {
		t.Errorf("without a context: got %+v", got)
	}
}

// TestAbove checks that the configuration is found at the root of the repository
// around the build context.
func TestAbove(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("services/api/Dockerfile", image)
	write(".github/dependabot.yml", "updates:\n- package-ecosystem: docker\n  directory: /services/api\n")
	open := func() *buildctx.Context {
		c, err := buildctx.Open(filepath.Join(root, "services", "api"))
		if err != nil {
			t.Fatal(err)
		}
		return c.For("Dockerfile")
	}
	if got := find(open()); got.Images {
		t.Error("a folder that is no repository is looked into")
	}
	write(".git/HEAD", "ref: refs/heads/main\n")
	if got := find(open()); !got.Images {
		t.Error("the configuration above the context is not found")
	}
}

// TestMatches checks patterns with ** and that many of them cost no more than their
// number times that of the folders.
func TestMatches(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("a/", 100)
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"**", "a/b", true},
		{"a/**", "a", true},
		{"a/**", "a/b/c", true},
		{"**/c", "a/b/c", true},
		{"**/b/**/d", "a/b/c/b/d", true},
		{"a/**/b/*.x", "a/b/c/b/d.x", true},
		{"a/*", "a/b/c", false},
		{"**/b", "a/b/c", false},
		{"a/**/b/**", "a/c/d", false},
		{"[", "a", false},
		{strings.Repeat("**/a/", 30) + "b", deep + "b", true},
		{strings.Repeat("**/a/", 30) + "b", deep + "c", false},
	} {
		if got := matches(c.pattern, c.name); got != c.want {
			t.Errorf("matches(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}
