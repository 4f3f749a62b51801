package knowledge

import (
	"strings"
	"sync"
)

// CacheMount is where a package manager keeps what it downloads, fit for
// RUN --mount=type=cache.
type CacheMount struct {
	// Target is absolute, or begins with ~/ for the home of the user that runs the
	// command; see [CacheMount.TargetFor].
	Target string
	// Sharing is "shared", or "locked" where two builds at once do harm.
	Sharing string
	// Env is the variable that moves the directory, or empty; EnvSuffix is what
	// the manager adds to its value.
	Env, EnvSuffix string
}

// TargetFor is the target for a user's home, and for an environment that may
// move it. A lookup reports an unset variable as false.
func (m CacheMount) TargetFor(home string, lookup func(string) (string, bool)) string {
	if m.Env != "" && lookup != nil {
		if v, ok := lookup(m.Env); ok && v != "" {
			return v + m.EnvSuffix
		}
	}
	if rest, ok := strings.CutPrefix(m.Target, "~/"); ok {
		return strings.TrimSuffix(home, "/") + "/" + rest
	}
	return m.Target
}

// Manager is a package manager.
type Manager struct {
	Name string
	// Programs are the commands that it is called by.
	Programs []string
	// System says that it installs packages of the distribution.
	System bool
	// Install are the subcommands that install; Update are those that fetch the
	// index and no package.
	Install, Update []string
	// Yes is the option that answers the questions, or empty when none are asked.
	Yes string
	// Mounts are what a cache mount is for.
	Mounts []CacheMount
	// Leftovers are what an install leaves in the layer and nobody needs at run
	// time.
	Leftovers []string
	// Clean are commands that remove the leftovers in the same RUN.
	Clean []string
	// NoCacheFlag keeps the cache from being written; NoCacheEnv is a variable
	// that does the same. Both defeat a cache mount.
	NoCacheFlag, NoCacheEnv string
}

// ManagerOf finds a package manager by the name of its command.
func ManagerOf(program string) (*Manager, bool) {
	m := managerOf()[program]
	return m, m != nil
}

// managerOf holds the package managers by the names of their commands.
var managerOf = sync.OnceValue(func() map[string]*Manager {
	by := map[string]*Manager{}
	for i := range managers {
		for _, p := range managers[i].Programs {
			if by[p] == nil {
				by[p] = &managers[i]
			}
		}
	}
	return by
})

// Managers are all package managers of the table, in no order. They must not be
// changed.
func Managers() []Manager { return managers[:] }

const (
	shared = "shared"
	locked = "locked"
)

