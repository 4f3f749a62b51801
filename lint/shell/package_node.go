package shell

import "strings"

func readNpm(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "npm", true
	op.Global = c.enabled("-g", "--global") || optionIs(c, "global", "--location")
	op.Production = npmProduction(c)
	op.Indexes = c.Values("--registry")
	op.Target = c.word("--prefix", "-C")
	words := c.Operands()
	switch op.Subcommand {
	case "install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall", "add":
		op.Action = Install
		op.add(words, splitNpm)
		op.ManifestInstall = len(words) == 0 && !op.Global
		op.Frozen = c.Has("--frozen-lockfile")
	case "ci", "clean-install", "ic", "install-clean", "isntall-clean":
		op.Action, op.ManifestInstall, op.Frozen = Install, true, true
	case "install-test", "it", "install-ci-test", "cit", "clean-install-test", "sit":
		op.Action, op.ManifestInstall = Install, true
		op.Frozen = op.Subcommand != "install-test" && op.Subcommand != "it"
	case "update", "up", "upgrade", "udpate":
		op.Action = Upgrade
		op.add(words, splitNpm)
	case "uninstall", "remove", "rm", "r", "un", "unlink", "prune":
		op.Action = Remove
		op.add(words, splitNpm)
	case "cache":
		if len(words) > 0 && (words[0].Value == "clean" || words[0].Value == "clear" || words[0].Value == "rm" || words[0].Value == "verify") {
			op.Action = Clean
		}
	case "run", "run-script", "rum", "urn":
		op.Action = scriptAction(words)
	case "start", "test", "t", "stop", "restart":
		op.Action = Run
	case "exec", "x", "create", "init", "innit":
		op.Action = Run
		op.add(words[:min(len(words), 1)], splitNpm)
	case "rebuild", "rb":
		op.Action = Build
	case "pack":
		op.Action = Build
	case "publish":
		op.Action = Publish
	case "config", "c", "set", "login", "adduser", "logout":
		op.Action = Config
	}
}

// scriptAction tells a build script from others.
func scriptAction(words []Word) Action {
	if len(words) > 0 && (strings.HasPrefix(words[0].Value, "build") || words[0].Value == "compile" || words[0].Value == "bundle") {
		return Build
	}
	return Run
}

func optionIs(c *Command, value string, names ...string) bool {
	for _, w := range c.Values(names...) {
		if w.Value == value {
			return true
		}
	}
	return false
}

func npmProduction(c *Command) bool {
	if c.enabled("--production", "--prod") || optionIs(c, "dev", "--omit") || c.Has("--no-dev") {
		return true
	}
	for _, w := range c.Values("--only") {
		if strings.HasPrefix(w.Value, "prod") {
			return true
		}
	}
	a := c.Assign("NODE_ENV")
	return a != nil && a.Value.Value == "production"
}

// splitNpm reads name@version, @scope/name@version, folders, files and URLs.
func splitNpm(w *Word) Package {
	v := w.Value
	if p, ok := local(w, ".tgz", ".tar.gz"); ok {
		return p
	}
	at := strings.IndexByte(v[1:], '@') + 1
	if at > 0 && isURL(v[at+1:]) {
		p := parts(w, at, -1, 0)
		p.IsURL = true
		return p
	}
	if at > 0 {
		return parts(w, at, at+1, len(v))
	}
	p := whole(w)
	if slashes := strings.Count(v, "/"); slashes > 0 && v[0] != '@' && w.Static {
		// user/repository is short for a repository on GitHub.
		p.IsURL, p.IsDir = slashes == 1, slashes > 1
	}
	return p
}

func readYarn(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "yarn", true
	op.Frozen = c.Has("--frozen-lockfile", "--immutable")
	op.Production = npmProduction(c)
	op.Indexes = c.Values("--registry")
	op.Target = c.word("--cwd")
	words := c.Operands()
	switch op.Subcommand {
	case "", "install":
		if c.Has("--version", "-v", "--help", "-h") {
			return
		}
		op.Action, op.ManifestInstall = Install, true
	case "workspaces":
		if len(words) > 0 && words[0].Value == "focus" {
			op.Action, op.ManifestInstall = Install, true
		}
	case "add", "dlx", "create":
		op.Action = Install
		if op.Subcommand != "add" {
			op.Action, words = Run, words[:min(len(words), 1)]
		}
		op.add(words, splitNpm)
	case "global":
		op.Global = true
		if len(words) > 0 && words[0].Value == "add" {
			op.Action = Install
			op.add(words[1:], splitNpm)
		}
	case "remove":
		op.Action = Remove
		op.add(words, splitNpm)
	case "up", "upgrade":
		op.Action = Upgrade
		op.add(words, splitNpm)
	case "cache":
		op.Action = Clean
	case "run":
		op.Action = scriptAction(words)
	case "config", "set", "policies", "plugin", "login":
		op.Action = Config
	case "publish", "npm":
		op.Action = Publish
	case "pack":
		op.Action = Build
	case "info", "why", "list", "check", "audit", "outdated", "versions", "link", "import", "init":
	default:
		op.Action = scriptAction([]Word{*c.SubcommandWord()})
	}
}

// readPnpm reads pnpm and bun.
func readPnpm(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = c.Family, true
	op.Frozen = c.enabled("--frozen-lockfile")
	op.Production = npmProduction(c) || c.Has("-P") || c.Family == "bun" && c.Has("-p")
	op.Global = c.Has("-g", "--global")
	op.Indexes = c.Values("--registry")
	op.Target = c.word("-C", "--dir", "--cwd", "--prefix")
	words := c.Operands()
	switch op.Subcommand {
	case "install", "i", "add", "a":
		op.Action = Install
		op.add(words, splitNpm)
		op.ManifestInstall = len(words) == 0 && !op.Global
	case "ci":
		op.Action, op.ManifestInstall, op.Frozen = Install, true, true
	case "deploy":
		op.Action, op.ManifestInstall = Install, true
	case "fetch":
		op.Action, op.ManifestInstall, op.Frozen = Fetch, true, true
	case "remove", "rm", "uninstall", "un", "prune":
		op.Action = Remove
		op.add(words, splitNpm)
	case "update", "up", "upgrade":
		op.Action = Upgrade
		op.add(words, splitNpm)
	case "store", "pm", "cache":
		op.Action = Clean
	case "run", "run-script":
		op.Action = scriptAction(words)
	case "build":
		op.Action = Build
	case "exec", "dlx", "x", "create":
		op.Action = Run
		op.add(words[:min(len(words), 1)], splitNpm)
	case "config", "setup", "env", "set", "self-update", "login":
		op.Action = Config
	case "publish":
		op.Action = Publish
	case "":
	default:
		op.Action = scriptAction([]Word{*c.SubcommandWord()})
	}
}

// readLauncher reads npx and the like: they fetch a package and run it.
func readLauncher(c *Command, op *PackageOp) {
	op.Subcommand = ""
	switch c.Name {
	case "npx":
		op.Manager, op.AssumeYes = "npm", c.Has("-y", "--yes")
	case "pnpx":
		op.Manager, op.AssumeYes = "pnpm", true
	case "bunx":
		op.Manager, op.AssumeYes = "bun", true
	case "uvx":
		op.Manager, op.AssumeYes = "uv", true
	}
	op.Action = Run
	words := c.Values("-p", "--package", "--from")
	if len(words) == 0 {
		words = c.Operands()
		words = words[:min(len(words), 1)]
	}
	split := splitNpm
	if c.Name == "uvx" {
		split = splitProjectPython
	}
	op.add(words, split)
}
