package size

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// CompilerInImage finds compilers that are installed into the image that is shipped.
var CompilerInImage = &lint.Rule{
	ID:      "compiler-in-image",
	Summary: "A compiler is installed into the image that is shipped",
	Doc: `
Compilers, headers and build systems are needed to build and not to run. In a build
with one stage they are shipped: hundreds of megabytes, and tools for whoever gets
in. Build in a stage of its own and copy the artifact, or remove the packages in the
RUN that installed them. In a build of several stages the last one is looked at, when it
copies from another one: what it still compiles belongs there.

Only packages that are surely for building are named (gcc, build-essential, cmake).
The rule is silent when the same RUN removes packages again, and in images that are
for building or for people to work in: those without a command of their own, those
that start a shell, and those for development containers.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y build-essential\nCMD [\"server\"]\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y libssl3\nCMD [\"server\"]\n",
	Severity: lint.Info,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		last := p.Stages().Target
		if last == nil || strings.Contains(p.Source.Path, ".devcontainer") || len(p.Stages().Stages) > 1 && !takesFromStage(last) || !startsProgram(p, last) {
			return
		}
		for _, ins := range last.Body {
			if !ins.Is("RUN") || ins.Err != nil {
				continue
			}
			s := p.Shell(ins)
			if s.Has("apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper") {
				compiler(p, s.All())
			}
		}
	},
}

// takesFromStage reports whether a stage copies something from another one of the
// file: what is built is built there.
func takesFromStage(last *stage.Stage) bool {
	return slices.ContainsFunc(last.Uses, func(u *stage.Use) bool { return u.Kind == stage.CopyFrom && u.Stage != nil })
}

// startsProgram reports whether a stage tells its image to start something that is no
// shell.
func startsProgram(p *lint.Pass, last *stage.Stage) bool {
	for _, ins := range last.Body {
		if !ins.Is("CMD", "ENTRYPOINT") || ins.Err != nil {
			continue
		}
		if c := p.Shell(ins).All(); len(c) > 0 && !slices.Contains(shells[:], c[0].Name) {
			return true
		}
	}
	return false
}

var shells = [...]string{"sh", "bash", "ash", "dash", "zsh", "fish", "pwsh"}

// compiler reports the first compiler that a script installs and keeps.
func compiler(p *lint.Pass, list []*shell.Command) {
	var first *shell.Package
	for _, c := range list {
		switch c.Name {
		case "apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper":
		default:
			continue
		}
		op := c.Package()
		if op == nil {
			continue
		}
		if op.Action.String() == "remove" || toolbox(op) {
			return
		}
		for k := range op.Packages {
			if pkg := &op.Packages[k]; first == nil && op.Action == shell.Install && op.Virtual == nil && isCompiler(pkg.Name) {
				first = pkg
			}
		}
	}
	if first != nil {
		p.Report(lint.Diagnostic{
			Range:   first.Word.Range,
			Message: first.Name + " is shipped with the image, though only building needs it: build in a stage of its own and copy the artifact",
		})
	}
}

// toolbox reports whether an installation is that of an image to work in: git and a
// dozen of other packages.
func toolbox(op *shell.PackageOp) bool {
	return op.Action == shell.Install && len(op.Packages) >= 12 &&
		slices.ContainsFunc(op.Packages, func(p shell.Package) bool { return p.Name == "git" })
}

func isCompiler(pkg string) bool {
	switch pkg {
	case "make", "gmake", "patch", "pkg-config", "pkgconf", "pkgconfig", "gettext", "m4", "binutils", "texinfo", "ant", "maven", "gradle",
		"default-jdk", "default-jdk-headless", "openjdk-8-jdk", "openjdk-11-jdk", "openjdk-17-jdk", "openjdk-21-jdk", "redhat-rpm-config", "rpm-build", "kernel-headers", "linux-headers", "dpkg-dev", "fakeroot":
		return false // wanted at run time often enough
	}
	return knowledge.BuildOnly(pkg) && !knowledge.IsDevPackage(pkg)
}