var managers = [...]Manager{
	{
		Name: "apt", Programs: []string{"apt-get", "apt", "aptitude"}, System: true, Yes: "-y",
		Install: []string{"install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"}, Update: []string{"update"},
		Mounts:    []CacheMount{{Target: "/var/cache/apt", Sharing: locked}, {Target: "/var/lib/apt", Sharing: locked}},
		Leftovers: []string{"/var/lib/apt/lists"}, Clean: []string{"rm -rf /var/lib/apt/lists/*"},
	},
	{
		Name: "apk", Programs: []string{"apk"}, System: true, Install: []string{"add", "upgrade"}, Update: []string{"update"},
		Mounts:    []CacheMount{{Target: "/var/cache/apk", Sharing: locked}},
		Leftovers: []string{"/var/cache/apk"}, Clean: []string{"rm -rf /var/cache/apk/*"}, NoCacheFlag: "--no-cache",
	},
	{
		Name: "dnf", Programs: []string{"dnf", "dnf5"}, System: true, Yes: "-y",
		Install: []string{"install", "upgrade", "update", "groupinstall", "builddep"}, Update: []string{"makecache", "check-update"},
		Mounts:    []CacheMount{{Target: "/var/cache/dnf", Sharing: locked}},
		Leftovers: []string{"/var/cache/dnf"}, Clean: []string{"dnf clean all"},
	},
	{
		Name: "microdnf", Programs: []string{"microdnf"}, System: true, Yes: "-y",
		Install: []string{"install", "upgrade", "update"}, Mounts: []CacheMount{{Target: "/var/cache/yum", Sharing: locked}},
		Leftovers: []string{"/var/cache/yum"}, Clean: []string{"microdnf clean all"},
	},
	{
		Name: "yum", Programs: []string{"yum"}, System: true, Yes: "-y",
		Install: []string{"install", "upgrade", "update", "groupinstall", "localinstall"}, Update: []string{"makecache", "check-update"},
		Mounts:    []CacheMount{{Target: "/var/cache/yum", Sharing: locked}},
		Leftovers: []string{"/var/cache/yum"}, Clean: []string{"yum clean all"},
	},
	{
		Name: "tdnf", Programs: []string{"tdnf"}, System: true, Yes: "-y",
		Install: []string{"install", "update", "upgrade"}, Update: []string{"makecache"},
		Mounts:    []CacheMount{{Target: "/var/cache/tdnf", Sharing: locked}},
		Leftovers: []string{"/var/cache/tdnf"}, Clean: []string{"tdnf clean all"},
	},
	{
		Name: "zypper", Programs: []string{"zypper"}, System: true, Yes: "-n",
		Install: []string{"install", "in", "update", "up", "dist-upgrade", "dup"}, Update: []string{"refresh", "ref"},
		Mounts:    []CacheMount{{Target: "/var/cache/zypp", Sharing: locked}},
		Leftovers: []string{"/var/cache/zypp"}, Clean: []string{"zypper clean --all"},
	},
	{
		Name: "pacman", Programs: []string{"pacman"}, System: true, Yes: "--noconfirm", Install: []string{"-S", "-Syu", "-Sy"},
		Mounts:    []CacheMount{{Target: "/var/cache/pacman/pkg", Sharing: locked}},
		Leftovers: []string{"/var/cache/pacman/pkg"}, Clean: []string{"pacman -Scc --noconfirm"},
	},
	{
		Name: "pip", Programs: []string{"pip", "pip3", "pip2"}, Install: []string{"install", "wheel", "download"},
		Mounts:    []CacheMount{{Target: "~/.cache/pip", Sharing: shared, Env: "PIP_CACHE_DIR"}},
		Leftovers: []string{"~/.cache/pip"}, Clean: []string{"pip cache purge"}, NoCacheFlag: "--no-cache-dir", NoCacheEnv: "PIP_NO_CACHE_DIR",
	},
	{
		Name: "uv", Programs: []string{"uv"}, Install: []string{"sync", "pip", "tool", "add"},
		Mounts:    []CacheMount{{Target: "~/.cache/uv", Sharing: shared, Env: "UV_CACHE_DIR"}},
		Leftovers: []string{"~/.cache/uv"}, Clean: []string{"uv cache clean"}, NoCacheFlag: "--no-cache", NoCacheEnv: "UV_NO_CACHE",
	},
	{
		Name: "poetry", Programs: []string{"poetry"}, Install: []string{"install", "sync", "add", "update"},
		Mounts:    []CacheMount{{Target: "~/.cache/pypoetry", Sharing: shared, Env: "POETRY_CACHE_DIR"}},
		Leftovers: []string{"~/.cache/pypoetry"}, Clean: []string{"rm -rf ~/.cache/pypoetry"}, NoCacheFlag: "--no-cache",
	},
	{
		Name: "pipenv", Programs: []string{"pipenv"}, Install: []string{"install", "sync"},
		Mounts: []CacheMount{
			{Target: "~/.cache/pip", Sharing: shared, Env: "PIP_CACHE_DIR"}, {Target: "~/.cache/pipenv", Sharing: shared, Env: "PIPENV_CACHE_DIR"},
		},
		Leftovers: []string{"~/.cache/pip", "~/.cache/pipenv"}, Clean: []string{"pipenv --clear"},
	},
	{
		Name: "pdm", Programs: []string{"pdm"}, Install: []string{"install", "sync", "add"},
		Mounts:    []CacheMount{{Target: "~/.cache/pdm", Sharing: shared, Env: "PDM_CACHE_DIR"}},
		Leftovers: []string{"~/.cache/pdm"}, Clean: []string{"pdm cache clear"},
	},
	{
		Name: "conda", Programs: []string{"conda", "mamba"}, Yes: "-y", Install: []string{"install", "create", "update", "env"},
		Mounts:    []CacheMount{{Target: "/opt/conda/pkgs", Sharing: locked, Env: "CONDA_PKGS_DIRS"}},
		Leftovers: []string{"/opt/conda/pkgs"}, Clean: []string{"conda clean -afy"},
	},
	{
		Name: "micromamba", Programs: []string{"micromamba"}, Yes: "-y", Install: []string{"install", "create", "update"},
		Mounts:    []CacheMount{{Target: "/opt/conda/pkgs", Sharing: locked, Env: "CONDA_PKGS_DIRS"}},
		Leftovers: []string{"/opt/conda/pkgs"}, Clean: []string{"micromamba clean --all --yes"},
	},
	{
		Name: "npm", Programs: []string{"npm"}, Install: []string{"ci", "install", "i", "clean-install", "add", "update"},
		Mounts:    []CacheMount{{Target: "~/.npm", Sharing: shared, Env: "npm_config_cache"}},
		Leftovers: []string{"~/.npm"}, Clean: []string{"npm cache clean --force"},
	},
	{
		Name: "yarn", Programs: []string{"yarn", "yarnpkg"}, Install: []string{"install", "add", "global", ""},
		Mounts:    []CacheMount{{Target: "/usr/local/share/.cache/yarn", Sharing: locked, Env: "YARN_CACHE_FOLDER"}},
		Leftovers: []string{"/usr/local/share/.cache/yarn"}, Clean: []string{"yarn cache clean"},
	},
	{
		Name: "yarn-berry", Install: []string{"install", "add", "workspaces", ""},
		Mounts:    []CacheMount{{Target: "~/.yarn/berry/cache", Sharing: locked, Env: "YARN_GLOBAL_FOLDER", EnvSuffix: "/cache"}},
		Leftovers: []string{"~/.yarn/berry/cache"}, Clean: []string{"yarn cache clean --all"},
	},
	{
		Name: "pnpm", Programs: []string{"pnpm"}, Install: []string{"install", "i", "add", "fetch", "update"},
		Mounts:    []CacheMount{{Target: "~/.local/share/pnpm/store", Sharing: shared, Env: "PNPM_HOME", EnvSuffix: "/store"}},
		Leftovers: []string{"~/.local/share/pnpm/store"}, Clean: []string{"pnpm store prune"},
	},
	{
		Name: "bun", Programs: []string{"bun"}, Install: []string{"install", "i", "add"},
		Mounts:    []CacheMount{{Target: "~/.bun/install/cache", Sharing: shared, Env: "BUN_INSTALL_CACHE_DIR"}},
		Leftovers: []string{"~/.bun/install/cache"}, Clean: []string{"rm -rf ~/.bun/install/cache"},
	},
	{
		Name: "deno", Programs: []string{"deno"}, Install: []string{"install", "cache", "add"},
		Mounts: []CacheMount{{Target: "/deno-dir", Sharing: shared, Env: "DENO_DIR"}},
	},
	{
		Name: "go", Programs: []string{"go"}, Install: []string{"mod", "get", "install", "build"},
		Mounts: []CacheMount{
			{Target: "/go/pkg/mod", Sharing: shared, Env: "GOMODCACHE"}, {Target: "~/.cache/go-build", Sharing: shared, Env: "GOCACHE"},
		},
		Leftovers: []string{"/go/pkg/mod", "~/.cache/go-build"}, Clean: []string{"go clean -cache -modcache"},
	},
	{
		Name: "cargo", Programs: []string{"cargo"}, Install: []string{"build", "fetch", "install", "chef"},
		Mounts: []CacheMount{
			{Target: "/usr/local/cargo/registry", Sharing: shared, Env: "CARGO_HOME", EnvSuffix: "/registry"},
			{Target: "/usr/local/cargo/git/db", Sharing: shared, Env: "CARGO_HOME", EnvSuffix: "/git/db"},
		},
		Leftovers: []string{"/usr/local/cargo/registry", "/usr/local/cargo/git"}, Clean: []string{"rm -rf /usr/local/cargo/registry"},
	},
	{
		Name: "maven", Programs: []string{"mvn", "mvnw"}, Install: []string{"package", "install", "verify", "compile", "dependency:go-offline", "dependency:resolve"},
		Mounts:    []CacheMount{{Target: "~/.m2", Sharing: shared}},
		Leftovers: []string{"~/.m2/repository"}, Clean: []string{"rm -rf ~/.m2/repository"},
	},
	{
		Name: "gradle", Programs: []string{"gradle", "gradlew"}, Install: []string{"build", "assemble", "dependencies", "bootJar", "shadowJar", "installDist"},
		Mounts:    []CacheMount{{Target: "~/.gradle", Sharing: locked, Env: "GRADLE_USER_HOME"}},
		Leftovers: []string{"~/.gradle/caches"}, Clean: []string{"rm -rf ~/.gradle/caches"},
	},
	{
		Name: "sbt", Programs: []string{"sbt"}, Install: []string{"update", "compile", "assembly", "stage", "dist"},
		Mounts: []CacheMount{
			{Target: "~/.sbt", Sharing: locked}, {Target: "~/.ivy2", Sharing: locked}, {Target: "~/.cache/coursier", Sharing: locked, Env: "COURSIER_CACHE"},
		},
		Leftovers: []string{"~/.ivy2/cache", "~/.cache/coursier"}, Clean: []string{"rm -rf ~/.ivy2/cache ~/.cache/coursier"},
	},
	{
		Name: "dotnet", Programs: []string{"dotnet", "nuget"}, Install: []string{"restore", "build", "publish", "tool"},
		Mounts:    []CacheMount{{Target: "~/.nuget/packages", Sharing: locked, Env: "NUGET_PACKAGES"}},
		Leftovers: []string{"~/.nuget/packages"}, Clean: []string{"dotnet nuget locals all --clear"},
	},
	{
		Name: "bundler", Programs: []string{"bundle", "bundler"}, Install: []string{"install", "update", ""},
		Mounts:    []CacheMount{{Target: "/usr/local/bundle/cache", Sharing: shared, Env: "GEM_HOME", EnvSuffix: "/cache"}},
		Leftovers: []string{"/usr/local/bundle/cache"}, Clean: []string{`rm -rf "${BUNDLE_PATH:-/usr/local/bundle}"/cache`},
	},
	{
		Name: "gem", Programs: []string{"gem"}, Install: []string{"install", "update"}, NoCacheFlag: "--no-document",
		Leftovers: []string{"~/.gem"}, Clean: []string{"rm -rf ~/.gem"},
	},
	{
		Name: "composer", Programs: []string{"composer", "composer.phar"}, Install: []string{"install", "update", "require", "create-project"},
		Mounts:    []CacheMount{{Target: "/tmp/cache", Sharing: shared, Env: "COMPOSER_CACHE_DIR"}},
		Leftovers: []string{"~/.composer/cache", "~/.cache/composer"}, Clean: []string{"composer clear-cache"}, NoCacheFlag: "--no-cache",
	},
	{
		Name: "mix", Programs: []string{"mix"}, Install: []string{"deps.get", "deps.compile", "local.hex", "local.rebar"},
		Mounts: []CacheMount{{Target: "~/.hex", Sharing: shared, Env: "HEX_HOME"}, {Target: "~/.mix", Sharing: shared, Env: "MIX_HOME"}},
	},
	{
		Name: "swift", Programs: []string{"swift"}, Install: []string{"build", "package"},
		Mounts: []CacheMount{{Target: "~/.cache/org.swift.swiftpm", Sharing: shared}},
	},
	{
		Name: "dart", Programs: []string{"dart", "flutter"}, Install: []string{"pub"},
		Mounts: []CacheMount{{Target: "~/.pub-cache", Sharing: shared, Env: "PUB_CACHE"}},
	},
}

