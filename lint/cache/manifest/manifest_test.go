package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/cache/manifest"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// read reads what a command installs from, in a context with these files.
func read(t *testing.T, ecosystem, command string, files map[string]string) manifest.Set {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	c := buildctx.FromFS(fsys, "").For("Dockerfile")
	doc := lint.NewDocument(source.NewFile("Dockerfile", "FROM a\nWORKDIR /app\nRUN "+command+"\n"), lint.Build{Context: c})
	ins := doc.Tree().Instructions[2]
	cmd := doc.Shell(ins).All()[0]
	op := cmd.Package()
	if op == nil {
		op = &shell.PackageOp{}
	}
	return manifest.Read(ecosystem, manifest.Project{Context: c, Dir: ".", Image: "/app", Cwd: "/app"}, cmd, op)
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, ecosystem, command string
		files                    map[string]string
		want                     []string
		refuse                   string // a part of the reason
		missing                  bool
	}{
		{"npm", "npm", "npm ci", map[string]string{"package.json": "{}", "package-lock.json": "", ".npmrc": "a=b"}, []string{"package.json", "package-lock.json", ".npmrc"}, "", false},
		{"npm without manifest", "npm", "npm ci", nil, nil, "", true},
		{"npm broken", "npm", "npm ci", map[string]string{"package.json": "{"}, nil, "cannot be read", false},
		{"npm not an object", "npm", "npm ci", map[string]string{"package.json": `{"dependencies": ["a"]}`}, nil, "cannot be read", false},
		{"npm script", "npm", "npm ci", map[string]string{"package.json": `{"scripts": {"prepare": "husky"}}`}, []string{"package.json"}, "a prepare script", false},
		{"npm harmless script", "npm", "npm ci", map[string]string{"package.json": `{"scripts": {"test": "x"}}`}, []string{"package.json"}, "", false},
		{"npm workspaces", "npm", "npm ci", map[string]string{"package.json": `{"workspaces": ["a"]}`}, []string{"package.json"}, "workspaces", false},
		{"npm folder", "npm", "npm ci", map[string]string{"package.json": `{"devDependencies": {"a": "file:./a"}}`}, []string{"package.json"}, "folder of the project", false},
		{"npm token", "npm", "npm ci", map[string]string{"package.json": "{}", ".npmrc": "//npm.example.com/:_auth" + "Token=x"}, []string{"package.json", ".npmrc"}, "credentials", false},
		{"npm prisma", "npm", "npm ci", map[string]string{"package.json": `{"dependencies": {"@prisma/client": "1"}}`, "prisma/schema.prisma": ""}, []string{"package.json"}, "prisma", false},
		{"npm prisma elsewhere", "npm", "npm ci", map[string]string{"package.json": `{"prisma": {"schema": "db/schema.prisma"}, "devDependencies": {"@prisma/client": "1"}}`}, []string{"package.json"}, "schema", false},
		{"npm prisma without", "npm", "npm ci", map[string]string{"package.json": `{"dependencies": {"@prisma/client": "1"}}`}, []string{"package.json"}, "", false},
		{"npm ignored", "npm", "npm ci", map[string]string{"package.json": "{}", ".dockerignore": "*.json"}, nil, "", true},
		{"pnpm members", "pnpm", "pnpm install", map[string]string{"package.json": "{}", "pnpm-workspace.yaml": "packages:\n- a\n"}, []string{"package.json", "pnpm-workspace.yaml"}, "every member", false},
		{"npm override", "npm", "npm ci", map[string]string{"package.json": `{"overrides": {"a": {"b": "file:./b"}}}`}, []string{"package.json"}, "overrides", false},
		{"yarn of its own", "yarn", "yarn install", map[string]string{"package.json": "{}", ".yarnrc": "yarn-path \"./.yarn/releases/yarn-1.22.22.cjs\"\n", ".yarn/releases/yarn-1.22.22.cjs": ""}, []string{"package.json", ".yarnrc", ".yarn/releases/"}, "", false},
		{"yarn elsewhere", "yarn", "yarn install", map[string]string{"package.json": "{}", ".yarnrc": "yarn-path \"tools/yarn.js\"\n"}, []string{"package.json", ".yarnrc"}, "a yarn in a folder", false},
		{"pnpm patches", "pnpm", "pnpm install", map[string]string{"package.json": `{"pnpm": {"patchedDependencies": {"a@1": "patches/a.patch"}}}`, "patches/a.patch": ""}, []string{"package.json", "patches/"}, "", false},
		{"pnpm patches elsewhere", "pnpm", "pnpm install", map[string]string{"package.json": `{"pnpm": {"patchedDependencies": {"a@1": "etc/a.patch"}}}`, "etc/a.patch": ""}, []string{"package.json"}, "etc/a.patch", false},
		{"pnpm 10 patches", "pnpm", "pnpm install", map[string]string{"package.json": "{}", "pnpm-workspace.yaml": "patchedDependencies:\n  a@1: patches/a.patch\n  b@1: 'etc/b.patch'\n"}, []string{"package.json", "pnpm-workspace.yaml"}, "another folder", false},
		{"bun patches", "bun", "bun install", map[string]string{"package.json": `{"patchedDependencies": {"a@1": "etc/a.patch"}}`}, []string{"package.json"}, "patched", false},
		{"pip", "pip", "pip install -r requirements.txt", map[string]string{"requirements.txt": "-r more.txt\n-c pins.txt\na==1 # b\n", "more.txt": "b", "pins.txt": "-r requirements.txt"}, []string{"requirements.txt", "more.txt", "pins.txt"}, "", false},
		{"pip nested missing", "pip", "pip install -r requirements.txt", map[string]string{"requirements.txt": "-r base/all.txt"}, []string{"requirements.txt"}, "base/all.txt", false},
		{"pip editable", "pip", "pip install -r requirements.txt", map[string]string{"requirements.txt": "-e ."}, []string{"requirements.txt"}, "-e .", false},
		{"pip outside", "pip", "pip install -r requirements.txt", map[string]string{"requirements.txt": "-r ../x.txt"}, []string{"requirements.txt"}, "lies elsewhere", false},
		{"pip project", "pip", "pip install .", map[string]string{"setup.py": ""}, nil, "builds the project itself", false},
		{"poetry root", "poetry", "poetry install", map[string]string{"pyproject.toml": ""}, []string{"pyproject.toml"}, "--no-root", false},
		{"poetry", "poetry", "poetry install --no-root", map[string]string{"pyproject.toml": "", "poetry.lock": ""}, []string{"pyproject.toml", "poetry.lock"}, "", false},
		{"uv workspace", "uv", "uv sync --no-install-project", map[string]string{"pyproject.toml": "[tool.uv.workspace]\n"}, []string{"pyproject.toml"}, "workspace", false},
		{"go", "go", "go mod download", map[string]string{"go.mod": "module m\nreplace a => example.com/b v1.0.0\n", "go.sum": ""}, []string{"go.mod", "go.sum"}, "", false},
		{"go replace", "go", "go mod download", map[string]string{"go.mod": "replace (\n a v1 => ./a\n)\n"}, []string{"go.mod"}, "replaces", false},
		{"go work", "go", "go mod download", map[string]string{"go.mod": "", "go.work": ""}, []string{"go.mod"}, "go.work", false},
		{"maven modules", "maven", "mvn dependency:go-offline", map[string]string{"pom.xml": "<modules>"}, []string{"pom.xml"}, "modules", false},
		{"gradle members", "gradle", "gradle dependencies", map[string]string{"build.gradle": "", "settings.gradle": "include 'a'"}, []string{"settings.gradle", "build.gradle"}, "other projects", false},
		{"cargo", "cargo", "cargo fetch", map[string]string{"Cargo.toml": ""}, nil, "cargo-chef", false},
		{"bundler path", "bundler", "bundle install", map[string]string{"Gemfile": "gem 'a', path: 'b'"}, []string{"Gemfile"}, "folder of the project", false},
		{"composer scripts", "composer", "composer install", map[string]string{"composer.json": `{"scripts": {"post-install-cmd": "x"}}`}, []string{"composer.json"}, "scripts", false},
		{"composer", "composer", "composer install --no-scripts --no-autoloader", map[string]string{"composer.json": `{"scripts": {"post-install-cmd": "x"}}`}, []string{"composer.json"}, "", false},
		{"composer patches", "composer", "composer install", map[string]string{"composer.json": `{"extra": {"patches": {"a/b": {"why": "patches/b.patch"}}}}`}, []string{"composer.json"}, "plugins", false},
		{"composer remote patches", "composer", "composer install", map[string]string{"composer.json": `{"extra": {"patches": {"a/b": {"why": "https://example.com/b.patch"}}}}`}, []string{"composer.json"}, "", false},
		{"composer manifests", "composer", "composer install", map[string]string{"composer.json": `{"extra": {"merge-plugin": {"include": ["modules/*/composer.json"]}}}`}, []string{"composer.json"}, "plugins", false},
		{"composer nothing more", "composer", "composer install", map[string]string{"composer.json": `{"extra": []}`}, []string{"composer.json"}, "", false},
		{"sbt", "sbt", "sbt update", map[string]string{"build.sbt": "", "version.sbt": "", "project/plugins.sbt": "", "project/Deps.scala": "", "src/a.sbt": ""}, []string{"build.sbt", "project/plugins.sbt", "project/Deps.scala", "version.sbt"}, "", false},
		{"dotnet", "dotnet", "dotnet restore", map[string]string{"a.csproj": "", "nuget.config": `<packageSources><clear/><add key="a" value="https://example.com/v3/index.json" /></packageSources><config><add key="b" value="c" /></config>`}, []string{"a.csproj", "nuget.config"}, "", false},
		{"dotnet folder", "dotnet", "dotnet restore", map[string]string{"a.csproj": "", "NuGet.Config": `<packageSources><add key="a" value="./packages" /></packageSources>`}, []string{"NuGet.Config", "a.csproj"}, "from a folder", false},
		{"mix", "mix", "mix deps.get", map[string]string{"mix.exs": "", "config/config.exs": "import Config\nimport_config \"#{config_env()}.exs\"\nimport_config \"test.exs\"\n", "config/test.exs": ""}, []string{"mix.exs", "config/config.exs", "config/test.exs"}, "", false},
		{"mix import", "mix", "mix deps.get", map[string]string{"mix.exs": "", "config/prod.exs": "import_config(\"prod.secret.exs\")\n"}, []string{"mix.exs", "config/prod.exs"}, "prod.secret.exs", false},
		{"mix umbrella", "mix", "mix deps.get", map[string]string{"mix.exs": "apps_path: \"apps\""}, []string{"mix.exs"}, "umbrella", false},
		{"dart path", "dart", "dart pub get", map[string]string{"pubspec.yaml": "a:\n  path: ../a\n"}, []string{"pubspec.yaml"}, "folder of the project", false},
		{"conda pip", "conda", "conda env create -f e.yml", map[string]string{"e.yml": "- pip:\n  - -r r.txt\n"}, []string{"e.yml"}, "pip section", false},
		{"unknown", "other", "other", nil, nil, "not known", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := read(t, test.ecosystem, test.command, test.files)
			if diff := cmp.Diff(test.want, got.Files); diff != "" {
				t.Errorf("files: want (-), got (+):\n%s", diff)
			}
			if !strings.Contains(got.Refuse, test.refuse) || test.refuse == "" && got.Refuse != "" {
				t.Errorf("refuses because of %q, want %q", got.Refuse, test.refuse)
			}
			if got.Missing != test.missing {
				t.Errorf("missing: %v, want %v", got.Missing, test.missing)
			}
		})
	}
}

