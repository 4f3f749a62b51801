package multistage

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/shell"
)

// goCgo lets the program be built without C where it has none, and else sees to it
// that the libraries it is linked to are known.
func goCgo(s *subject, p *plan, b *goBuild, prog *goProgram) *Refusal {
	ldflags := b.flags["ldflags"]
	external := strings.Contains(ldflags, "-linkmode") && strings.Contains(ldflags, "external")
	if b.flags["buildmode"] == "plugin" {
		return refuse(NeedsCgo, "a program", "go build makes a plugin, which the program that loads it must match; build a program")
	}
	set := s.envAt(b.step, "CGO_ENABLED")
	if set == "0" && !external {
		p.reason("CGO_ENABLED=0 makes a program that needs no libraries")
		return nil
	}
	module := goCgoModule(s, prog)
	if prog.cgo == "" && module == "" && set != "1" && !external {
		p.insertBefore(b.step.ins, "ENV CGO_ENABLED=0")
		p.reason("ENV CGO_ENABLED=0 is added to the build stage: no package of the program has C code, and without it the program would need the C library of the build image")
		return nil
	}
	if r := refuseLinked(s, prog, module); r != nil {
		return r
	}
	prog.linked, p.linked = true, true
	why := "CGO_ENABLED=1 is set"
	switch {
	case prog.cgo != "":
		why = prog.cgo + " has C code"
	case module != "":
		why = "the module " + module + " has C code"
	case external:
		why = "the C linker links it"
	}
	p.reason(why + ", so the program is linked to the C library of the build image, and the new image has the same one")
	return nil
}

// refuseLinked refuses where a program may be linked to a library that is neither
// the C library nor one that a package brings: the build image has no others.
func refuseLinked(s *subject, prog *goProgram, module string) *Refusal {
	no := func(missing, message string) *Refusal { return refuse(NeedsCgo, missing, message) }
	switch {
	case prog.unread:
		return no("the sources of the program", "the program is built with C code, and its sources are not in the build context, so the libraries that it needs are not known; set CGO_ENABLED=0 if it can do without")
	case loadsLibraries(module):
		return no("the libraries that "+module+" loads", "the module "+module+" loads a library while the program runs, which no package of the build names; set CGO_ENABLED=0 if the program can do without")
	case !s.family("golang", "debian", "ubuntu", "alpine"):
		return no("the C library of "+s.stage.Base.Name, "the program has C code, and which libraries "+s.stage.Base.Name+" has is not known; use golang, or set CGO_ENABLED=0 if it can do without")
	}
	for _, f := range s.tree.names {
		if name := path.Base(f); path.Ext(name) == ".so" || strings.Contains(name, ".so.") {
			return no("what needs "+f, "the program has C code, and the build context brings the library "+f+", which it may be linked to; set CGO_ENABLED=0 if it can do without")
		}
	}
	for _, ins := range s.stage.Body {
		if ins.Is("COPY", "ADD") && !s.doc.Layers().Step(ins).Copy.FromContext() {
			return no("what "+ins.Name+" --from brings", "the program has C code, and a library may come from another image; set CGO_ENABLED=0 if it can do without")
		}
	}
	for _, st := range s.steps {
		if !bringsNoLibrary(st) {
			return no("what "+st.cmd.Name+" installs", "the program has C code, and "+st.cmd.Name+" may install a library that it is linked to; install the library from a package, or set CGO_ENABLED=0 if the program can do without")
		}
	}
	return nil
}

// bringsNoLibrary reports whether a command is known to leave no shared library
// but those of packages.
func bringsNoLibrary(st *step) bool {
	switch st.cmd.Name {
	case "", "go", "git", "mkdir", "rm", "rmdir", "chmod", "chown", "cp", "mv", "ln", "touch", "echo", "printf", "cat", "ls", "true", "set", "cd",
		"export", "test", "[", "useradd", "groupadd", "adduser", "addgroup", "usermod", "update-ca-certificates", "strip", "gofmt", "golangci-lint", "upx",
		"sed", "grep", "find", "which", "pwd", "env", "date", "install":
		return true
	}
	op := st.cmd.Package()
	return op != nil && isSystemManager(op.Manager) && !slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return x.IsURL || x.IsFile })
}

