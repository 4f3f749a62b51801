package packages

import (
	"fmt"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/updates"
)

// pin says how the packages of a manager get a version.
type pin struct {
	names   []string // programs
	manager string
	form    string // behind the name of the package, for the message
	// skip says that something else decides the versions.
	skip func(*lint.Pass, *dockerfile.Instruction, *shell.Command) bool
	// fine says that a package needs no version.
	fine func(*shell.Package) bool
}

// check reports one finding for each command with packages that have no version.
func (n *pin) check(p *lint.Pass) {
	for ins, c := range operations(p, n.names...) {
		op := c.Package()
		if !n.of(op) || !n.wants(op) || len(op.Packages) == 0 || dryRun(c) {
			continue
		}
		var first *shell.Package
		count := 0
		for k := range op.Packages {
			x := &op.Packages[k]
			if !unpinned(x) || n.fine != nil && n.fine(x) {
				continue
			}
			if first == nil {
				first = x
			}
			count++
		}
		if first == nil || n.skip != nil && n.skip(p, ins, c) || n.governed(p, ins) {
			continue
		}
		p.Report(lint.Diagnostic{Range: first.NameRange, Message: pinMessage(first.Name, count, n.form)})
	}
}

// governed reports whether somebody else sees to the versions. Where Renovate
// raises versions that are marked, those that are not are left open on purpose.
// Packages of the system come with the base image: where that has a version which
// Renovate or Dependabot raises, pinned packages would break each time.
func (n *pin) governed(p *lint.Pass, ins *dockerfile.Instruction) bool {
	g := updates.Of(p.Document)
	switch n.manager {
	case "apt", "apk", "dnf", "yum", "zypper":
		return g.Marked || g.Images && versioned(p, ins)
	}
	return g.Marked
}

// versioned reports whether the base image is asked for by a version or digest.
func versioned(p *lint.Pass, ins *dockerfile.Instruction) bool {
	base := &p.Stages().StageOf(ins).Root().Base
	ref, err := knowledge.ParseRef(base.Name)
	return err == nil && base.Known && (ref.Digest != "" || strings.ContainsAny(ref.Tag, "0123456789"))
}

// of reports whether the packages are those of the manager.
func (n *pin) of(op *shell.PackageOp) bool {
	return op.Manager == n.manager || n.manager == "dnf" && (op.Manager == "microdnf" || op.Manager == "tdnf")
}

// wants reports whether the command chooses versions.
func (n *pin) wants(op *shell.PackageOp) bool {
	if n.manager != "go" {
		return op.Action == shell.Install
	}
	switch op.Subcommand {
	case "install":
		return op.Action == shell.Install
	case "get", "run":
		return true
	}
	return false
}

func pinMessage(name string, count int, form string) string {
	switch count {
	case 1:
		return fmt.Sprintf("%s can be another version in every build: pin it as %s%s", name, name, form)
	case 2:
		return fmt.Sprintf("%s and one more package can be other versions in every build: pin both, as in %s%s", name, name, form)
	}
	return fmt.Sprintf("%s and %d more packages can be other versions in every build: pin them, as in %s%s", name, count-1, name, form)
}

// unpinned reports whether a package is named and without any version. One that
// a variable takes part in may hold a version.
func unpinned(x *shell.Package) bool {
	if x.IsFile || x.IsDir || x.IsURL || x.Editable || !x.Word.Static || x.Name == "" {
		return false
	}
	return x.Version == "" || x.Version == "latest"
}

// groups reports whether a command of an RPM manager installs groups, modules or
// patterns of packages, which have no versions.
func groups(_ *lint.Pass, _ *dockerfile.Instruction, c *shell.Command) bool {
	switch c.Subcommand() {
	case "group", "groups", "groupinstall", "module", "localinstall", "source-install", "si":
		return true
	}
	kind, ok := c.Option("-t", "--type")
	return ok && kind.Value != "package"
}

// systemName reports whether x is no plain name of a package: a pattern, a group,
// what a package provides, a release, or something to be removed.
func systemName(x *shell.Package) bool {
	return x.Operator != "" || strings.ContainsAny(x.Name, "*?@/<>!(") || strings.HasSuffix(x.Name, "-") ||
		strings.HasPrefix(x.Name, ".") || strings.HasPrefix(x.Name, "-")
}