// TestHostile gives manifests that are made to hurt. None may be taken for one
// that is understood, and none may cost time.
func TestHostile(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 200000)
	huge := `{"name": "` + strings.Repeat("a", 2<<20) + `"}`
	fan := map[string]string{}
	for k := range 60 {
		var b strings.Builder
		for n := range 60 {
			fmt.Fprintf(&b, "-r r%d.txt\n", n)
		}
		fan[fmt.Sprintf("r%d.txt", k)] = b.String()
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\npackages: *c\n"
	for _, test := range []struct {
		name, ecosystem, command string
		files                    map[string]string
	}{
		{"deep JSON", "npm", "npm ci", map[string]string{"package.json": `{"workspaces": ` + deep}},
		{"huge JSON", "npm", "npm ci", map[string]string{"package.json": huge}},
		{"deep composer", "composer", "composer install", map[string]string{"composer.json": `{"repositories": ` + deep}},
		{"huge composer", "composer", "composer install", map[string]string{"composer.json": huge}},
		{"requirements without end", "pip", "pip install -r r0.txt", fan},
		{"aliases", "pnpm", "pnpm install", map[string]string{"package.json": "{}", "pnpm-workspace.yaml": bomb}},
		{"huge go.mod", "go", "go mod download", map[string]string{"go.mod": strings.Repeat("// x\n", 1<<18)}},
		{"huge requirements", "pip", "pip install -r r.txt", map[string]string{"r.txt": strings.Repeat("# x\n", 1<<19)}},
		{"huge lock file", "pnpm", "pnpm install", map[string]string{"package.json": "{}", "pnpm-lock.yaml": strings.Repeat(" ", 33<<20)}},
		{"huge pom", "maven", "mvn dependency:go-offline", map[string]string{"pom.xml": strings.Repeat("<!-- -->", 1<<18)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := read(t, test.ecosystem, test.command, test.files); got.Refuse == "" {
				t.Errorf("is understood: %v", got.Files)
			}
		})
	}
}
