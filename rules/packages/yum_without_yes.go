package packages

import "github.com/dlint/dlint/lint"

// YumWithoutYes finds yum commands that ask.
var YumWithoutYes = &lint.Rule{
	ID:      "yum-without-yes",
	Summary: "yum needs -y in a build",
	Aliases: []string{
		"DL3030", "S6584", "kics/yum_install_allows_manual_input", "semgrep/missing-yum-assume-yes-switch",
	},
	Doc: `
A build has no terminal, so yum gives up where it would ask whether to go on. The
fix adds -y.

assumeyes in a configuration file or --setopt counts as well. Nothing is found
where a variable among the arguments looks like one that holds options.
`,
	Bad:      "FROM centos:7\nRUN yum install curl\n",
	Good:     "FROM centos:7\nRUN yum install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check:    func(p *lint.Pass) { checkQuestions(p, "assumeyes", "yum") },
}
