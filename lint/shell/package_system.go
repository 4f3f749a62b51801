package shell

import "strings"

func readApt(c *Command, op *PackageOp) {
	op.Manager = "apt"
	switch op.Subcommand {
	case "update":
		op.Action = Update
	case "install", "reinstall", "build-dep", "satisfy":
		op.Action = Install
	case "upgrade", "safe-upgrade":
		op.Action = Upgrade
	case "dist-upgrade", "full-upgrade":
		op.Action = DistUpgrade
	case "remove", "purge", "autoremove", "autopurge":
		op.Action = Remove
	case "clean", "autoclean", "auto-clean", "distclean", "dist-clean":
		op.Action = Clean
	case "download", "source":
		op.Action = Fetch
	case "edit-sources":
		op.Action = Config
	}
	op.AssumeYes = c.enabled("-y", "--yes", "--assume-yes", "--force-yes") ||
		c.Name != "apt" && (c.Count("-q", "--quiet", "--silent") > 1 || quietLevel(c) > 1)
	op.NoRecommends = c.Has("--no-install-recommends") || c.Name == "aptitude" && c.Has("-R", "--without-recommends")
	for _, o := range c.Values("-o", "--option") {
		key, value, _ := strings.Cut(o.Value, "=")
		switch strings.ToLower(key) {
		case "apt::get::assume-yes":
			op.AssumeYes = op.AssumeYes || truthy(value)
		case "apt::install-recommends", "apt::get::install-recommends":
			op.NoRecommends = !truthy(value)
		}
	}
	op.add(c.Operands(), splitApt)
}

// quietLevel returns the number in -q=2.
func quietLevel(c *Command) int {
	for _, w := range c.Args() {
		if n := len(w.Value); n == 4 && w.Value[:3] == "-q=" {
			return int(w.Value[3] - '0')
		}
	}
	return 0
}

// splitApt reads name, name:arch, name=version, name/release, and files.
func splitApt(w *Word) Package {
	if p, ok := local(w, ".deb", ".dsc", ".changes"); ok {
		return p
	}
	name, version := versionAt(w.Value, "=/")
	p := parts(w, name, version, len(w.Value))
	if n, arch, ok := strings.Cut(p.Name, ":"); ok && w.Static {
		p.Name, p.Arch = n, arch
		p.NameRange = w.Sub(0, len(n))
	}
	return p
}

// readPackageFiles reads dpkg -i and rpm -i, which install files.
func readPackageFiles(c *Command, op *PackageOp) {
	op.Manager, op.Subcommand = c.Family, ""
	op.AssumeYes = true
	switch {
	case c.Name == "gdebi":
		op.Action, op.AssumeYes = Install, c.enabled("-n", "--non-interactive")
	case c.Name == "dpkg" && c.Has("-i", "--install", "--unpack"), c.Name == "rpm" && c.Has("-i", "--install", "-U", "--upgrade", "-F") && !c.Has("-q", "--query"):
		op.Action = Install
	case c.Name == "dpkg" && c.Has("-r", "--remove", "-P", "--purge"), c.Name == "rpm" && c.Has("-e", "--erase"):
		op.Action = Remove
	case c.Name == "rpm" && c.Has("--import"), c.Name == "dpkg" && c.Has("--add-architecture"):
		op.Action = Config
		return
	default:
		op.Manager = ""
		return
	}
	op.add(c.Operands(), func(w *Word) Package {
		if p, ok := local(w, ".deb", ".rpm"); ok {
			return p
		}
		return whole(w)
	})
}

func readApk(c *Command, op *PackageOp) {
	op.Manager = "apk"
	op.AssumeYes = true
	op.NoCache = c.Has("--no-cache")
	switch op.Subcommand {
	case "update":
		op.Action = Update
	case "add", "fix":
		op.Action = Install
	case "upgrade":
		op.Action = Upgrade
		if c.Has("-a", "--available") {
			op.Action = DistUpgrade
		}
	case "del":
		op.Action = Remove
	case "fetch":
		op.Action = Fetch
	case "cache":
		words := c.Operands()
		if len(words) > 0 && (words[0].Value == "clean" || words[0].Value == "purge") {
			op.Action = Clean
		}
		return
	}
	op.Virtual = c.word("-t", "--virtual")
	op.Indexes = c.Values("-X", "--repository")
	op.Target = c.word("-p", "--root")
	op.add(c.Operands(), splitApk)
}

// splitApk reads name, name=1, name~1, name<1 and name@tag.
func splitApk(w *Word) Package {
	if p, ok := local(w, ".apk"); ok {
		return p
	}
	name, version := versionAt(w.Value, "=<>~")
	p := parts(w, name, version, len(w.Value))
	if n, _, ok := strings.Cut(p.Name, "@"); ok && n != "" {
		p.Name = n
		p.NameRange = w.Sub(0, len(n))
	}
	return p
}

