package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/manifest"
)

func rustRecipe() Recipe {
	return Recipe{
		Name: "rust",
		detect: func(s *subject) bool {
			for _, st := range s.find("cargo") {
				if sub := st.cmd.Subcommand(); sub == "build" || sub == "install" || sub == "run" {
					return true
				}
			}
			return len(s.launch.words) > 0 && path.Base(s.launch.words[0]) == "cargo"
		},
		plan: planRust,
	}
}

func planRust(s *subject, p *plan) *Refusal {
	var made []product
	var crate string
	static, shared := false, false
	for _, st := range s.find("cargo") {
		sub := st.cmd.Subcommand()
		if sub != "build" && sub != "install" || st.cmd.Conditional {
			continue
		}
		out, dir, r := cargoProducts(s, st, sub)
		if r != nil {
			return r
		}
		made = append(made, out...)
		crate = dir
		args, _ := s.args(st)
		static = static || strings.Contains(optionValue(args, "--target"), "musl")
		shared = shared || s.linksShared(st, dir)
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a cargo build in a RUN", "no RUN builds the program; build it with cargo build --release")
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made, "/usr/local/cargo/bin"); r != nil {
		return r
	}
	libs, r := rustLibraries(s, crate)
	if r != nil {
		return r
	}
	rustConventions(s, p, crate)
	alpine := s.base.Distro == "alpine"
	if alpine && shared {
		p.packages = append(p.packages, "libgcc")
		p.carry("the library libgcc, to which programs are linked on Alpine with -crt-static")
	}
	return compiledRuntime(s, p, (static || alpine) && !shared, libs, ".rs")
}

// rustConventions copies what crates read in the working directory without being told.
func rustConventions(s *subject, p *plan, crate string) {
	lock, _ := lockFile(s, crate)
	for _, c := range [...]struct{ crate, name string }{{"rocket", "Rocket.toml"}, {"rocket_dyn_templates", "templates"}} {
		if at := path.Join(s.workdir, c.name); strings.Contains(lock, `name = "`+c.crate+`"`) && s.carryPath(p, at) {
			p.carry(at + ", where " + c.crate + " looks by itself")
		}
	}
}

// linksShared reports whether Rust is told not to link the C library into programs, as it
// does on Alpine.
func (s *subject) linksShared(st *step, dir string) bool {
	const off = "-crt-static"
	if strings.Contains(s.envAt(st, "RUSTFLAGS"), off) {
		return true
	}
	for at := dir; ; at = path.Dir(at) {
		if config, ok := s.tree.find(at, ".cargo/config.toml", ".cargo/config"); ok {
			text, _ := s.tree.read(config)
			return strings.Contains(text, off)
		}
		if at == path.Dir(at) {
			return false
		}
	}
}

// cargoProducts returns the programs that cargo writes, and the folder of the
// crate.
func cargoProducts(s *subject, st *step, sub string) ([]product, string, *Refusal) {
	dir := st.dir
	args, _ := s.args(st)
	if v := optionValue(args, "--manifest-path"); v != "" {
		dir = path.Dir(absolute(dir, v))
	} else if v := optionValue(args, "--path"); v != "" {
		dir = absolute(dir, v)
	}
	text, ok := s.tree.read(path.Join(dir, "Cargo.toml"))
	if !ok {
		if sub == "install" {
			return nil, dir, nil // a tool
		}
		return nil, dir, refuse(MissingManifest, "Cargo.toml in "+dir, "the build context brings no Cargo.toml to "+dir+", so it is not known what cargo builds; name the context with --context")
	}
	if v := s.envAt(st, "CARGO_TARGET_DIR"); v != "" {
		dir = path.Dir(absolute(dir, v))
	}
	for _, m := range s.doc.Layers().Step(st.ins).Mounts {
		if m.Type == "cache" && strings.HasSuffix(m.Target, "/target") && !slices.ContainsFunc(s.find("cp", "mv", "install"), func(o *step) bool { return o.ins == st.ins }) {
			return nil, dir, refuse(OutputUnknown, "a copy of the program out of the cache mount", "cargo builds into a cache mount, which is no part of the image; copy the program out in the same RUN")
		}
	}
	names := rustPrograms(s, dir, manifest.ReadTOML(text))
	if v := optionValue(args, "--bin"); v != "" {
		names = []string{v}
	}
	out := path.Join(dir, "target")
	if v := optionValue(args, "--target-dir"); v != "" {
		out = absolute(dir, v)
	}
	if v := optionValue(args, "--target"); v != "" {
		out = path.Join(out, v)
	}
	switch {
	case sub == "install":
		out = "/usr/local/cargo/bin"
		if v := optionValue(args, "--root"); v != "" {
			out = path.Join(absolute(st.dir, v), "bin")
		}
	case optionValue(args, "--profile") != "":
		out = path.Join(out, optionValue(args, "--profile"))
	case slices.Contains(args, "--release") || slices.Contains(args, "-r"):
		out = path.Join(out, "release")
	default:
		out = path.Join(out, "debug")
	}
	var made []product
	for _, n := range names {
		made = append(made, product{path: path.Join(out, n), step: st, source: dir})
	}
	return made, dir, nil
}

