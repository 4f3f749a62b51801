package knowledge

// IgnoreEntry is a line that a .dockerignore should have.
type IgnoreEntry struct {
	// Pattern is in the notation of .dockerignore: **/ where every depth counts.
	Pattern string
	// Keep are exceptions that belong right behind it, without the exclamation
	// mark.
	Keep []string
	// Why completes the sentence "It holds ..." for messages.
	Why string
}

// Lines are the lines of the file for the entry.
func (e IgnoreEntry) Lines() []string {
	lines := []string{e.Pattern}
	for _, k := range e.Keep {
		lines = append(lines, "!"+k)
	}
	return lines
}

// Stack is a kind of project and the junk that it leaves lying about.
type Stack struct {
	Name string
	// Markers are files in the root whose presence says that the stack is used;
	// they may have wildcards.
	Markers []string
	// Junk is made by tools, so that it can be made again.
	Junk []IgnoreEntry
}

// IgnoreSecrets are the entries that every .dockerignore should have, whatever
// is there today: a secret that comes tomorrow must not get into an image.
func IgnoreSecrets() []IgnoreEntry { return ignoreSecrets[:] }

// IgnoreCommon are the entries for any project, worth a line when something
// matches them.
func IgnoreCommon() []IgnoreEntry { return ignoreCommon[:] }

// Stacks are all kinds of projects. They must not be changed.
func Stacks() []Stack { return stacks[:] }

var ignoreSecrets = [...]IgnoreEntry{
	{Pattern: "**/.env", Why: "settings, and often passwords"},
	{
		Pattern: "**/.env.*", Why: "settings, and often passwords",
		Keep: []string{"**/.env.example", "**/.env.sample", "**/.env.dist", "**/.env.template"},
	},
	{Pattern: "**/.netrc", Why: "passwords for servers"},
	{Pattern: "**/.git-credentials", Why: "passwords for git"},
	{Pattern: "**/.pypirc", Why: "tokens for a package index"},
	{Pattern: "**/.ssh", Why: "private keys"},
	{Pattern: "**/.aws", Why: "keys for a cloud account"},
	{Pattern: "**/.kube", Why: "keys for a cluster"},
	{Pattern: "**/.gnupg", Why: "private keys"},
	{Pattern: "**/.docker/config.json", Why: "passwords for registries"},
	{Pattern: "**/id_rsa", Why: "a private key"},
	{Pattern: "**/id_dsa", Why: "a private key"},
	{Pattern: "**/id_ecdsa", Why: "a private key"},
	{Pattern: "**/id_ed25519", Why: "a private key"},
	{Pattern: "**/*.key", Why: "a private key"},
	{Pattern: "**/*.pem", Why: "a key or a certificate"},
	{Pattern: "**/*.p12", Why: "a private key"},
	{Pattern: "**/*.pfx", Why: "a private key"},
	{Pattern: "**/*.jks", Why: "private keys"},
	{Pattern: "**/*.keystore", Why: "private keys"},
	{Pattern: "**/*.ppk", Why: "a private key"},
	{Pattern: "**/*.tfstate", Why: "the secrets of an infrastructure"},
	{Pattern: "**/*.tfstate.*", Why: "the secrets of an infrastructure"},
	{Pattern: "**/*.tfvars", Why: "settings of an infrastructure, and often passwords"},
	{Pattern: "**/.vault-token", Why: "a token"},
	{Pattern: "**/.htpasswd", Why: "password hashes"},
}

