package shell

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/execform"
)

// ShellRelinked finds /bin/sh being replaced.
var ShellRelinked = &lint.Rule{
	ID:      "shell-relinked",
	Summary: "SHELL chooses the shell; /bin/sh is not to be replaced",
	Aliases: []string{"DL4005", "kics/changing_default_shell_using_run_command", "semgrep/use-shell-instruction"},
	Doc: `
Linking /bin/sh to another shell changes it for every script of the system, those
of the package manager included. SHELL chooses the shell of the instructions that
follow and nothing else.

The fix replaces a RUN that does nothing else by SHELL. There is none for programs that
are a shell by another name only, such as busybox.

# Fix safety

Scripts of the image that begin with #!/bin/sh keep the shell they are written for.
`,
	Bad:      "FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\n",
	Good:     "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("ln", "mv", "cp") {
			ops := c.Operands()
			if len(ops) < 2 || ops[len(ops)-1].Value != "/bin/sh" && ops[len(ops)-1].Value != "/usr/bin/sh" {
				continue
			}
			d := lint.Diagnostic{Range: c.Range, Message: "this replaces /bin/sh for every script of the image: choose the shell by SHELL"}
			if s := c.Script(); c.Name == "ln" && s.Err == nil && len(s.Commands) == 1 && ins.Parent == nil && len(ins.Flags) == 0 && s.Form == shell.ShellForm {
				to := ops[0].Value
				if !strings.HasPrefix(to, "/") {
					to = "/bin/" + to
				}
				if plainPath(&ops[0]) && isShell(path.Base(to)) {
					d.Fixes = []lint.Fix{{
						Title:         "Use SHELL",
						Applicability: lint.Unsafe,
						Edits:         []lint.Edit{lint.Replace(ins.Header, "SHELL "+execform.Array(to, "-c"))},
					}}
				}
			}
			p.Report(d)
		}
	},
}

func isShell(name string) bool {
	return oneOf(name, "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh")
}
