package cache

import (
	"path"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// install is a command that installs packages.
type install struct {
	ins *dockerfile.Instruction
	cmd *shell.Command
	op  *shell.PackageOp // nil for programs that are not read as package managers
	// ecosystem names the manifest that is read; empty when the packages are
	// named on the command line and nothing of the project is read.
	ecosystem string
	// dir is the project's folder in the image.
	dir string
}

// what is the command in a word or two: "npm ci".
func (i *install) what() string {
	name := i.cmd.Name
	if sub := i.cmd.Subcommand(); sub != "" {
		name += " " + sub
	}
	if i.ecosystem == "dart" || i.ecosystem == "swift" {
		if words := i.cmd.Operands(); len(words) > 0 && words[0].Static {
			name += " " + words[0].Value
		}
	}
	return name
}

// installOf reads a command; nil when it installs nothing.
func installOf(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) *install {
	i := &install{ins: ins, cmd: c, op: c.Package()}
	kind, ok := i.kind()
	if !ok {
		return nil
	}
	i.ecosystem = kind
	i.dir = layers.Absolute(p.Stages().StateAt(ins).Workdir, c.Dir)
	if w := i.op; w != nil && w.Target != nil && slices.Contains([]string{"npm", "yarn", "pnpm", "bun"}, kind) {
		if !w.Target.Static {
			return nil
		}
		i.dir = layers.Absolute(i.dir, w.Target.Value)
	}
	if c.Dir == "" {
		i.dir = ""
	}
	return i
}

// kind returns the ecosystem, and whether anything is installed.
func (i *install) kind() (string, bool) {
	c, op := i.cmd, i.op
	sub := c.Subcommand()
	switch c.Name {
	case "mix":
		return "mix", sub == "deps.get"
	case "dart", "flutter":
		words := c.Operands()
		return "dart", sub == "pub" && len(words) > 0 && words[0].Value == "get"
	case "swift":
		words := c.Operands()
		return "swift", sub == "package" && len(words) > 0 && words[0].Value == "resolve"
	case "mvn", "mvnw":
		return "maven", onlyGoals(c, "dependency:")
	case "gradle", "gradlew":
		return "gradle", onlyGoals(c, "dependencies")
	case "sbt":
		return "sbt", sub == "update"
	case "deno":
		return "deno", sub == "install" && !c.Has("-g", "--global") || sub == "cache"
	case "helm":
		words := c.Operands()
		return "helm", (sub == "dependency" || sub == "dep") && len(words) > 0 && words[0].Value == "build"
	case "ansible-galaxy":
		_, file := c.Option("-r", "--role-file", "--requirements-file")
		return "ansible-galaxy", file && (sub == "install" || hasOperand(c, "install"))
	case "terraform", "tofu":
		return "terraform", sub == "init"
	}
	if op == nil || op.Action != shell.Install && op.Action != shell.Fetch {
		return "", false
	}
	return i.managed(sub)
}

// onlyGoals reports whether all goals of a build tool have that prefix.
func onlyGoals(c *shell.Command, prefix string) bool {
	n := 0
	for _, w := range c.Args() {
		if strings.HasPrefix(w.Value, "-") {
			continue
		}
		if !strings.HasPrefix(w.Value, prefix) {
			return false
		}
		n++
	}
	return n > 0
}

// managed is kind for package managers.
func (i *install) managed(sub string) (string, bool) {
	op := i.op
	switch op.Manager {
	case "apt", "apk", "dnf", "yum", "microdnf", "tdnf", "zypper", "pacman", "gem":
		return "", op.Action == shell.Install && len(op.Packages) > 0 && !local(op)
	case "npm", "yarn", "pnpm", "bun":
		if op.Global {
			return "", len(op.Packages) > 0 && !local(op)
		}
		return op.Manager, len(op.Packages) == 0 && (op.ManifestInstall || op.Manager == "pnpm" && sub == "fetch")
	case "pip":
		if i.cmd.Is("uv") && sub == "sync" {
			return "uv", true
		}
		if op.ManifestInstall || local(op) {
			return "pip", op.Action == shell.Install
		}
		return "", op.Action == shell.Install && len(op.Packages) > 0
	case "uv":
		return "uv", sub == "sync"
	case "poetry", "pdm":
		return op.Manager, sub == "install" || sub == "sync"
	case "pipenv":
		return "pipenv", (sub == "install" || sub == "sync") && len(op.Packages) == 0
	case "conda":
		_, file := i.cmd.Option("-f", "--file")
		return "conda", file
	case "go":
		return "go", sub == "mod" && op.Action == shell.Fetch && len(op.Packages) == 0 && hasOperand(i.cmd, "download")
	case "cargo":
		return "cargo", sub == "fetch"
	case "bundle":
		return "bundler", op.Action == shell.Install && (sub == "install" || sub == "")
	case "composer":
		return "composer", sub == "install"
	case "dotnet":
		return "dotnet", sub == "restore"
	}
	return "", false
}

func hasOperand(c *shell.Command, word string) bool {
	return slices.ContainsFunc(c.Operands(), func(w shell.Word) bool { return w.Value == word })
}

// local reports whether a package is a file or folder.
func local(op *shell.PackageOp) bool {
	return slices.ContainsFunc(op.Packages, func(k shell.Package) bool { return k.IsFile || k.IsDir || k.Editable })
}

// independent reports whether a command plainly reads nothing of the folder into
// which the sources are copied, so that it may run before they are there.
func independent(c *shell.Command, workdir, dest string) bool {
	for k := range c.Redirects {
		if r := &c.Redirects[k]; r.Op == "<" && r.Target.Value != "/dev/null" {
			return false
		}
	}
	if !writesElsewhere(c, workdir, dest) {
		return false
	}
	if op := c.Package(); op != nil {
		return harmless(op)
	}
	switch c.Name {
	case "", ":", "set", "export", "echo", "printf", "true", "cd", "corepack", "useradd", "groupadd", "adduser", "addgroup", "usermod",
		"ldconfig", "update-ca-certificates", "locale-gen", "mkdir", "test", "[", "umask", "id", "uname", "dpkg-reconfigure":
		return true
	case "rm", "chmod", "chown", "ln", "touch", "curl", "wget":
		return c.Next == nil
	}
	return false
}

// harmless reports whether a package manager reads nothing of the project.
func harmless(op *shell.PackageOp) bool {
	if op.ManifestInstall || local(op) {
		return false
	}
	switch op.Action {
	case shell.Update, shell.Upgrade, shell.Install, shell.Remove:
		switch op.Manager {
		case "apt", "apk", "dnf", "yum", "microdnf", "tdnf", "zypper", "pacman", "gem", "pip":
			return true
		}
		return op.Global
	case shell.Clean, shell.Config:
		return true
	}
	return false
}

// writesElsewhere reports whether all that a command is known to write or to
// remove lies outside of a folder. Making that folder does no harm.
func writesElsewhere(c *shell.Command, workdir, dest string) bool {
	for _, list := range [][]shell.Effect{c.Writes(), c.Removes()} {
		for k := range list {
			e := &list[k]
			at := layers.Absolute(workdir, e.Path)
			if e.Known && e.Kind == shell.MakeDir && (at == dest || layers.Inside(at, dest)) {
				continue
			}
			if !e.Known || at == dest || layers.Inside(dest, at) && dest != "/" || layers.Inside(at, dest) {
				return false
			}
		}
	}
	return true
}

// laterSteps counts the steps that run again with an instruction: those behind
// it in its stage and in the stages that are built on it.
func laterSteps(p *lint.Pass, ins *dockerfile.Instruction) int {
	s := p.Stages().StageOf(ins)
	n := 0
	for _, later := range s.Body {
		if later.Index > ins.Index && isStep(later) {
			n++
		}
	}
	for _, u := range s.UsedBy {
		if u.Kind == stage.FromStage && u.In.Index > s.Index {
			n += laterSteps(p, u.In.From)
		}
	}
	return n
}

func isStep(ins *dockerfile.Instruction) bool { return ins.Is("RUN", "COPY", "ADD", "WORKDIR") }

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return itoa(n) + " " + noun + "s"
}

// list writes names as a sentence does.
func list(names []string) string {
	if len(names) > 4 {
		names = append(slices.Clone(names[:3]), plural(len(names)-3, "more file"))
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// within returns p relative to dir, and whether it lies there.
func within(dir, p string) (string, bool) {
	if p == dir {
		return ".", true
	}
	if !layers.Inside(dir, p) {
		return "", false
	}
	return strings.TrimPrefix(strings.TrimPrefix(p, dir), "/"), true
}

// clean is path.Clean with "." for the context's root.
func clean(p string) string { return path.Clean(strings.TrimPrefix(p, "/")) }
