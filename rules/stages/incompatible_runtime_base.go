package stages

import (
	"path"
	"strconv"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// IncompatibleRuntimeBase finds programs that are copied onto a base image whose C
// library or interpreter cannot run them.
var IncompatibleRuntimeBase = &lint.Rule{
	ID:      "incompatible-runtime-base",
	Summary: "A program is copied onto a base image that cannot run it",
	Doc: `
A program that is linked to the C library of its build image needs that library where
it runs: one built on Debian does not start on Alpine ("not found", though the file is
there), nor in an empty image, and one built on Debian 12 or Ubuntu 22.04 asks for
versions of symbols that earlier releases do not have ("version GLIBC_2.34 not found").
Take a base image of the same distribution, of the same release or a newer one, or link
statically.

Only programs that are surely linked so are looked at: those of cargo build without a
musl target, of a C or C++ compiler without -static, and of go build with
CGO_ENABLED=1, or without CGO_ENABLED where the image has a C compiler and the program
imports net, net/http or os/user, which then use the C library; and only images whose C
library and release the table knows. The rule is silent where a .cargo folder may say
otherwise, and where the image gets a layer that stands in for the other C library.

Packages of Python are for one minor version: a virtual environment of Python 3.12, or
its site-packages, holds nothing that Python 3.11 would find.
`,
	Bad:      "FROM rust:1.85-bookworm AS build\nRUN cargo build --release\nFROM alpine:3.22\nCOPY --from=build /target/release/app /app\n",
	Good:     "FROM rust:1.85-bookworm AS build\nRUN cargo build --release\nFROM debian:bookworm-slim\nCOPY --from=build /target/release/app /app\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY") {
			c := p.Layers().Step(ins).Copy
			at := p.Stages().StageOf(ins)
			if c == nil || c.From == nil || c.From.Stage == nil || !p.Stages().InTarget(at) {
				continue
			}
			built, ok1 := baseFacts(c.From.Stage)
			runs, ok2 := baseFacts(at)
			if !ok1 || !ok2 {
				continue
			}
			pythonMisfit(p, c, built, runs)
			why, advice := misfit(built, runs)
			if why == "" || runs.Libc == "musl" && standsIn(p, at) {
				continue
			}
			for k := range c.Sources {
				s := &c.Sources[k]
				if !s.Known {
					continue
				}
				by := linkedProgram(p, c.From.Stage, built, "/"+strings.TrimPrefix(s.Value, "/"))
				if by == nil {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   s.Word.Range,
					Message: "This program is linked to the C library of its build image (" + system(built) + "), and " + why + ": " + repair(p, by) + advice,
				})
			}
		}
	},
}

// baseFacts returns what is known of the image at the bottom of a stage.
func baseFacts(st *stage.Stage) (knowledge.ImageFacts, bool) {
	for st.Base.Stage != nil {
		st = st.Base.Stage
	}
	ref, err := knowledge.ParseRef(st.Base.Name)
	if !st.Base.Known || err != nil {
		return knowledge.ImageFacts{}, false
	}
	facts, ok := knowledge.WellKnownImage(ref)
	if ok && facts.Release == "" && facts.Distro == "debian" {
		facts.Release = knowledge.DefaultRelease(ref.Name(), ref.Tag)
	}
	if facts.Family == "distroless" {
		name := path.Base(ref.Repository)
		if strings.HasPrefix(name, "static") {
			facts.Libc = ""
		}
	}
	return facts, ok
}

func system(f knowledge.ImageFacts) string { return strings.TrimSpace(f.Distro + " " + f.Release) }

// repair says what links a program statically, where that is one setting.
func repair(p *lint.Pass, by *shell.Command) string {
	if by.Name == "go" && variable(p, by.Script().Instruction, by, "CGO_ENABLED") == "" {
		return "set CGO_ENABLED=0 where it is built, or "
	}
	return ""
}

