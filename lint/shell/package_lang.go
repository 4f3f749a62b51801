package shell

import "strings"

func readRuby(c *Command, op *PackageOp) {
	op.AssumeYes = true
	if c.Family == "gem" {
		readGem(c, op)
		return
	}
	op.Manager = "bundle"
	op.Frozen = c.Has("--deployment", "--frozen")
	op.Production = withoutDev(c) || c.Has("--deployment")
	op.Target = c.word("--path")
	op.NoCache = c.Has("--no-cache")
	words := c.Operands()
	switch op.Subcommand {
	case "", "install":
		if op.Subcommand == "" && len(c.Words) > 1 && c.Has("--version", "-v") {
			return
		}
		op.Action, op.ManifestInstall = Install, true
	case "add":
		op.Action = Install
		op.add(words, whole)
	case "update":
		op.Action = Upgrade
		op.add(words, whole)
	case "remove":
		op.Action = Remove
		op.add(words, whole)
	case "package", "pack", "cache":
		op.Action, op.ManifestInstall = Fetch, true
	case "exec":
		op.Action = Run
	case "config", "lock", "init", "binstubs":
		op.Action = Config
	case "clean":
		op.Action = Clean
	}
}

func readGem(c *Command, op *PackageOp) {
	op.Manager = "gem"
	op.Indexes = c.Values("-s", "--source")
	op.Target = c.word("-i", "--install-dir")
	words := c.Operands()
	switch op.Subcommand {
	case "install", "i":
		op.Action = Install
		op.ManifestInstall = c.Has("-g", "--file")
	case "update":
		op.Action = Upgrade
	case "uninstall":
		op.Action = Remove
	case "cleanup":
		op.Action = Clean
	case "fetch":
		op.Action = Fetch
	case "build":
		op.Action = Build
		return
	case "push":
		op.Action = Publish
		return
	case "sources":
		op.Action = Config
		return
	default:
		return
	}
	op.add(words, splitGem)
	op.versionOption(c, "-v", "--version")
}

// splitGem reads name:version and files.
func splitGem(w *Word) Package {
	if p, ok := local(w, ".gem"); ok {
		return p
	}
	if i := strings.IndexByte(w.Value, ':'); i > 0 {
		return parts(w, i, i+1, len(w.Value))
	}
	return whole(w)
}

// versionOption gives a lone package the version of an option.
func (op *PackageOp) versionOption(c *Command, names ...string) {
	v, ok := c.Option(names...)
	if !ok || len(op.Packages) != 1 || op.Packages[0].Version != "" {
		return
	}
	p := &op.Packages[0]
	p.Version, p.Operator, p.VersionRange = v.Value, "=", v.Range
	for _, o := range [...]string{"~>", ">=", "<=", "!=", ">", "<", "="} {
		if rest, ok := strings.CutPrefix(v.Value, o); ok {
			p.Operator, p.Version = o, strings.TrimSpace(rest)
			break
		}
	}
}

func readGo(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "go", true
	words := c.Operands()
	op.Frozen = optionIs(c, "readonly", "-mod") || optionIs(c, "vendor", "-mod")
	switch op.Subcommand {
	case "get":
		op.Action = Install
		if c.Has("-d") {
			op.Action = Fetch
		}
		op.goPackages(words)
	case "install":
		op.Action = Build
		op.goPackages(words)
		for i := range op.Packages {
			if op.Packages[i].Version != "" {
				op.Action, op.ManifestInstall = Install, false
			}
		}
	case "build", "test", "generate", "vet":
		op.Action, op.ManifestInstall = Build, true
	case "run":
		op.Action, op.ManifestInstall = Run, true
		if len(words) > 0 && strings.Contains(words[0].Value, "@") {
			op.ManifestInstall = false
			op.add(words[:1], splitNpm)
		}
	case "mod":
		if len(words) > 0 && (words[0].Value == "download" || words[0].Value == "vendor" || words[0].Value == "tidy") {
			op.Action, op.ManifestInstall = Fetch, len(words) == 1
			op.add(words[1:], splitGo)
		}
	case "clean":
		if c.Has("-modcache", "-cache") {
			op.Action = Clean
		}
	case "env":
		if c.Has("-w") {
			op.Action = Config
		}
	}
}

func (op *PackageOp) goPackages(words []Word) {
	op.add(words, splitGo)
	op.ManifestInstall = len(words) == 0
	for i := range op.Packages {
		op.ManifestInstall = op.ManifestInstall || op.Packages[i].IsDir
	}
}

// splitGo reads path@version and folders of the module.
func splitGo(w *Word) Package {
	if i := strings.IndexByte(w.Value, '@'); i > 0 {
		return parts(w, i, i+1, len(w.Value))
	}
	p, ok := local(w)
	if !ok {
		p = whole(w)
	}
	return p
}

