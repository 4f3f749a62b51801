package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// SystemUpgrade finds upgrades of all packages of the base image.
var SystemUpgrade = &lint.Rule{
	ID:      "system-upgrade",
	Summary: "An upgrade of all packages doubles parts of the base image",
	Aliases: []string{
		"DL3005", "DS-0024", "DKL-DI-0003", "kics/run_using_dnf_update", "kics/run_using_upgrade_commands",
		"kics/run_using_zypper_update", "kics/upgrade_instruction_alone", "kics/use_of_apk_upgrade",
		"kics/yum_update_disabled", "semgrep/avoid-apk-upgrade", "semgrep/avoid-apt-get-upgrade",
		"semgrep/avoid-dnf-update", "semgrep/avoid-yum-update", "semgrep/avoid-zypper-update",
		"dockerfilelint/apt-get-upgrade", "dockerfilelint/apt-get-dist-upgrade",
	},
	Doc: `
Every package that an upgrade replaces is in the image twice, and the result depends
on the day. A newer tag of the base image brings the same. On the other hand an
upgrade brings security fixes that the base image does not have yet, and Docker has
withdrawn its advice against it.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get upgrade -y\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Off:      "an upgrade brings security fixes that the base image may not have yet",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range operations(p, systemPrograms[:]...) {
			op := c.Package()
			if len(op.Packages) == 0 && (op.Action == shell.Upgrade || op.Action == shell.DistUpgrade && op.Manager != "zypper") {
				p.Report(lint.Diagnostic{
					Range:   head(p, c),
					Message: call(c) + " puts every upgraded package into the image twice: take a newer base image",
				})
			}
		}
	},
}