var ignoreCommon = [...]IgnoreEntry{
	{Pattern: ".git", Why: "the whole history, and it changes with every commit"},
	{Pattern: ".gitignore", Why: "settings for git"},
	{Pattern: ".gitattributes", Why: "settings for git"},
	{Pattern: ".hg", Why: "the whole history"},
	{Pattern: ".svn", Why: "the whole history"},
	{Pattern: "Dockerfile*", Why: "the build itself, so that every edit of it would miss the cache"},
	{Pattern: "**/*.Dockerfile", Why: "the build itself, so that every edit of it would miss the cache"},
	{Pattern: "Containerfile*", Why: "the build itself, so that every edit of it would miss the cache"},
	{Pattern: ".dockerignore", Why: "this list"},
	{Pattern: "compose.yaml", Why: "how containers are run, not what is in them"},
	{Pattern: "compose.yml", Why: "how containers are run, not what is in them"},
	{Pattern: "compose.*.yaml", Why: "how containers are run, not what is in them"},
	{Pattern: "compose.*.yml", Why: "how containers are run, not what is in them"},
	{Pattern: "docker-compose*.yml", Why: "how containers are run, not what is in them"},
	{Pattern: "docker-compose*.yaml", Why: "how containers are run, not what is in them"},
	{Pattern: "docker-bake.hcl", Why: "how images are built"},
	{Pattern: "docker-bake.json", Why: "how images are built"},
	{Pattern: ".github", Why: "settings for continuous integration"},
	{Pattern: ".gitlab-ci.yml", Why: "settings for continuous integration"},
	{Pattern: ".circleci", Why: "settings for continuous integration"},
	{Pattern: ".travis.yml", Why: "settings for continuous integration"},
	{Pattern: "Jenkinsfile", Why: "settings for continuous integration"},
	{Pattern: "azure-pipelines.yml", Why: "settings for continuous integration"},
	{Pattern: "bitbucket-pipelines.yml", Why: "settings for continuous integration"},
	{Pattern: ".idea", Why: "settings of an editor"},
	{Pattern: ".vscode", Why: "settings of an editor"},
	{Pattern: ".vs", Why: "settings of an editor"},
	{Pattern: ".devcontainer", Why: "settings of an editor"},
	{Pattern: "**/*.swp", Why: "what an editor left"},
	{Pattern: "**/*~", Why: "what an editor left"},
	{Pattern: "**/.DS_Store", Why: "what a file manager left"},
	{Pattern: "**/Thumbs.db", Why: "what a file manager left"},
	{Pattern: "**/*.log", Why: "logs"},
	{Pattern: "tmp", Why: "temporary files"},
	{Pattern: ".terraform", Why: "downloads and state of terraform"},
	{Pattern: ".vagrant", Why: "state of a virtual machine"},
	{Pattern: "**/*.bak", Why: "copies"},
	{Pattern: "**/*.orig", Why: "copies"},
}