// rustPrograms returns the names of the programs of a crate or workspace. Members of
// a workspace are none themselves.
func rustPrograms(s *subject, dir string, t manifest.TOML) []string {
	names := cratePrograms(s, dir, t)
	for _, m := range t.Strings("workspace", "members") {
		if text, ok := s.tree.read(path.Join(dir, m, "Cargo.toml")); ok {
			names = append(names, cratePrograms(s, path.Join(dir, m), manifest.ReadTOML(text))...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// cratePrograms returns the names of the programs of one crate.
func cratePrograms(s *subject, dir string, t manifest.TOML) []string {
	var names []string
	for table := range t {
		if strings.HasPrefix(table, "bin#") {
			names = append(names, t.String(table, "name"))
		}
	}
	if n := t.String("package", "name"); n != "" && s.tree.isFile(path.Join(dir, "src/main.rs")) {
		names = append(names, n)
	}
	for _, f := range s.tree.list(path.Join(dir, "src/bin")) {
		names = append(names, strings.TrimSuffix(f, ".rs"))
	}
	return names
}

// lockFile reads the Cargo.lock of a package, which for the members of a
// workspace lies beside the workspace's manifest.
func lockFile(s *subject, dir string) (text string, ok bool) {
	for at := dir; ; at = path.Dir(at) {
		if text, ok := s.tree.read(path.Join(at, "Cargo.lock")); ok {
			return text, true
		}
		manifestText, _ := s.tree.read(path.Join(at, "Cargo.toml"))
		if at == path.Dir(at) || manifest.ReadTOML(manifestText)["workspace"] != nil {
			return "", false
		}
	}
}

// rustLibraries returns the libraries that the crates of the lock file link to.
func rustLibraries(s *subject, dir string) ([]string, *Refusal) {
	text, ok := lockFile(s, dir)
	if !ok {
		text, ok = s.tree.read(path.Join(dir, "Cargo.toml"))
		if !ok || len(manifest.ReadTOML(text)["dependencies"]) > 0 {
			return nil, refuse(SystemLibraries, "Cargo.lock", "the build context brings no Cargo.lock, so it is not known whether a crate links to a library of the system; commit Cargo.lock")
		}
		return nil, nil
	}
	var libs []string
	vendored := strings.Contains(text, `name = "openssl-src"`)
	for line := range strings.SplitSeq(text, "\n") {
		name, ok := strings.CutPrefix(line, `name = "`)
		if !ok {
			continue
		}
		name = strings.TrimSuffix(strings.TrimSpace(name), `"`)
		switch name {
		case "openssl-sys":
			if !vendored {
				libs = append(libs, "libssl-dev")
			}
		case "libsqlite3-sys":
			if !lockedDependsOn(text, name, "cc") { // it compiles its own SQLite with cc
				libs = append(libs, "libsqlite3-dev")
			}
		case "curl-sys":
			if s.base.Distro == "debian" && !s.tag.Slim {
				libs = append(libs, "libcurl4-openssl-dev") // the full image has it, and then it is linked
			}
		case "pq-sys":
			libs = append(libs, "libpq-dev")
		case "mysqlclient-sys":
			libs = append(libs, "default-libmysqlclient-dev")
		case "rdkafka-sys", "libz-sys", "zstd-sys", "lzma-sys", "bzip2-sys", "jemalloc-sys", "tikv-jemalloc-sys", "linux-raw-sys",
			"ring", "aws-lc-sys", "js-sys", "web-sys", "windows-sys", "core-foundation-sys", "security-framework-sys", "libmimalloc-sys",
			"errno-dragonfly", "secp256k1-sys", "inotify-sys", "wasi", "fsevent-sys", "io-uring", "brotli-sys", "lz4-sys", "schannel", "iana-time-zone-haiku",
			"ittapi-sys", "linked-hash-map", "hermit-abi", "redox_syscall", "libgit2-sys", "libssh2-sys", "onig_sys", "tree-sitter",
			"clang-sys", "snmalloc-sys", "dirs-sys", "dirs-sys-next":
		default:
			if strings.HasSuffix(name, "-sys") && !strings.HasPrefix(name, "windows") {
				return nil, refuse(SystemLibraries, "the library that "+name+" links to", "the crate "+name+" links to a library of the system, whose run-time package is not known")
			}
		}
	}
	return libs, nil
}

// lockedDependsOn reports whether the package of a Cargo.lock depends on another.
func lockedDependsOn(lock, name, other string) bool {
	_, rest, ok := strings.Cut(lock, "name = \""+name+"\"")
	if !ok {
		return false
	}
	block, _, _ := strings.Cut(rest, "[[package]]")
	return strings.Contains(block, "\n \""+other+"\"") || strings.Contains(block, "\n \""+other+" ")
}

// speaksTLS reports whether the lock file has a crate that checks certificates
// with those of the system.
func (s *subject) speaksTLS() bool {
	for _, f := range s.tree.names {
		if path.Base(f) != "Cargo.lock" {
			continue
		}
		text, _ := s.tree.read(f)
		for _, crate := range [...]string{"native-tls", "rustls-native-certs", "rustls-platform-verifier", "openssl-probe", "openssl"} {
			if strings.Contains(text, `name = "`+crate+`"`) {
				return true
			}
		}
	}
	return false
}
