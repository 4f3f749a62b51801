package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// requirements reports whether a file decides on versions, or nothing but the
// installer itself is brought up to date.
func requirements(_ *lint.Pass, _ *dockerfile.Instruction, c *shell.Command) bool {
	op := c.Package()
	return len(op.Requirements) > 0 || len(op.Constraints) > 0 || c.Has("--no-index")
}

// installer reports whether x is what pip itself consists of.
func installer(x *shell.Package) bool {
	return x.Name == "pip" || x.Name == "setuptools" || x.Name == "wheel"
}

// nodeLocked reports whether a lock file decides on the versions of packages that
// are added to a project.
func nodeLocked(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	if c.Package().Global {
		return false
	}
	return p.Build.Context.Has("package-lock.json", "npm-shrinkwrap.json") || mentions(p, ins, "package-lock.json", "npm-shrinkwrap.json", "package*.json")
}

// goLocal reports whether x is a package of the module at hand.
func goLocal(x *shell.Package) bool {
	first, _, _ := strings.Cut(x.Name, "/")
	return !strings.Contains(first, ".") || first == "." || first == ".." || strings.Contains(x.Name, "...") && x.Version == ""
}

// goLocked reports whether a go.mod decides on the versions, or Go is too old to be
// given one.
func goLocked(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	if c.Subcommand() != "install" && withoutModules(p, ins, c) {
		return true
	}
	for k := range c.Package().Packages {
		if c.Package().Packages[k].Version == "latest" {
			return false
		}
	}
	return p.Build.Context.Has("go.mod") || mentions(p, ins, "go.mod", "go mod ", "vendor", "gopath", "/go/src", "copy . ", "add . ")
}

// withoutModules reports whether go get knows no versions: before Go 1.11, or with
// modules switched off.
func withoutModules(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	if v, ok := variable(p, ins, c, "GO111MODULE"); ok && v == "off" {
		return true
	}
	facts, ok := baseOf(p, ins)
	if !ok || facts.Family != "golang" {
		return false
	}
	rest, ok := strings.CutPrefix(facts.Version, "1.")
	minor, _, _ := strings.Cut(rest, ".")
	return ok && len(minor) == 1 || minor == "10"
}
