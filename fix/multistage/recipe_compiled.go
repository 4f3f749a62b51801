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
	static := false
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
	return compiledRuntime(s, p, static || s.base.Distro == "alpine", libs, ".rs")
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

// rustPrograms returns the names of the programs of a crate or workspace.
func rustPrograms(s *subject, dir string, t manifest.TOML) []string {
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
	for _, m := range t.Strings("workspace", "members") {
		if text, ok := s.tree.read(path.Join(dir, m, "Cargo.toml")); ok && m != "." {
			names = append(names, rustPrograms(s, path.Join(dir, m), manifest.ReadTOML(text))...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// rustLibraries returns the libraries that the crates of the lock file link to.
func rustLibraries(s *subject, dir string) ([]string, *Refusal) {
	text, ok := s.tree.read(path.Join(dir, "Cargo.lock"))
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
		case "pq-sys":
			libs = append(libs, "libpq-dev")
		case "mysqlclient-sys":
			libs = append(libs, "default-libmysqlclient-dev")
		case "rdkafka-sys", "libz-sys", "zstd-sys", "lzma-sys", "bzip2-sys", "libsqlite3-sys", "jemalloc-sys", "tikv-jemalloc-sys", "linux-raw-sys",
			"ring", "aws-lc-sys", "js-sys", "web-sys", "windows-sys", "core-foundation-sys", "security-framework-sys", "libmimalloc-sys",
			"errno-dragonfly", "secp256k1-sys", "inotify-sys", "wasi", "fsevent-sys", "io-uring", "brotli-sys", "lz4-sys", "schannel", "iana-time-zone-haiku",
			"ittapi-sys", "linked-hash-map", "hermit-abi", "redox_syscall", "libgit2-sys", "libssh2-sys", "curl-sys", "onig_sys", "tree-sitter":
		default:
			if strings.HasSuffix(name, "-sys") && !strings.HasPrefix(name, "windows") {
				return nil, refuse(SystemLibraries, "the library that "+name+" links to", "the crate "+name+" links to a library of the system, whose run-time package is not known")
			}
		}
	}
	return libs, nil
}

// compiledRuntime chooses the image for a program that is linked to the C library
// of its build image.
func compiledRuntime(s *subject, p *plan, static bool, libs []string, extensions ...string) *Refusal {
	n := s.needs()
	switch s.opt.Runtime {
	case RuntimeScratch, RuntimeDistroless:
		if !static || n.shell || len(n.packages) > 0 {
			return refuse(RuntimeNotOffered, "a static program", "the program is linked to the C library of its build image, or its start needs a shell; choose --runtime slim")
		}
	case RuntimeAlpine:
		if s.base.Distro != "alpine" && !static {
			return refuse(RuntimeNotOffered, "an Alpine build image", "the program is linked to another C library than Alpine's; build on Alpine as well")
		}
	}
	if static && (s.opt.Runtime == RuntimeScratch || s.opt.Runtime == RuntimeDistroless) {
		p.runtime, _ = s.staticBase(p, n, false)
	} else {
		p.runtime = s.slimDistro(rustRelease())
	}
	if len(libs) > 0 && s.release() == "" {
		return refuse(SystemLibraries, "the release of the build image",
			"the program links to libraries of "+s.stage.Base.Name+", and the tag does not say which release that is; write it, as in "+s.ref.Name()+":1-bookworm")
	}
	for _, lib := range libs {
		if s.base.Distro == "alpine" {
			continue
		}
		if names, ok := runtimeLibrary(s, lib); ok {
			p.packages = append(p.packages, names...)
			continue
		}
		return refuse(SystemLibraries, "the run-time package of "+lib, "the program links to the library of "+lib+", and its run-time package is not known")
	}
	if s.speaksTLS() && s.base.Distro != "alpine" {
		p.copy("/etc/ssl/certs/ca-certificates.crt", false)
		p.carry("the certificates of the build image, for TLS connections")
	}
	if len(extensions) > 0 {
		if r := copyInputs(s, p, sourceInputs(s, extensions...)); r != nil {
			return r
		}
	}
	p.reason("the image needs the program, not its compiler: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the compiler, its caches and the sources")
	return nil
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

// rustRelease is the slim image for tags that name no release: the newest one,
// since a C library runs what older ones have linked.
func rustRelease() string { return newestDebian }

func dotnetRecipe() Recipe {
	return Recipe{
		Name: "dotnet",
		detect: func(s *subject) bool {
			return len(s.find("dotnet")) > 0 || len(s.launch.words) > 1 && s.launch.words[0] == "dotnet" && (s.launch.words[1] == "run" || s.launch.words[1] == "watch")
		},
		plan: planDotnet,
	}
}

func planDotnet(s *subject, p *plan) *Refusal {
	var made []product
	var proj *manifest.CSProj
	for _, st := range s.find("dotnet") {
		if st.cmd.Subcommand() != "publish" || st.cmd.Conditional {
			continue
		}
		out, got, r := dotnetProduct(s, st)
		if r != nil {
			return r
		}
		made = append(made, out)
		proj = got
	}
	if len(made) == 0 {
		return refuse(OutputUnknown, "a dotnet publish in a RUN", "no RUN publishes the program; run dotnet publish -o in one")
	}
	made = s.followProducts(made)
	words := s.launch.words
	program := words[0]
	if path.Base(program) == "dotnet" && len(words) > 1 {
		program = words[1]
	}
	at := absolute(s.workdir, program)
	k := slices.IndexFunc(made, func(m product) bool { return strings.HasPrefix(at, m.path+"/") })
	if k < 0 {
		return launchNotBuilt(program, made)
	}
	if got := strings.TrimSuffix(path.Base(at), ".dll"); got != made[k].source {
		return refuse(LaunchNotBuilt, "the assembly "+path.Base(at), "the container starts "+path.Base(at)+", and the project makes "+made[k].source+".dll")
	}
	p.copy(made[k].path, true)
	return dotnetRuntime(s, p, proj)
}

// dotnetProduct returns the folder of dotnet publish; its source is the name of
// the assembly.
func dotnetProduct(s *subject, st *step) (product, *manifest.CSProj, *Refusal) {
	args, _ := s.args(st)
	out := optionValue(args, "-o", "--output")
	if out == "" {
		for _, a := range args {
			if v, ok := strings.CutPrefix(a, "/p:PublishDir="); ok {
				out = v
			}
		}
	}
	if out == "" || strings.Contains(out, "$") {
		return product{}, nil, refuse(OutputUnknown, "the folder of dotnet publish", "dotnet publish has no -o, so the folder of the result is not certain; add -o /app/out")
	}
	name, at := dotnetProject(s, st.dir, args)
	if at == "" {
		return product{}, nil, refuse(MissingManifest, "the project file", "the build context brings no single project file to "+st.dir+"; name the project in dotnet publish, or the context with --context")
	}
	text, _ := s.tree.read(at)
	proj, err := manifest.ReadCSProj(text)
	if err != nil {
		return product{}, nil, refuse(UnreadManifest, at, "the project file "+at+" cannot be read; repair it")
	}
	if proj.AssemblyName != "" {
		name = proj.AssemblyName
	}
	proj.SelfContained = proj.SelfContained || slices.Contains(args, "--self-contained") && !slices.Contains(args, "false") || slices.Contains(args, "--sc")
	// A relative -o counts from the folder in which the command runs.
	return product{path: absolute(st.dir, out), dir: true, step: st, source: name}, proj, nil
}

// dotnetProject finds the project file that a command means.
func dotnetProject(s *subject, dir string, args []string) (name, at string) {
	isProject := func(f string) bool {
		e := path.Ext(f)
		return e == ".csproj" || e == ".fsproj" || e == ".vbproj"
	}
	for _, a := range args[1:] {
		target := absolute(dir, strings.Trim(a, `"`))
		if isProject(target) && s.tree.isFile(target) {
			return strings.TrimSuffix(path.Base(target), path.Ext(target)), target
		}
		if !strings.HasPrefix(a, "-") && s.tree.isDir(target) {
			dir = target
			break
		}
	}
	var found []string
	for _, f := range s.tree.list(dir) {
		if isProject(f) {
			found = append(found, path.Join(dir, f))
		}
	}
	if len(found) != 1 {
		return "", ""
	}
	return strings.TrimSuffix(path.Base(found[0]), path.Ext(found[0])), found[0]
}

// dotnetRuntime chooses the runtime image of the same version.
func dotnetRuntime(s *subject, p *plan, proj *manifest.CSProj) *Refusal {
	if s.opt.Runtime == RuntimeScratch || s.opt.Runtime == RuntimeDistroless {
		return refuse(RuntimeNotOffered, "a recipe for "+string(s.opt.Runtime), "a .NET program needs its runtime; choose --runtime auto")
	}
	kind := "runtime"
	if proj.Web() {
		kind = "aspnet"
	}
	if proj.SelfContained || proj.PublishAot {
		kind = "runtime-deps"
	}
	name, tag := s.ref.Name(), s.ref.Tag
	major := s.tag.Version
	switch {
	case strings.HasSuffix(name, "dotnet/sdk") && major != "":
		p.runtime = strings.TrimSuffix(name, "sdk") + kind + ":" + dotnetTag(tag)
	case strings.HasSuffix(name, "dotnet/core/sdk") && major != "":
		p.runtime = strings.TrimSuffix(name, "sdk") + kind + ":" + dotnetTag(tag)
	case name == "microsoft/dotnet" && strings.Contains(tag, "-sdk"):
		suffix := map[string]string{"aspnet": "-aspnetcore-runtime", "runtime": "-runtime", "runtime-deps": "-runtime-deps"}[kind]
		version, rest, _ := strings.Cut(tag, "-sdk")
		if rest == "-stretch" || rest == "-jessie" {
			rest += "-slim"
		}
		p.runtime = version + suffix + rest
		p.runtime = "microsoft/dotnet:" + p.runtime
		p.assume("the retired image " + p.runtime + " can still be had")
	default:
		return refuse(NoCounterpart, "the runtime image for "+s.stage.Base.Name, "no runtime image for "+s.stage.Base.Name+" is known; build on mcr.microsoft.com/dotnet/sdk with a version")
	}
	if kind == "aspnet" {
		dotnetPort(s, p)
	}
	p.provides = append(p.provides, "dotnet")
	p.reason("the image needs the published program and the runtime, not the SDK: " + s.stage.Base.Name + " gives way to " + p.runtime)
	p.drop("the .NET SDK, the package cache and the sources")
	return nil
}

// dotnetTag takes the patch level of an SDK off, which numbers otherwise than
// the runtimes: 8.0.404 goes with 8.0.
func dotnetTag(tag string) string {
	version, rest, has := strings.Cut(tag, "-")
	parts := strings.Split(version, ".")
	if len(parts) > 2 {
		version = parts[0] + "." + parts[1]
	}
	if has {
		return version + "-" + rest
	}
	return version
}

// dotnetPort keeps the port on which the program listens: the runtime image sets
// one, the SDK image does not.
func dotnetPort(s *subject, p *plan) {
	if s.hasEnv("ASPNETCORE_URLS") || s.hasEnv("ASPNETCORE_HTTP_PORTS") {
		return
	}
	p.assume("the program listens on the port that the runtime image sets (80, from .NET 8 on 8080) or sets its own")
}

// nativeRecipe is for programs that a single compiler command makes.
func nativeRecipe() Recipe {
	return Recipe{
		Name: "native",
		detect: func(s *subject) bool {
			return len(s.find("gcc", "g++", "cc", "c++", "clang", "clang++")) > 0 && len(s.find("make", "cmake", "ninja", "meson")) == 0
		},
		plan: planNative,
	}
}

func planNative(s *subject, p *plan) *Refusal {
	var made []product
	static := true
	plusplus := false
	for _, st := range s.find("gcc", "g++", "cc", "c++", "clang", "clang++") {
		args, known := s.args(st)
		out := optionValue(args, "-o")
		if out == "" || slices.Contains(args, "-c") || slices.Contains(args, "-shared") || !known || st.dir == "" {
			if slices.Contains(args, "--version") {
				continue
			}
			return refuse(OutputUnknown, "one compiler command with -o", "the compiler command does not name a program with -o, or its words depend on variables")
		}
		for _, a := range args {
			if lib, ok := strings.CutPrefix(a, "-l"); ok && !slices.Contains([]string{"m", "pthread", "dl", "rt", "c"}, lib) {
				return refuse(SystemLibraries, "the run-time package of the library "+lib, "the program links to the library "+lib+", and its run-time package is not known; link it statically")
			}
		}
		static = static && slices.Contains(args, "-static")
		plusplus = plusplus || st.cmd.Is("g++", "c++", "clang++") || strings.Contains(st.cmd.Name, "++")
		made = append(made, product{path: absolute(st.dir, out), step: st})
	}
	made = s.followProducts(made)
	if _, r := s.launchProduct(p, made); r != nil {
		return r
	}
	if plusplus && !static && s.base.Family == "gcc" {
		return refuse(SystemLibraries, "the libstdc++ of the compiler image", "the C++ library of "+s.stage.Base.Name+" is newer than that of any slim image; link with -static")
	}
	if plusplus && !static {
		p.packages = append(p.packages, "libstdc++6")
		if s.base.Distro == "alpine" {
			p.packages = []string{"libstdc++"}
		}
	}
	if static && s.opt.Runtime != RuntimeSlim && s.opt.Runtime != RuntimeSame {
		n := s.needs()
		base, r := s.staticBase(p, n, false)
		if r != nil {
			return r
		}
		p.runtime = base
		p.reason("the image needs the program, not its compiler: " + s.stage.Base.Name + " gives way to " + base)
		p.drop("the compiler and the sources")
		return copyInputs(s, p, sourceInputs(s, ".c", ".cc", ".cpp", ".cxx"))
	}
	return compiledRuntime(s, p, static, nil, ".c", ".cc", ".cpp", ".cxx")
}