// misfit says why what was built on one image does not run on another, and what to do;
// empty when nothing is known to be in the way.
func misfit(built, runs knowledge.ImageFacts) (why, advice string) {
	empty := runs.Family == "scratch" || runs.Family == "distroless" && runs.Libc == ""
	switch {
	case built.Libc == "":
		return "", ""
	case empty:
		return "this image has none", "link statically, or take a base image with the same library"
	case runs.Libc == "":
		return "", ""
	case built.Libc != runs.Libc:
		return system(runs) + " has another one (" + runs.Libc + " instead of " + built.Libc + ")", "take a base image of the same kind"
	case built.Libc == "glibc" && built.Distro == runs.Distro && built.Release != "" && beforeMerge(runs) && !beforeMerge(built):
		return system(runs) + " has an older one", "take the release of the build image, or a newer one"
	}
	return "", ""
}

// beforeMerge reports whether a release has a C library from before version 2.34,
// which every program asks for that is linked to a later one.
func beforeMerge(f knowledge.ImageFacts) bool {
	first := map[string]float64{"debian": 12, "ubuntu": 22.04}[f.Distro]
	release, err := strconv.ParseFloat(f.Release, 64)
	return err == nil && release < first
}

// linkedProgram returns the command of the stage that makes the file and links it to
// the C library, or nil.
func linkedProgram(p *lint.Pass, st *stage.Stage, built knowledge.ImageFacts, at string) *shell.Command {
	for ; st != nil; st = st.Base.Stage {
		for _, ins := range st.Body {
			if !ins.Is("RUN") || ins.Err != nil {
				continue
			}
			for _, cmd := range p.Shell(ins).All() {
				if linksTo(p, ins, cmd, built, at) {
					return cmd
				}
			}
		}
	}
	return nil
}

func linksTo(p *lint.Pass, ins *dockerfile.Instruction, cmd *shell.Command, built knowledge.ImageFacts, at string) bool {
	switch cmd.Name {
	case "cargo":
		return cmd.Subcommand() == "build" && built.Libc == "glibc" && cargoProgram(at) && !ownTarget(p, ins, cmd)
	case "gcc", "g++", "cc", "c++", "clang", "clang++":
		out, ok := cmd.Option("-o")
		return ok && out.Static && path.IsAbs(out.Value) && path.Clean(out.Value) == path.Clean(at) && !cmd.Has("-static", "-c", "-shared", "-static-pie")
	case "go":
		out, ok := cmd.Option("-o")
		if cmd.Subcommand() != "build" || !ok || !path.IsAbs(out.Value) || path.Clean(out.Value) != path.Clean(at) {
			return false
		}
		for _, w := range cmd.Words {
			if strings.Contains(w.Value, "static") {
				return false
			}
		}
		switch variable(p, ins, cmd, "CGO_ENABLED") {
		case "1":
			return true
		case "":
			return built.Family == "golang" && built.Libc == "glibc" && usesResolver(p, ins, cmd)
		}
	}
	return false
}

// standsIn reports whether a stage installs something that lets programs for glibc run
// with musl.
func standsIn(p *lint.Pass, st *stage.Stage) bool {
	for ; st != nil; st = st.Base.Stage {
		for _, ins := range st.Body {
			if text := p.Source.Slice(ins.Range); strings.Contains(text, "compat") || strings.Contains(text, "glibc") || strings.Contains(text, "ld-linux") {
				return true
			}
		}
	}
	return false
}

// cargoProgram reports whether a path is where cargo puts a program for the system
// that it runs on: target/release, with no triple between.
func cargoProgram(at string) bool {
	dir := path.Dir(at)
	return (path.Base(dir) == "release" || path.Base(dir) == "debug") && path.Base(path.Dir(dir)) == "target"
}

// ownTarget reports whether cargo may build for another system than its own, or
// statically.
func ownTarget(p *lint.Pass, ins *dockerfile.Instruction, cmd *shell.Command) bool {
	if strings.Contains(variable(p, ins, cmd, "RUSTFLAGS"), "crt-static") || variable(p, ins, cmd, "CARGO_BUILD_TARGET") != "" {
		return true
	}
	if p.Build.Context == nil {
		return false
	}
	for _, e := range p.Build.Context.All() {
		if strings.Contains(e.Path, ".cargo/") {
			return true
		}
	}
	return false
}

// variable returns what a command sees of a variable.
func variable(p *lint.Pass, ins *dockerfile.Instruction, cmd *shell.Command, name string) string {
	if a := cmd.Assign(name); a != nil && a.Has {
		return a.Value.Value
	}
	if v := p.Stages().ScopeAt(ins).Lookup(name); v != nil && v.Known {
		return v.Value
	}
	return ""
}