func readCargo(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "cargo", true
	op.Frozen = c.Has("--locked", "--frozen")
	op.Target = c.word("--root", "--target-dir")
	op.Indexes = c.Values("--registry", "--index")
	words := c.Operands()
	for len(words) > 0 && strings.HasPrefix(words[0].Value, "+") {
		words = words[1:] // the toolchain
	}
	switch op.Subcommand {
	case "install":
		op.Action = Install
		op.add(words, splitNpm)
		op.versionOption(c, "--version", "--vers")
		op.ManifestInstall = c.Has("--path")
	case "binstall":
		op.Action = Install
		op.add(words, splitNpm)
		op.versionOption(c, "--version")
	case "add":
		op.Action = Install
		op.add(words, splitNpm)
	case "build", "b", "test", "t", "check", "c", "bench", "rustc", "clippy", "doc", "zigbuild", "auditable":
		op.Action, op.ManifestInstall = Build, true
	case "run", "r":
		op.Action, op.ManifestInstall = Run, true
	case "fetch", "vendor":
		op.Action, op.ManifestInstall = Fetch, true
	case "chef":
		if len(words) > 0 && words[0].Value == "cook" {
			op.Action, op.ManifestInstall = Build, true
		}
	case "update":
		op.Action = Upgrade
	case "remove", "rm", "uninstall":
		op.Action = Remove
		op.add(words, splitNpm)
	case "clean", "cache":
		op.Action = Clean
	case "publish":
		op.Action = Publish
	case "init", "new", "login":
		op.Action = Config
	}
}

func readComposer(c *Command, op *PackageOp) {
	op.Manager = "composer"
	op.AssumeYes = c.Has("-n", "--no-interaction")
	op.Production = c.Has("--no-dev")
	op.NoCache = c.Has("--no-cache")
	op.Target = c.word("-d", "--working-dir")
	words := c.Operands()
	sub := op.Subcommand
	if sub == "global" && len(words) > 0 {
		op.Global = true
		sub, words = words[0].Value, words[1:]
	}
	switch sub {
	case "install", "i":
		op.Action, op.ManifestInstall = Install, true
	case "require", "req", "r":
		op.Action = Install
		op.add(words, splitComposer)
	case "create-project":
		op.Action = Install
		op.add(words[:min(len(words), 1)], splitComposer)
	case "update", "u", "upgrade":
		op.Action, op.ManifestInstall = Upgrade, len(words) == 0
		op.add(words, splitComposer)
	case "remove", "rm":
		op.Action = Remove
		op.add(words, splitComposer)
	case "clear-cache", "clearcache", "cc":
		op.Action = Clean
	case "dump-autoload", "dumpautoload", "archive":
		op.Action = Build
	case "run-script", "run", "exec":
		op.Action = Run
	case "config", "init", "self-update", "selfupdate":
		op.Action = Config
	}
}

// splitComposer reads vendor/name:version and vendor/name=version.
func splitComposer(w *Word) Package {
	if i := strings.IndexAny(w.Value, ":="); i > 0 {
		return parts(w, i, i+1, len(w.Value))
	}
	return whole(w)
}

func readDotnet(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "dotnet", true
	words := c.Operands()
	op.Indexes = c.Values("-s", "--source", "--add-source", "-Source")
	op.Frozen = c.Has("--locked-mode")
	op.NoCache = c.Has("--no-cache")
	op.ManifestInstall = !c.Has("--no-restore")
	switch op.Subcommand {
	case "restore":
		op.Action = Install
		return
	case "build", "publish", "pack", "msbuild":
		op.Action = Build
		return
	case "test", "run":
		op.Action = Run
		return
	}
	op.ManifestInstall = false
	if strings.HasSuffix(op.Subcommand, ".dll") {
		op.Action = Run
		return
	}
	switch op.Subcommand {
	case "tool", "add", "new", "workload", "package":
		op.dotnetAdd(c, words)
	case "nuget":
		op.dotnetNuget(words)
	case "install":
		op.Action = Install
		op.add(words, whole)
		op.versionOption(c, "-Version")
	case "push":
		op.Action = Publish
	case "clean":
		op.Action = Clean
	case "remove":
		op.Action = Remove
	case "sources", "config":
		op.Action = Config
	}
}

// dotnetAdd reads dotnet tool install and dotnet add package.
func (op *PackageOp) dotnetAdd(c *Command, words []Word) {
	for i := range words {
		switch words[i].Value {
		case "install", "package", "update", "restore":
			op.Action = Install
			op.ManifestInstall = words[i].Value == "restore"
			op.Global = c.Has("-g", "--global")
			op.Target = c.word("--tool-path")
			op.add(words[i+1:], splitNpm)
			op.versionOption(c, "-v", "--version")
			return
		}
	}
}

