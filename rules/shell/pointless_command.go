package shell

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// PointlessCommand finds programs that make no sense while an image is built.
var PointlessCommand = &lint.Rule{
	ID:      "pointless-command",
	Summary: "The command has no lasting effect in a build",
	Aliases: []string{"DL3001", "kics/run_utilities_and_posix_commands", "semgrep/nonsensical-command", "ID.20022"},
	Doc: `
Each RUN starts in a fresh container without the processes of the ones before,
without a terminal and without the privileges to mount or to set up a network.
Editors, monitors, service managers and the like do nothing there that lasts.

A service that is started and used by other commands of the same RUN is left alone,
and so are kill behind a process put into the background, ssh in a RUN that mounts an
agent, and mount in a RUN with --security=insecure: hadolint reports these as well.
`,
	Bad:      "FROM debian:12\nRUN ifconfig eth0 up\n",
	Good:     "FROM debian:12\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("ssh", "vim", "shutdown", "reboot", "service", "ps", "free", "top", "htop",
			"kill", "mount", "umount", "ifconfig", "systemctl") {
			if why := pointless(ins, c); why != "" {
				p.Report(lint.Diagnostic{Range: c.NameRange, Message: c.Name + " " + why})
			}
		}
	},
}

// pointless says why the command does nothing, or "" when it may.
func pointless(ins *dockerfile.Instruction, c *shell.Command) string {
	switch c.Name {
	case "service":
		if used(c) || c.Index > 0 {
			return ""
		}
		return "starts a process that ends with this RUN: start it in CMD or ENTRYPOINT"
	case "systemctl":
		switch c.Subcommand() {
		case "start", "restart", "reload", "stop":
			return "talks to systemd, which does not run during a build: start the service in CMD or ENTRYPOINT"
		}
		return ""
	case "kill":
		for _, o := range c.Script().All() {
			if o.Background || o.Index < c.Index && (o.Name == "service" || o.Family == "nohup") {
				return ""
			}
		}
		if len(c.Operands()) > 0 && !c.Operands()[0].Static {
			return ""
		}
		return "finds no process: every RUN starts without those of the ones before"
	case "ssh":
		if c.Has("-V") {
			return ""
		}
		for _, m := range ins.Mounts() {
			if o := m.Option("type"); o != nil && o.Value == "ssh" {
				return ""
			}
		}
		return "has no keys in a build: fetch with ADD git@..., or mount an agent by --mount=type=ssh"
	case "mount", "umount":
		if f := ins.Flag("security"); f != nil && f.Value == "insecure" {
			return ""
		}
		return "needs privileges that a build does not have: use RUN --mount"
	}
	return "does nothing that lasts in a build: remove it"
}

// used reports whether later commands of the script can use what c starts.
func used(c *shell.Command) bool {
	for _, o := range c.Script().All() {
		if o.Index > c.Index && o.Outer == nil && o.Name != "" && o.Name != "service" {
			return true
		}
	}
	return false
}
