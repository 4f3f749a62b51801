package packages

import "github.com/dlint/dlint/lint"

// DnfWithoutYes finds dnf and tdnf commands that ask.
var DnfWithoutYes = &lint.Rule{
	ID:      "dnf-without-yes",
	Summary: "dnf and tdnf need -y in a build",
	Aliases: []string{"DL3038", "S6584", "kics/missing_flag_from_dnf_install", "semgrep/missing-dnf-assume-yes-switch"},
	Doc: `
A build has no terminal, so dnf gives up where it would ask whether to go on. The
fix adds -y. microdnf asks nothing.

assumeyes in a configuration file or --setopt counts as well. Nothing is found
where a variable among the arguments looks like one that holds options.
`,
	Bad:      "FROM fedora:42\nRUN dnf install curl\n",
	Good:     "FROM fedora:42\nRUN dnf install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		checkQuestions(p, "assumeyes", "dnf", "dnf5", "tdnf")
	},
}