func readDnf(c *Command, op *PackageOp) {
	op.Manager = c.Family
	if op.Manager == "dnf5" {
		op.Manager = "dnf"
	}
	words := c.Operands()
	op.Action = dnfAction(op.Subcommand, words)
	if (op.Subcommand == "module" || op.Subcommand == "group" || op.Subcommand == "groups") && len(words) > 0 {
		words = words[1:]
	}
	op.AssumeYes = c.enabled("-y", "--assumeyes")
	op.Target = c.word("--installroot")
	op.NoCache = c.Has("--nocache")
	for _, o := range c.Values("--setopt") {
		key, value, _ := strings.Cut(o.Value, "=")
		switch strings.ToLower(key) {
		case "install_weak_deps":
			op.NoRecommends = !truthy(value)
		case "assumeyes":
			op.AssumeYes = op.AssumeYes || truthy(value)
		case "keepcache":
			op.NoCache = op.NoCache || !truthy(value)
		}
	}
	if op.Action == Install || op.Action == Upgrade || op.Action == Remove || op.Action == Fetch {
		op.add(words, splitRPM)
	}
}

func dnfAction(sub string, words []Word) Action {
	switch sub {
	case "install", "localinstall", "groupinstall", "reinstall", "builddep", "in", "install-n", "swap", "downgrade":
		return Install
	case "update", "upgrade", "upgrade-minimal", "update-minimal", "up", "localupdate":
		return Upgrade
	case "makecache", "check-update":
		return Update
	case "distro-sync", "dsync", "system-upgrade":
		return DistUpgrade
	case "remove", "erase", "autoremove", "groupremove", "rm":
		return Remove
	case "clean":
		return Clean
	case "download", "reposync":
		return Fetch
	case "config-manager", "copr":
		return Config
	case "module", "group", "groups":
		if len(words) > 0 {
			switch words[0].Value {
			case "install", "update", "remove":
				return dnfAction(words[0].Value, nil)
			}
		}
		return Config
	}
	return OtherAction
}

// splitRPM reads name, name-version, name-version-release.arch, @group, files
// and URLs. Names of RPM packages hold dashes and digits themselves, so a
// version is only what looks like one to the end.
func splitRPM(w *Word) Package {
	if p, ok := local(w, ".rpm"); ok {
		return p
	}
	v := w.Value
	if name, version := versionAt(v, "=<>"); version > 0 {
		n := len(strings.TrimRight(v[:name], " "))
		p := parts(w, name, version, len(v))
		p.Name = v[:n]
		return p
	}
	for i := 1; i+1 < len(v); i++ {
		if v[i] == '-' && rpmVersion(v[i+1:]) {
			return parts(w, i, i+1, len(v))
		}
	}
	return whole(w)
}

// rpmVersion reports whether s is version or version-release.
func rpmVersion(s string) bool {
	if s[0] == '$' {
		return true
	}
	segments := strings.Split(s, "-")
	if len(segments) > 2 {
		return false
	}
	for _, g := range segments {
		if g == "" || (g[0] < '0' || g[0] > '9') && g[0] != '$' && g[0] != '*' {
			return false
		}
	}
	return len(segments) == 2 || strings.ContainsAny(s, ".*:")
}

func readZypper(c *Command, op *PackageOp) {
	op.Manager = "zypper"
	switch op.Subcommand {
	case "install", "in", "source-install", "si", "install-new-recommends":
		op.Action = Install
	case "refresh", "ref":
		op.Action = Update
	case "update", "up", "patch":
		op.Action = Upgrade
	case "dist-upgrade", "dup":
		op.Action = DistUpgrade
	case "remove", "rm":
		op.Action = Remove
	case "clean", "cc":
		op.Action = Clean
	case "download":
		op.Action = Fetch
	case "addrepo", "ar", "removerepo", "rr", "modifyrepo", "mr", "addlock", "al":
		op.Action = Config
		return
	}
	op.AssumeYes = c.enabled("-n", "--non-interactive", "-y", "--no-confirm")
	op.NoRecommends = c.Has("--no-recommends")
	op.NoCache = c.Has("--no-cache")
	op.Indexes = c.Values("-p", "--plus-repo")
	op.add(c.Operands(), splitRPM)
}

func readPacman(c *Command, op *PackageOp) {
	op.Manager = "pacman"
	op.AssumeYes = c.Has("--noconfirm")
	words := c.Operands()
	switch {
	case c.Has("-S", "--sync"):
		op.Action = Install
		switch {
		case c.Has("-c", "--clean"):
			op.Action = Clean
		case c.Has("-u", "--sysupgrade") && len(words) == 0:
			op.Action = Upgrade
		case len(words) == 0 && c.Has("-y", "--refresh"):
			op.Action = Update
		}
	case c.Has("-U", "--upgrade"):
		op.Action = Install
	case c.Has("-R", "--remove"):
		op.Action = Remove
	}
	op.add(words, func(w *Word) Package {
		if p, ok := local(w, ".pkg.tar.zst", ".pkg.tar.xz"); ok {
			return p
		}
		name, version := versionAt(w.Value, "=<>")
		return parts(w, name, version, len(w.Value))
	})
}