// MustStay says whether a directory has to be in the image, so that it must
// never be a cache mount: what programs load at run time.
func MustStay(path string) bool {
	for _, dir := range [...]string{
		"node_modules", ".venv", "venv", "site-packages", "ms-playwright", "Cypress", "puppeteer", "huggingface", "torch",
		"vendor/bundle", "nltk_data", "whisper",
	} {
		if path == dir || strings.HasSuffix(path, "/"+dir) || strings.Contains(path, "/"+dir+"/") {
			return true
		}
	}
	switch strings.TrimSuffix(path, "/") {
	case "/usr/local/bundle", "/go/bin", "/usr/local/cargo/bin", "/opt/venv":
		return true
	}
	return false
}

// Ecosystem is a way to say what a project depends on: its manifests and how
// they are installed. Names of files are relative to the project's directory and
// may have wildcards.
type Ecosystem struct {
	Name string
	// Manager names the entry of [Managers] that installs.
	Manager string
	// Manifests are the files one of which must be there; Locks pin versions.
	Manifests, Locks []string
	// CopyFirst are all files that the install reads, where they exist.
	CopyFirst []string
	// Install are the commands that count as the install, as a program and a
	// subcommand: "npm ci".
	Install []string
	// Frozen is the install that takes the lock file at its word.
	Frozen string
	// Splittable says that the manifests alone are enough for the install, apart
	// from what Refuse names.
	Splittable bool
	// Refuse says in which cases the install reads more than the manifests, for
	// messages; the reader of the manifests decides.
	Refuse string
}