// linkedBase chooses the image for a program that is linked to the C library of
// its build image: the same distribution and release. Where the tag does not name
// the release it is the newest, whose library runs what older ones have linked.
func (s *subject) linkedBase(n *needs) (string, *Refusal) {
	slim := s.slimDistro(newestDebian)
	linked := slices.Concat(n.unknown, slices.DeleteFunc(slices.Clone(n.packages), func(name string) bool { return !strings.HasPrefix(name, "lib") }))
	if len(linked) > 0 && s.release() == "" {
		return "", refuse(SystemLibraries, "the release of the build image",
			"the program may be linked to libraries of "+s.stage.Base.Name+" ("+strings.Join(linked, ", ")+"), and the tag does not say which release that is; write it, as in "+s.ref.Name()+":1-bookworm")
	}
	switch s.opt.Runtime {
	case RuntimeScratch:
		return "", refuse(RuntimeNotOffered, "a static program", "the program is linked to the C library of its build image, which the empty image does not have; choose --runtime slim")
	case RuntimeAlpine:
		if s.base.Distro != "alpine" {
			return "", refuse(RuntimeNotOffered, "an Alpine build image", "the program is linked to another C library than Alpine's; build on Alpine as well")
		}
	case RuntimeDistroless:
		image, ok := map[string]string{"debian:bookworm-slim": "gcr.io/distroless/cc-debian12", newestDebian: "gcr.io/distroless/cc-debian13"}[slim]
		if !ok || n.shell || len(n.packages) > 0 {
			return "", refuse(RuntimeNotOffered, "a program that needs nothing but the C library of Debian 12 or 13",
				"the program needs a shell, packages or another C library than those of the images without a shell; choose --runtime slim")
		}
		return image, nil
	}
	return slim, nil
}

// linkedCxx adds the C++ library where a C++ compiler is there that may have used
// it. The images of Debian and Ubuntu have it by themselves.
func (s *subject) linkedCxx(p *plan, prog *goProgram) {
	if s.base.Distro != "alpine" {
		return
	}
	compiler := slices.ContainsFunc(s.steps, func(st *step) bool {
		op := st.cmd.Package()
		return op != nil && slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return x.Name == "g++" || x.Name == "build-base" })
	})
	if compiler && (prog.cxx || len(prog.imports) > 0) {
		p.packages = append(p.packages, "libstdc++")
	}
}

// goCgoModule returns a module of the program that is known to need C.
func goCgoModule(s *subject, prog *goProgram) string {
	for _, imp := range prog.imports {
		if manifestNeedsC(imp) {
			return imp
		}
	}
	for _, dir := range prog.dirs {
		if _, mod, ok := goModule(s, dir); ok {
			for _, m := range mod.Requires {
				if manifestNeedsC(m) {
					return m
				}
			}
		}
		if m := goLockedC(s, dir); m != "" {
			return m
		}
	}
	return ""
}

// goLockedC looks for modules with C code in the lock files of the tools before
// modules: dep, glide, godep, govendor.
func goLockedC(s *subject, dir string) string {
	for d := dir; ; d = path.Dir(d) {
		for _, name := range [...]string{"Gopkg.lock", "glide.lock", "Godeps/Godeps.json", "vendor/vendor.json"} {
			text, ok := s.tree.read(path.Join(d, name))
			if !ok {
				continue
			}
			for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"',", r) }) {
				if strings.Contains(w, "/") && manifestNeedsC(w) {
					return w
				}
			}
		}
		if d == "/" || d == "." {
			return ""
		}
	}
}

// manifestNeedsC reports whether a module is known to need C code.
func manifestNeedsC(module string) bool {
	return loadsLibraries(module) || inModules(module,
		"github.com/mattn/go-sqlite3", "github.com/confluentinc/confluent-kafka-go", "github.com/h2non/bimg", "github.com/davidbyttow/govips",
		"gopkg.in/gographics/imagick", "github.com/libgit2/git2go", "github.com/linxGnu/grocksdb", "github.com/tecbot/gorocksdb",
		"github.com/marcboeker/go-duckdb", "github.com/bytecodealliance/wasmtime-go", "github.com/pebbe/zmq4", "rogchap.com/v8go",
		"github.com/google/gopacket/pcap", "github.com/mutecomm/go-sqlcipher", "github.com/xeodou/go-sqlcipher", "github.com/kolesa-team/go-webp",
		"github.com/gen2brain/go-fitz")
}

// loadsLibraries reports whether a module is known to load libraries or data while
// the program runs, or to need what no package of Debian brings.
func loadsLibraries(module string) bool {
	return inModules(module,
		"gocv.io/x/gocv", "github.com/otiai10/gosseract", "github.com/yalue/onnxruntime_go", "github.com/godror/godror", "github.com/miekg/pkcs11",
		"github.com/ibmdb/go_ibm_db", "github.com/karalabe/hid", "github.com/go-gl", "github.com/veandco/go-sdl2", "github.com/gotk3/gotk3",
		"github.com/webview/webview", "github.com/giorgisio/goav", "github.com/jmoiron/go-oci8", "github.com/mattn/go-oci8",
		"github.com/coreos/go-systemd/v22/sdjournal")
}

// inModules reports whether an import path lies in one of the modules.
func inModules(imp string, modules ...string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return imp == m || strings.HasPrefix(imp, m+"/") })
}
