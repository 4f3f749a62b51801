package shell

import "strings"

func readPip(c *Command, op *PackageOp) {
	op.Manager = "pip"
	op.AssumeYes = op.Subcommand != "uninstall" || c.enabled("-y", "--yes")
	switch op.Subcommand {
	case "install":
		op.Action = Install
	case "download", "wheel":
		op.Action = Fetch
	case "uninstall":
		op.Action = Remove
	case "cache":
		op.Action = Clean
		return
	case "config":
		op.Action = Config
		return
	default:
		return
	}
	pipArguments(c, op, c.Operands())
}

func pipArguments(c *Command, op *PackageOp, words []Word) {
	op.NoCache = c.Has("--no-cache-dir", "--no-cache") || c.environment("PIP_NO_CACHE_DIR")
	op.Requirements = c.Values("-r", "--requirement", "--requirements")
	op.Constraints = c.Values("-c", "--constraint", "--constraints")
	op.Indexes = c.Values("-i", "--index-url", "--extra-index-url", "--find-links", "-f", "--index", "--default-index")
	op.Target = c.word("-t", "--target", "--prefix", "--root")
	op.Frozen = c.Has("--require-hashes")
	op.add(words, splitPython)
	editable := c.Values("-e", "--editable")
	op.add(editable, splitPython)
	for i := len(op.Packages) - len(editable); i < len(op.Packages); i++ {
		if i >= 0 {
			op.Packages[i].Editable = true
		}
	}
	op.ManifestInstall = len(op.Requirements) > 0
	for i := range op.Packages {
		op.ManifestInstall = op.ManifestInstall || op.Packages[i].IsDir
	}
}

// splitPython reads name[extras]==version; markers, files, folders and URLs.
func splitPython(w *Word) Package {
	v := w.Value
	at := strings.IndexByte(v, '@')
	if strings.Contains(v, "@ ") || strings.Contains(v, " @") || at > 0 && isURL(v[at+1:]) {
		n := strings.IndexAny(v, " @[")
		p := parts(w, n, -1, 0)
		p.IsURL = true
		return p
	}
	if bracket := strings.IndexByte(v, '['); bracket > 0 && strings.HasPrefix(v, ".") {
		p, _ := local(w)
		p.Name, p.IsDir = v[:bracket], true
		p.Extras = strings.TrimSuffix(v[bracket+1:], "]")
		return p
	}
	p, ok := local(w, ".whl", ".tar.gz", ".zip", ".tar.bz2")
	if slash := strings.IndexByte(v, '/'); !ok && slash > 0 && !strings.ContainsAny(v[:slash], "=<>!~; ") {
		p.IsDir, ok = true, true // no name has a slash
	}
	if ok {
		return p
	}
	name, version := versionAt(v, "=<>!~;")
	if version > 0 && v[name] == ';' {
		version = -1
	}
	end := len(v)
	if semi := strings.IndexByte(v, ';'); semi >= 0 {
		end = semi
	}
	end = len(strings.TrimRight(v[:end], " "))
	for version > 0 && version < end && v[version] == ' ' {
		version++
	}
	p = parts(w, name, version, end)
	p.Operator = strings.TrimSpace(p.Operator)
	if bracket := strings.IndexByte(p.Name, '['); bracket > 0 {
		p.Extras = strings.TrimSuffix(strings.TrimRight(p.Name[bracket+1:], " "), "]")
		p.Name = p.Name[:bracket]
	}
	p.Name = strings.TrimRight(p.Name, " ")
	p.NameRange = w.Sub(0, len(p.Name))
	return p
}

func readUv(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = "uv", true
	words := c.Operands()
	if op.Subcommand == "pip" && len(words) > 0 {
		uvPip(c, op, words)
		return
	}
	op.NoCache = c.Has("--no-cache", "-n") || c.environment("UV_NO_CACHE")
	op.Frozen = c.Has("--frozen", "--locked")
	op.Production = c.Has("--no-dev", "--no-default-groups")
	op.Indexes = c.Values("--index", "--default-index", "--index-url", "--extra-index-url", "--find-links")
	switch op.Subcommand {
	case "sync":
		op.Action, op.ManifestInstall = Install, true
	case "add":
		op.Action = Install
		op.Requirements = c.Values("-r", "--requirements")
		op.add(words, splitPython)
	case "tool", "python":
		if len(words) > 0 && words[0].Value == "install" {
			op.Action, op.Global = Install, op.Subcommand == "tool"
			op.add(words[1:], splitPython)
		} else if len(words) > 0 && words[0].Value == "run" {
			op.Action = Run
		}
	case "remove":
		op.Action = Remove
		op.add(words, splitPython)
	case "run":
		op.Action = Run
	case "build":
		op.Action = Build
	case "cache":
		op.Action = Clean
	case "publish":
		op.Action = Publish
	case "lock":
		op.Action = Config
	}
}