func (op *PackageOp) dotnetNuget(words []Word) {
	if len(words) == 0 {
		return
	}
	switch words[0].Value {
	case "push":
		op.Action = Publish
	case "locals":
		op.Action = Clean
	default:
		op.Action = Config
	}
}

// readJava reads build tools of the JVM, whose operands are goals.
func readJava(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = c.Family, true
	op.Frozen = c.Has("-o", "--offline")
	p := c.parsed()
	args := c.Args()
	for _, i := range p.operands {
		goal := args[i].Value
		if a := javaGoal(goal); a > op.Action || op.Action == OtherAction || a == Publish {
			if op.Action != Publish {
				op.Action = a
			}
			op.Subcommand = goal
		}
	}
	op.ManifestInstall = op.Action == Build || op.Action == Fetch || op.Action == Run
}

func javaGoal(goal string) Action {
	if i := strings.LastIndexByte(goal, ':'); i >= 0 {
		switch g := goal[i+1:]; {
		case strings.HasPrefix(goal, "dependency:"), strings.HasSuffix(goal, ":go-offline"), strings.HasSuffix(goal, ":resolve"):
			return Fetch
		case strings.Contains(goal, "versions:"), g == "wrapper":
			return Config
		case strings.HasPrefix(goal, "jib:"), strings.HasPrefix(goal, "spring-boot:build"):
			return Build
		default:
			goal = g
		}
	}
	switch goal {
	case "dependencies", "resolveDependencies", "downloadDependencies", "deps", "update", "resolve":
		return Fetch
	case "clean":
		return OtherAction
	case "deploy", "publish", "upload":
		return Publish
	case "run", "bootRun":
		return Run
	case "wrapper", "init", "help", "version", "tasks":
		return Config
	}
	return Build
}

// simpleManager knows the package managers whose commands are all alike.
func simpleManager(name string) func(*Command, *PackageOp) {
	switch name {
	case "mix":
		return readMix
	case "cpan", "cpanm", "cpm", "install2.r", "install.r", "docker-php-ext-install", "install-php-extensions", "nix-env":
		return readNameless
	case "dart", "flutter", "pub", "swift":
		return readDart
	case "brew", "opam", "stack", "cabal", "luarocks", "helm", "ansible-galaxy", "pecl", "pear", "opkg", "snap", "choco",
		"flatpak", "deno", "conan", "vcpkg", "rustup", "sdkmanager", "gcloud", "emerge", "xbps-install", "code", "code-server", "R":
		return readSimple
	}
	return nil
}

func readSimple(c *Command, op *PackageOp) {
	words := c.Operands()
	sub := op.Subcommand
	switch c.Name {
	case "helm", "ansible-galaxy", "gcloud", "rustup":
		// Their subcommands have subcommands.
		switch sub {
		case "repo", "collection", "role", "components", "component", "toolchain", "target":
			if len(words) > 0 {
				sub, words = words[0].Value, words[1:]
			}
		default:
			if c.Name == "gcloud" {
				return
			}
		}
	case "emerge", "xbps-install":
		sub = "install"
	case "code", "code-server", "R", "sdkmanager":
		return
	}
	switch sub {
	case "install", "in", "global", "require":
		op.Action = Install
	case "add":
		op.Action = Install
		if c.Name == "helm" {
			op.Action = Config
		}
	case "update", "refresh", "update-index":
		op.Action = Update
	case "upgrade":
		op.Action = Upgrade
	case "remove", "uninstall", "rm", "delete":
		op.Action = Remove
	case "clean", "cleanup", "clear-cache", "purge":
		op.Action = Clean
	case "fetch", "pull", "download", "cache":
		op.Action = Fetch
	case "build", "make", "compile", "bundle":
		op.Action = Build
	case "publish", "push", "upload":
		op.Action = Publish
	case "run", "exec", "test", "task":
		op.Action = Run
	case "config", "init", "setup", "pin", "switch", "env", "tap", "channel-update", "config-set", "remote":
		op.Action = Config
	}
	op.Manager = c.Family
	op.AssumeYes = c.enabled("-y", "--yes", "--confirm", "--assumeyes") || !asks(c.Family)
	op.Requirements = c.Values("-r", "--role-file", "--requirements-file")
	if op.Action == Install || op.Action == Upgrade || op.Action == Remove || op.Action == Fetch {
		op.add(words, splitterOf(c.Family))
		op.versionOption(c, "--version")
	}
	op.ManifestInstall = op.Action == Build || op.Action == Install && (len(words) == 0 || len(op.Requirements) > 0)
}

// asks reports whether a program waits for an answer.
func asks(name string) bool {
	switch name {
	case "opam", "choco", "emerge", "flatpak", "xbps-install":
		return true
	}
	return false
}

