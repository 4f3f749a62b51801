package packages

import "github.com/dlint/dlint/lint"

// AptGetWithoutYes finds apt-get commands that ask.
var AptGetWithoutYes = &lint.Rule{
	ID:      "apt-get-without-yes",
	Summary: "apt-get needs -y in a build",
	Aliases: []string{
		"DL3014", "DS-0021", "S6584", "kics/apt_get_missing_flags_to_avoid_manual_input",
		"semgrep/missing-assume-yes-switch", "dockerfilelint/apt-get_missing_param",
	},
	Doc: `
A build has no terminal, so apt-get gives up where it would ask whether to go on.
It does not ask when it has nothing more to install than what was named, so that
a build may work today and fail when a package gains a dependency.

The fix adds -y. The same goes for remove, purge, autoremove and upgrade.

-qq, --force-yes, -o APT::Get::Assume-Yes=true, a file that sets Assume-Yes, and
answers that come through a pipe count as well. Nothing is found where a
variable among the arguments looks like one that holds options.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { checkQuestions(p, "assume-yes", "apt-get", "apt", "aptitude") },
}
