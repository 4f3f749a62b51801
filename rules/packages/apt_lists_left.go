package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// AptListsLeft finds RUNs that leave the package lists of apt in the image.
var AptListsLeft = &lint.Rule{
	ID:      "apt-lists-left",
	Summary: "apt-get update leaves the package lists in the layer",
	Aliases: []string{
		"DL3009", "S6587", "DKL-DI-0005", "kics/apt_get_install_lists_were_not_deleted",
		"semgrep/remove-package-lists", "dockerfilelint/apt-get_missing_rm",
	},
	Doc: `
apt-get update fetches lists of all packages, tens of megabytes, which are stale
when the image is used. They must go in the RUN that fetched them: what one layer
holds no later layer takes away.

The fix removes them at the end of the RUN. There is none where a later RUN installs
packages without an update of its own, because it needs the lists.

Nothing is found where a mount covers the directory, in stages whose layers are not
part of the image, and where any command of the RUN removes something there.

# Fix safety

The fix is unsafe where a later RUN runs a script, which may install packages.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var last *dockerfile.Instruction
		users := map[*stage.Stage]listUsers{}
		for ins, c := range operations(p, "apt-get", "apt", "aptitude") {
			if ins == last || !fetchesLists(c) || !ships(p, ins) || keepsLists(p, ins) {
				continue
			}
			last = ins
			const clean = "rm -rf /var/lib/apt/lists/*"
			d := lint.Diagnostic{
				Range:   head(p, c),
				Message: call(c) + " leaves the package lists in the layer: end the RUN with " + clean,
			}
			if needed, unsure := listsNeeded(p, ins, users); !needed {
				least := lint.Safe
				if unsure || ins.IsOnbuild() {
					least = lint.Unsafe
				}
				d.Fixes = cleanup(p, ins, c, clean, "Remove the package lists at the end", true, least)
			}
			p.Report(d)
		}
	},
}

const aptLists = "/var/lib/apt/lists"

// fetchesLists reports whether a command of apt updates the package lists.
func fetchesLists(c *shell.Command) bool {
	op := c.Package()
	return op.Action == shell.Update || op.Action == shell.Install && c.Has("--update", "-U")
}

// keepsLists reports whether the lists do not stay in the layer.
func keepsLists(p *lint.Pass, ins *dockerfile.Instruction) bool {
	s := p.Shell(ins)
	if mounted(p, ins, aptLists) || removes(p, s, aptLists) {
		return true
	}
	for c := range s.Find("apt-get", "apt") {
		if sub := c.Subcommand(); sub == "dist-clean" || sub == "distclean" {
			return true
		}
	}
	return false
}

// listUsers are the last instructions that need the package lists of a layer below, by
// Instruction.Index; -1 for none.
type listUsers struct {
	surely int // installs packages without an update of its own
	maybe  int // runs a script that may do so
}

// listsNeeded reports whether a RUN behind ins installs packages without an
// update of its own, and whether one may do so in a script. What it learns of a
// stage it keeps in known.
func listsNeeded(p *lint.Pass, ins *dockerfile.Instruction, known map[*stage.Stage]listUsers) (needed, unsure bool) {
	u := listUsersOf(p, p.Stages().StageOf(ins), known)
	return u.surely > ins.Index, u.maybe > ins.Index
}

// listUsersOf looks at a stage and at those that are built on it.
func listUsersOf(p *lint.Pass, s *stage.Stage, known map[*stage.Stage]listUsers) listUsers {
	if u, ok := known[s]; ok {
		return u
	}
	u := readListUsers(p, s)
	for _, use := range s.UsedBy {
		if use.Kind == stage.FromStage && use.In.Index > s.Index {
			above := listUsersOf(p, use.In, known)
			u = listUsers{max(u.surely, above.surely), max(u.maybe, above.maybe)}
		}
	}
	known[s] = u
	return u
}

func readListUsers(p *lint.Pass, s *stage.Stage) listUsers {
	u := listUsers{surely: -1, maybe: -1}
	for _, ins := range s.Body {
		if ins.Err != nil {
			continue
		}
		run := ins
		if ins.Name == "ONBUILD" && ins.Trigger != nil {
			run = ins.Trigger
		}
		script := p.Shell(run)
		if run.Name != "RUN" || script == nil { // an empty RUN does nothing
			continue
		}
		surely, maybe := needsLists(script)
		if surely {
			u.surely = ins.Index
		}
		if maybe {
			u.maybe = ins.Index
		}
	}
	return u
}

// needsLists reports whether a script installs packages without an update of its
// own, and whether something in it may do so that cannot be read.
func needsLists(script *shell.Script) (surely, maybe bool) {
	updated, branch := false, false // branch: by a command that may not run
	for _, c := range script.All() {
		fresh := updated || branch && c.Conditional
		if op := c.Package(); op != nil && op.Manager == "apt" {
			updated = updated || op.Action == shell.Update && !c.Conditional
			branch = branch || op.Action == shell.Update
			surely = surely || !fresh && (op.Action == shell.Install || op.Action == shell.Upgrade || op.Action == shell.DistUpgrade || op.Action == shell.Fetch)
		}
		surely = surely || !fresh && c.Is("apt-cache", "aptitude", "tasksel", "gdebi")
		maybe = maybe || !fresh && !harmless(c)
	}
	return surely, maybe || script.Form == shell.ExecForm || !script.Dialect.Parsed()
}

// harmless reports whether the command is known not to install packages of the
// system: all that it runs is in its words.
func harmless(c *shell.Command) bool {
	if op := c.Package(); op != nil {
		return op.Manager == "apt" || op.Action != shell.Run && op.Action != shell.Build
	}
	switch c.Name {
	case "", "[", "[[", "((", "add-apt-repository", "addgroup", "adduser", "apt-key", "awk", "base64", "basename", "cat", "cd", "chgrp",
		"chmod", "chown", "chsh", "cp", "curl", "cut", "date", "dirname", "dpkg-reconfigure", "echo", "env", "exit", "export",
		"false", "find", "getent", "git", "gpg", "grep", "groupadd", "groupmod", "gunzip", "gzip", "head", "id", "install",
		"java", "jq", "ldconfig", "ln", "locale-gen", "ls", "mkdir", "mktemp", "mv", "openssl", "passwd", "pip", "printf", "pwd",
		"readlink", "rm", "rmdir", "sed", "set", "sha256sum", "sha512sum", "md5sum", "sleep", "sort", "ssh-keygen", "stat", "tail", "tar", "tee",
		"test", "touch", "tr", "true", "ulimit", "umask", "uname", "unset", "unzip", "update-alternatives",
		"update-ca-certificates", "update-locale", "useradd", "usermod", "wc", "wget", "which", "xargs", "xz", "a2enmod", "a2dismod",
		"a2ensite", "a2dissite", "gcc", "g++", "cmake", "ldd", "docker-php-ext-enable", "phpenmod":
		return true
	}
	return false
}

// runsScript reports whether a command runs something that the Dockerfile does
// not show and that may install packages.
func runsScript(c *shell.Command) bool {
	if len(c.Words) == 0 {
		return false
	}
	switch c.Name {
	case "sh", "bash", "dash", "source", ".", "make", "python", "playwright", "ansible-playbook", "puppet", "rosdep":
		return true
	}
	w := &c.Words[0]
	return !w.Static || strings.HasSuffix(c.Name, ".sh") || strings.HasPrefix(w.Value, "./") || c.Family == "npx" || c.Family == "python"
}