// splitterOf returns how a program writes versions.
func splitterOf(name string) func(*Word) Package {
	switch name {
	case "brew", "deno":
		return splitNpm
	case "ansible-galaxy":
		return splitAt(":,", false)
	case "conan":
		return splitAt("/", false)
	case "opam":
		return splitAt(".", true)
	case "pecl", "pear", "stack", "cabal":
		return func(w *Word) Package {
			if p, ok := local(w, ".tgz"); ok {
				return p
			}
			if i := strings.LastIndexByte(w.Value, '-'); i > 0 && i+1 < len(w.Value) && (isDigit(w.Value[i+1]) || w.Value[i+1] == '$') {
				return parts(w, i, i+1, len(w.Value))
			}
			return whole(w)
		}
	}
	return func(w *Word) Package {
		if p, ok := local(w, ".tar.gz", ".tgz"); ok {
			return p
		}
		return whole(w)
	}
}

// splitAt reads name and version with one of the separators between them; when
// digit is set, a digit must follow.
func splitAt(separators string, digit bool) func(*Word) Package {
	return func(w *Word) Package {
		if p, ok := local(w, ".tar.gz"); ok {
			return p
		}
		v := w.Value
		for i := 1; i+1 < len(v); i++ {
			if strings.IndexByte(separators, v[i]) >= 0 && (!digit || isDigit(v[i+1])) {
				return parts(w, i, i+1, len(v))
			}
		}
		return whole(w)
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// readNameless reads programs that do nothing but install their operands.
func readNameless(c *Command, op *PackageOp) {
	op.Manager, op.Subcommand, op.Action, op.AssumeYes = c.Name, "", Install, true
	switch c.Name {
	case "install2.r", "install.r":
		op.Manager = "r"
	case "docker-php-ext-install", "install-php-extensions":
		op.Manager = "docker-php-ext"
	case "cpanm":
		op.ManifestInstall = c.Has("--installdeps")
	case "nix-env":
		if !c.Has("-i", "--install", "-iA") {
			op.Action = OtherAction
		}
	}
	op.add(c.Operands(), splitNpm)
}

func readMix(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "mix", true
	op.Production = optionIs(c, "prod", "--only")
	if a := c.Assign("MIX_ENV"); a != nil {
		op.Production = op.Production || a.Value.Value == "prod"
	}
	sub := op.Subcommand
	switch {
	case sub == "do":
		if len(c.Operands()) > 0 {
			op.Action, op.ManifestInstall = Build, true
		}
	case sub == "deps.get":
		op.Action, op.ManifestInstall = Install, true
	case sub == "deps.update":
		op.Action = Upgrade
	case strings.HasPrefix(sub, "local.") || sub == "archive.install" || sub == "escript.install":
		op.Action = Install
		op.AssumeYes = c.Has("--force", "--if-missing")
		words := c.Operands()
		if sub == "archive.install" && len(words) > 0 && words[0].Value == "hex" {
			words = words[1:]
			op.add(words[:min(1, len(words))], splitNpm)
			if len(words) == 2 && len(op.Packages) == 1 {
				op.Packages[0].Version, op.Packages[0].Operator, op.Packages[0].VersionRange = words[1].Value, "=", words[1].Range
			}
		}
	case sub == "deps.compile" || sub == "compile" || sub == "release" || strings.HasPrefix(sub, "assets.") || strings.HasPrefix(sub, "phx.digest"):
		op.Action, op.ManifestInstall = Build, true
	case sub == "deps.clean":
		op.Action = Clean
	case sub == "hex.publish":
		op.Action = Publish
	case sub == "run" || sub == "test" || strings.HasPrefix(sub, "ecto.") || strings.HasPrefix(sub, "phx."):
		op.Action = Run
	}
}

func readDart(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = c.Family, true
	words := c.Operands()
	sub := op.Subcommand
	if (sub == "pub" || sub == "packages" || sub == "package") && len(words) > 0 {
		sub, words = words[0].Value, words[1:]
	}
	switch sub {
	case "get", "resolve":
		op.Action, op.ManifestInstall = Install, true
		op.Frozen = c.Has("--enforce-lockfile")
	case "add", "activate":
		op.Action = Install
		op.add(words, splitGem)
	case "global":
		if len(words) > 0 && words[0].Value == "activate" {
			op.Action, op.Global = Install, true
			op.add(words[1:min(len(words), 2)], whole)
		}
	case "upgrade", "update":
		op.Action = Upgrade
	case "build", "compile":
		op.Action, op.ManifestInstall = Build, true
	case "run", "test":
		op.Action = Run
	case "clean":
		op.Action = Clean
	case "publish":
		op.Action = Publish
	case "config", "precache", "channel":
		op.Action = Config
	}
}