// Ecosystems are all entries, the more special before the more general. They
// must not be changed.
func Ecosystems() []Ecosystem { return ecosystems[:] }

// EcosystemOf finds an entry by name.
func EcosystemOf(name string) (*Ecosystem, bool) {
	for i := range ecosystems {
		if ecosystems[i].Name == name {
			return &ecosystems[i], true
		}
	}
	return nil, false
}

const nodeRefuse = "install scripts, workspaces, or file: and link: dependencies read files beside the manifests"

var ecosystems = [...]Ecosystem{
	{
		Name: "pnpm", Manager: "pnpm", Manifests: []string{"package.json"}, Locks: []string{"pnpm-lock.yaml"},
		CopyFirst: []string{"package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs", "patches/"},
		Install:   []string{"pnpm install", "pnpm i", "pnpm fetch"}, Frozen: "pnpm install --frozen-lockfile", Splittable: true, Refuse: nodeRefuse,
	},
	{
		Name: "yarn-berry", Manager: "yarn-berry", Manifests: []string{"package.json"}, Locks: []string{"yarn.lock"},
		CopyFirst: []string{
			"package.json", "yarn.lock", ".yarnrc.yml", ".yarn/releases/", ".yarn/plugins/", ".yarn/patches/", ".yarn/cache/", ".pnp.cjs", ".pnp.loader.mjs",
		},
		Install: []string{"yarn", "yarn install"}, Frozen: "yarn install --immutable", Splittable: true, Refuse: nodeRefuse,
	},
	{
		Name: "yarn", Manager: "yarn", Manifests: []string{"package.json"}, Locks: []string{"yarn.lock"},
		CopyFirst: []string{"package.json", "yarn.lock", ".yarnrc", ".npmrc"},
		Install:   []string{"yarn", "yarn install"}, Frozen: "yarn install --frozen-lockfile", Splittable: true, Refuse: nodeRefuse,
	},
	{
		Name: "bun", Manager: "bun", Manifests: []string{"package.json"}, Locks: []string{"bun.lock", "bun.lockb"},
		CopyFirst: []string{"package.json", "bun.lock", "bun.lockb", "bunfig.toml", ".npmrc"},
		Install:   []string{"bun install", "bun i"}, Frozen: "bun install --frozen-lockfile", Splittable: true, Refuse: nodeRefuse,
	},
	{
		Name: "npm", Manager: "npm", Manifests: []string{"package.json"}, Locks: []string{"package-lock.json", "npm-shrinkwrap.json"},
		CopyFirst: []string{"package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"},
		Install:   []string{"npm ci", "npm install", "npm i", "npm clean-install"}, Frozen: "npm ci", Splittable: true, Refuse: nodeRefuse,
	},
	{
		Name: "deno", Manager: "deno", Manifests: []string{"deno.json", "deno.jsonc"}, Locks: []string{"deno.lock"},
		CopyFirst: []string{"deno.json", "deno.jsonc", "deno.lock", "import_map.json"},
		Install:   []string{"deno install", "deno cache"}, Frozen: "deno install --frozen",
		Refuse: "imports stand in the sources",
	},
	{
		Name: "uv", Manager: "uv", Manifests: []string{"pyproject.toml"}, Locks: []string{"uv.lock"},
		CopyFirst: []string{"pyproject.toml", "uv.lock", ".python-version", "uv.toml"},
		Install:   []string{"uv sync"}, Frozen: "uv sync --locked --no-install-project", Splittable: true,
		Refuse: "workspaces and path sources read other directories, and without --no-install-project the project itself is read",
	},
	{
		Name: "poetry", Manager: "poetry", Manifests: []string{"pyproject.toml"}, Locks: []string{"poetry.lock"},
		CopyFirst: []string{"pyproject.toml", "poetry.lock", "poetry.toml"},
		Install:   []string{"poetry install", "poetry sync"}, Frozen: "poetry install --no-root --only main", Splittable: true,
		Refuse: "path dependencies read other directories, and without --no-root the project itself is read",
	},
	{
		Name: "pipenv", Manager: "pipenv", Manifests: []string{"Pipfile"}, Locks: []string{"Pipfile.lock"},
		CopyFirst: []string{"Pipfile", "Pipfile.lock"},
		Install:   []string{"pipenv install", "pipenv sync"}, Frozen: "pipenv sync", Splittable: true, Refuse: "path and editable entries read other directories",
	},
	{
		Name: "pdm", Manager: "pdm", Manifests: []string{"pyproject.toml"}, Locks: []string{"pdm.lock"},
		CopyFirst: []string{"pyproject.toml", "pdm.lock"},
		Install:   []string{"pdm install", "pdm sync"}, Frozen: "pdm install --check --prod --no-self", Splittable: true,
		Refuse: "local paths read other directories, and without --no-self the project itself is read",
	},
	{
		Name: "pip", Manager: "pip", Manifests: []string{"requirements*.txt", "requirements/*.txt"},
		CopyFirst: []string{"requirements*.txt", "constraints*.txt"},
		Install:   []string{"pip install", "pip3 install", "uv pip"}, Splittable: true,
		Refuse: "-e, ., ./dir and file: lines read the sources, and -r and -c lines other files",
	},
	{
		Name: "setuptools", Manager: "pip", Manifests: []string{"setup.py", "pyproject.toml"},
		CopyFirst: []string{"setup.py", "setup.cfg", "pyproject.toml"},
		Install:   []string{"pip install", "pip3 install"}, Refuse: "the build of the project reads its packages, its README and perhaps its version history",
	},
	{
		Name: "conda", Manager: "conda", Manifests: []string{"environment.yml", "environment.yaml"}, Locks: []string{"conda-lock.yml"},
		CopyFirst: []string{"environment.yml", "environment.yaml", "conda-lock.yml"},
		Install:   []string{"conda env", "conda install", "mamba env", "micromamba install", "micromamba create"}, Splittable: true,
		Refuse: "a pip section with -e or -r reads other files",
	},
	{
		Name: "go", Manager: "go", Manifests: []string{"go.mod"}, Locks: []string{"go.sum"},
		CopyFirst: []string{"go.mod", "go.sum"},
		Install:   []string{"go mod", "go get"}, Frozen: "go mod download", Splittable: true,
		Refuse: "replace with a directory and go.work need the manifests there, and a vendor directory makes the download useless",
	},
	{
		Name: "cargo", Manager: "cargo", Manifests: []string{"Cargo.toml"}, Locks: []string{"Cargo.lock"},
		CopyFirst: []string{"Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain", "rust-toolchain.toml", "build.rs"},
		Install:   []string{"cargo fetch", "cargo build", "cargo install"}, Frozen: "cargo build --locked",
		Refuse: "cargo cannot build dependencies without the sources",
	},
	{
		Name: "maven", Manager: "maven", Manifests: []string{"pom.xml"},
		CopyFirst: []string{"pom.xml", ".mvn/", "mvnw", "settings.xml"},
		Install:   []string{"mvn dependency:go-offline", "mvn dependency:resolve", "mvn package", "mvn install", "mvn verify"}, Frozen: "mvn -B dependency:go-offline", Splittable: true,
		Refuse: "modules and a parent by relativePath need their own pom.xml",
	},
	{
		Name: "gradle", Manager: "gradle", Manifests: []string{"build.gradle", "build.gradle.kts"}, Locks: []string{"gradle.lockfile"},
		CopyFirst: []string{
			"settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts", "gradle/", "gradlew", "gradle.properties", "gradle.lockfile", "buildSrc/",
		},
		Install: []string{"gradle dependencies", "gradle build", "gradlew dependencies", "gradlew build"}, Frozen: "gradle dependencies",
		Refuse: "projects with several modules need their build files, and not every configuration is resolved",
	},
	{
		Name: "sbt", Manager: "sbt", Manifests: []string{"build.sbt"},
		CopyFirst: []string{"build.sbt", "project/*.sbt", "project/*.scala", "project/build.properties"},
		Install:   []string{"sbt update"}, Frozen: "sbt update", Splittable: true, Refuse: "projects with several modules need their build files",
	},
	{
		Name: "dotnet", Manager: "dotnet", Manifests: []string{"*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx"}, Locks: []string{"packages.lock.json"},
		CopyFirst: []string{
			"*.sln", "*.slnx", "*.csproj", "*.fsproj", "*.vbproj", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json",
			"nuget.config", "NuGet.Config", "NuGet.config", "packages.lock.json",
		},
		Install: []string{"dotnet restore"}, Frozen: "dotnet restore --locked-mode", Splittable: true,
		Refuse: "the project files must keep their directories, and referenced projects must be there",
	},
	{
		Name: "bundler", Manager: "bundler", Manifests: []string{"Gemfile", "gems.rb"}, Locks: []string{"Gemfile.lock", "gems.locked"},
		CopyFirst: []string{"Gemfile", "Gemfile.lock", "gems.rb", "gems.locked", ".ruby-version", ".tool-versions"},
		Install:   []string{"bundle install", "bundle"}, Frozen: "bundle install", Splittable: true,
		Refuse: "path: gems, a gemspec line and a Gemfile that reads files need more than the Gemfile",
	},
	{
		Name: "composer", Manager: "composer", Manifests: []string{"composer.json"}, Locks: []string{"composer.lock"},
		CopyFirst: []string{"composer.json", "composer.lock", "symfony.lock"},
		Install:   []string{"composer install", "composer.phar install"},
		Frozen:    "composer install --no-dev --no-scripts --no-autoloader --no-interaction", Splittable: true,
		Refuse: "scripts, path repositories and the class map of the project's own code read the sources",
	},
	{
		Name: "mix", Manager: "mix", Manifests: []string{"mix.exs"}, Locks: []string{"mix.lock"},
		CopyFirst: []string{"mix.exs", "mix.lock", "config/config.exs", "config/prod.exs"},
		Install:   []string{"mix deps.get", "mix deps.compile"}, Frozen: "mix deps.get --only prod", Splittable: true,
		Refuse: "umbrella applications and path dependencies need their own mix.exs",
	},
	{
		Name: "swift", Manager: "swift", Manifests: []string{"Package.swift"}, Locks: []string{"Package.resolved"},
		CopyFirst: []string{"Package.swift", "Package.resolved"},
		Install:   []string{"swift package"}, Frozen: "swift package resolve", Splittable: true, Refuse: "path packages read other directories",
	},
	{
		Name: "dart", Manager: "dart", Manifests: []string{"pubspec.yaml"}, Locks: []string{"pubspec.lock"},
		CopyFirst: []string{"pubspec.yaml", "pubspec.lock"},
		Install:   []string{"dart pub", "flutter pub"}, Frozen: "dart pub get --enforce-lockfile", Splittable: true,
		Refuse: "path dependencies and workspaces read other directories",
	},
	{
		Name: "terraform", Manifests: []string{"*.tf"}, Locks: []string{".terraform.lock.hcl"},
		CopyFirst: []string{".terraform.lock.hcl", "versions.tf", "providers.tf"}, Install: []string{"terraform init"},
		Refuse: "local modules read other directories",
	},
	{
		Name: "ansible-galaxy", Manifests: []string{"requirements.yml", "requirements.yaml"},
		CopyFirst: []string{"requirements.yml", "requirements.yaml"}, Install: []string{"ansible-galaxy install", "ansible-galaxy collection", "ansible-galaxy role"}, Splittable: true,
		Refuse: "roles from local directories need these",
	},
}
