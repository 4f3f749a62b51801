package packages

import "github.com/dlint/dlint/lint"

// ZypperWithoutYes finds zypper commands that ask.
var ZypperWithoutYes = &lint.Rule{
	ID:      "zypper-without-yes",
	Summary: "zypper needs -n or -y in a build",
	Aliases: []string{"DL3034", "S6584", "kics/missing_zypper_non_interactive_switch"},
	Doc: `
A build has no terminal, so zypper gives up where it would ask whether to go on.
The fix adds -y; -n in front of the subcommand is as good.
`,
	Bad:      "FROM opensuse/leap:15\nRUN zypper install curl\n",
	Good:     "FROM opensuse/leap:15\nRUN zypper install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { checkQuestions(p, "non-interactive", "zypper") },
}