// uvPip reads uv pip install.
func uvPip(c *Command, op *PackageOp, words []Word) {
	op.Subcommand = words[0].Value
	switch words[0].Value {
	case "install":
		op.Action = Install
		pipArguments(c, op, words[1:])
	case "sync":
		op.Action = Install
		op.Requirements = words[1:]
		op.ManifestInstall = true
	case "uninstall":
		op.Action = Remove
		op.add(words[1:], splitPython)
	}
	op.NoCache = c.Has("--no-cache", "--no-cache-dir", "-n") || c.environment("UV_NO_CACHE")
	op.Global = c.Has("--system")
}

func readPythonProject(c *Command, op *PackageOp) {
	op.Manager, op.AssumeYes = c.Family, true
	words := c.Operands()
	op.Production = c.Has("--no-dev", "--only", "--production", "--prod") || withoutDev(c)
	op.NoCache = c.Has("--no-cache")
	switch op.Subcommand {
	case "install", "sync", "inject":
		op.Action = Install
		op.Frozen = c.Has("--deploy", "--ignore-pipfile", "--frozen-lockfile", "--frozen", "--check") || op.Subcommand == "sync" && c.Family != "poetry"
		op.Requirements = c.Values("-r", "--requirements")
		if c.Family == "poetry" {
			words = nil
		}
		op.ManifestInstall = c.Family != "pipx" && len(words) == 0
		op.Global = c.Family == "pipx" || c.Has("--system")
		op.add(words, splitPython)
	case "add", "require":
		op.Action = Install
		op.add(words, splitProjectPython)
	case "update", "upgrade", "upgrade-all":
		op.Action = Upgrade
		op.add(words, splitPython)
	case "remove", "uninstall":
		op.Action = Remove
		op.add(words, splitPython)
	case "build":
		op.Action = Build
	case "run", "shell":
		op.Action = Run
	case "publish":
		op.Action = Publish
	case "config", "self", "lock", "export", "init", "env", "source":
		op.Action = Config
	case "cache":
		op.Action = Clean
	}
}

// splitProjectPython also reads name@version.
func splitProjectPython(w *Word) Package {
	if i := strings.IndexByte(w.Value, '@'); i > 0 && !isURL(w.Value) && !strings.Contains(w.Value, "://") {
		return parts(w, i, i+1, len(w.Value))
	}
	return splitPython(w)
}

func withoutDev(c *Command) bool {
	for _, w := range c.Values("--without") {
		for g := range strings.FieldsFuncSeq(w.Value, listSeparator) {
			if strings.HasPrefix(g, "dev") {
				return true
			}
		}
	}
	return false
}

func listSeparator(r rune) bool { return r == ',' || r == ':' || r == ' ' }

func readConda(c *Command, op *PackageOp) {
	op.Manager = "conda"
	words := c.Operands()
	op.AssumeYes = c.enabled("-y", "--yes")
	op.Indexes = c.Values("-c", "--channel")
	op.Requirements = c.Values("-f", "--file")
	op.Target = c.word("-p", "--prefix", "-n", "--name")
	sub := op.Subcommand
	if sub == "env" && len(words) > 0 {
		sub, words = words[0].Value, words[1:]
	}
	switch sub {
	case "install", "create":
		op.Action = Install
	case "update", "upgrade":
		op.Action = Upgrade
	case "remove", "uninstall":
		op.Action = Remove
	case "clean":
		op.Action = Clean
	case "config", "init":
		op.Action = Config
		return
	case "run":
		op.Action = Run
		return
	}
	if op.Subcommand == "env" && sub == "update" {
		op.Action = Install
	}
	op.ManifestInstall = len(op.Requirements) > 0 || op.Subcommand == "env" && op.Action == Install
	op.add(words, splitConda)
}

// splitConda reads channel::name=version=build and the operators of pip.
func splitConda(w *Word) Package {
	if p, ok := local(w, ".conda", ".tar.bz2"); ok {
		return p
	}
	name, version := versionAt(w.Value, "=<>!~")
	p := parts(w, name, version, len(w.Value))
	if _, n, ok := strings.Cut(p.Name, "::"); ok {
		p.NameRange = w.Sub(len(p.Name)-len(n), len(p.Name))
		p.Name = n
	}
	return p
}