var stacks = [...]Stack{
	{
		Name: "node", Markers: []string{"package.json"},
		Junk: []IgnoreEntry{
			{Pattern: "**/node_modules", Why: "packages for this machine, which the build installs again"},
			{Pattern: "**/npm-debug.log*", Why: "logs"},
			{Pattern: "**/yarn-debug.log*", Why: "logs"},
			{Pattern: "**/yarn-error.log*", Why: "logs"},
			{Pattern: "**/.pnpm-debug.log*", Why: "logs"},
			{Pattern: "**/.pnpm-store", Why: "downloads"},
			{Pattern: "**/.npm", Why: "downloads"},
			{Pattern: "**/.next", Why: "what the build makes again"},
			{Pattern: "**/.nuxt", Why: "what the build makes again"},
			{Pattern: "**/.output", Why: "what the build makes again"},
			{Pattern: "**/.svelte-kit", Why: "what the build makes again"},
			{Pattern: "**/.angular", Why: "what the build makes again"},
			{Pattern: "**/.turbo", Why: "a cache"},
			{Pattern: "**/.parcel-cache", Why: "a cache"},
			{Pattern: "**/.eslintcache", Why: "a cache"},
			{Pattern: "**/.cache", Why: "a cache"},
			{Pattern: "**/*.tsbuildinfo", Why: "a cache"},
			{Pattern: "coverage", Why: "reports of tests"},
			{Pattern: "*/coverage", Why: "reports of tests"},
			{Pattern: "**/.nyc_output", Why: "reports of tests"},
		},
	},
	{
		Name:    "python",
		Markers: []string{"requirements*.txt", "pyproject.toml", "setup.py", "Pipfile", "environment.yml", "manage.py", "uv.lock", "poetry.lock"},
		Junk: []IgnoreEntry{
			{Pattern: "**/__pycache__", Why: "compiled files"},
			{Pattern: "**/*.py[cod]", Why: "compiled files"},
			{Pattern: "**/.venv", Why: "packages for this machine, which the build installs again"},
			{Pattern: "**/venv", Why: "packages for this machine, which the build installs again"},
			{Pattern: "**/*.egg-info", Why: "what the build makes again"},
			{Pattern: "**/.eggs", Why: "what the build makes again"},
			{Pattern: "**/.pytest_cache", Why: "a cache"},
			{Pattern: "**/.mypy_cache", Why: "a cache"},
			{Pattern: "**/.ruff_cache", Why: "a cache"},
			{Pattern: "**/.tox", Why: "a cache"},
			{Pattern: "**/.nox", Why: "a cache"},
			{Pattern: "**/.ipynb_checkpoints", Why: "copies"},
			{Pattern: "**/.coverage", Why: "reports of tests"},
			{Pattern: "**/.coverage.*", Why: "reports of tests"},
			{Pattern: "**/htmlcov", Why: "reports of tests"},
		},
	},
	{
		Name: "rust", Markers: []string{"Cargo.toml"},
		Junk: []IgnoreEntry{
			{Pattern: "target", Why: "what the build makes again"},
			{Pattern: "*/target", Why: "what the build makes again"},
			{Pattern: "**/*.rs.bk", Why: "copies"},
		},
	},
	{
		Name: "java", Markers: []string{"pom.xml", "build.gradle", "build.gradle.kts", "build.sbt"},
		Junk: []IgnoreEntry{
			{Pattern: "target", Why: "what the build makes again"},
			{Pattern: "*/target", Why: "what the build makes again"},
			{Pattern: "**/.gradle", Why: "a cache"},
			{Pattern: "build", Why: "what the build makes again"},
			{Pattern: "*/build", Why: "what the build makes again"},
			{Pattern: "**/*.class", Why: "compiled files"},
			{Pattern: "**/.settings", Why: "settings of an editor"},
			{Pattern: "**/.classpath", Why: "settings of an editor"},
			{Pattern: "**/.project", Why: "settings of an editor"},
			{Pattern: "**/*.iml", Why: "settings of an editor"},
			{Pattern: "**/.bsp", Why: "settings of an editor"},
			{Pattern: "**/.metals", Why: "settings of an editor"},
		},
	},
	{
		Name: "dotnet", Markers: []string{"*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx", "global.json"},
		Junk: []IgnoreEntry{
			{Pattern: "**/bin", Why: "what the build makes again"},
			{Pattern: "**/obj", Why: "what the build makes again"},
			{Pattern: "**/TestResults", Why: "reports of tests"},
			{Pattern: "**/*.user", Why: "settings of an editor"},
		},
	},
	{
		Name: "go", Markers: []string{"go.mod"},
		Junk: []IgnoreEntry{
			{Pattern: "**/*.test", Why: "compiled tests"},
			{Pattern: "**/*.out", Why: "reports of tests"},
			{Pattern: "**/coverage.txt", Why: "reports of tests"},
		},
	},
	{
		Name: "ruby", Markers: []string{"Gemfile", "*.gemspec"},
		Junk: []IgnoreEntry{
			{Pattern: "**/vendor/bundle", Why: "packages for this machine, which the build installs again"},
			{Pattern: "**/.bundle", Why: "settings of this machine"},
			{Pattern: "log/*", Why: "logs"},
			{Pattern: "tmp/*", Why: "temporary files"},
			{Pattern: "storage/*", Why: "files of a local run"},
			{Pattern: "coverage", Why: "reports of tests"},
			{Pattern: "config/master.key", Why: "a key"},
			{Pattern: "config/credentials/*.key", Why: "keys"},
		},
	},
	{
		Name: "php", Markers: []string{"composer.json"},
		Junk: []IgnoreEntry{
			{Pattern: "vendor", Why: "packages, which the build installs again"},
			{Pattern: "**/.phpunit.result.cache", Why: "a cache"},
			{Pattern: "**/.phpunit.cache", Why: "a cache"},
			{Pattern: "**/.php-cs-fixer.cache", Why: "a cache"},
			{Pattern: "var/cache", Why: "a cache"},
			{Pattern: "var/log", Why: "logs"},
			{Pattern: "storage/logs", Why: "logs"},
			{Pattern: "bootstrap/cache", Why: "a cache"},
		},
	},
	{
		Name: "elixir", Markers: []string{"mix.exs"},
		Junk: []IgnoreEntry{
			{Pattern: "**/_build", Why: "what the build makes again"},
			{Pattern: "deps", Why: "packages, which the build installs again"},
			{Pattern: "**/.elixir_ls", Why: "a cache"},
			{Pattern: "**/erl_crash.dump", Why: "what a crash left"},
			{Pattern: "cover", Why: "reports of tests"},
		},
	},
	{
		Name: "swift", Markers: []string{"Package.swift"},
		Junk: []IgnoreEntry{
			{Pattern: ".build", Why: "what the build makes again"},
			{Pattern: ".swiftpm", Why: "settings of an editor"},
		},
	},
	{
		Name: "dart", Markers: []string{"pubspec.yaml"},
		Junk: []IgnoreEntry{
			{Pattern: "**/.dart_tool", Why: "a cache"},
			{Pattern: "build", Why: "what the build makes again"},
		},
	},
	{
		Name: "haskell", Markers: []string{"stack.yaml", "*.cabal", "cabal.project"},
		Junk: []IgnoreEntry{
			{Pattern: "**/.stack-work", Why: "what the build makes again"},
			{Pattern: "**/dist-newstyle", Why: "what the build makes again"},
		},
	},
	{
		Name: "c", Markers: []string{"CMakeLists.txt", "configure.ac", "meson.build"},
		Junk: []IgnoreEntry{
			{Pattern: "**/CMakeFiles", Why: "what the build makes again"},
			{Pattern: "**/CMakeCache.txt", Why: "settings of this machine"},
			{Pattern: "**/cmake-build-*", Why: "what the build makes again"},
			{Pattern: "**/*.o", Why: "compiled files"},
		},
	},
}
