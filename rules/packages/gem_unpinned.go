package packages

import "github.com/dlint/dlint/lint"

// GemUnpinned finds packages that gem installs in whatever version there is.
var GemUnpinned = &lint.Rule{
	ID:      "gem-unpinned",
	Summary: "gem installs whatever version there is",
	Aliases: []string{"DL3028", "kics/gem_install_without_version", "ID.20018"},
	Doc: `
Two builds of one Dockerfile should give one image. A version that is not named is
whatever the registry holds that day.

There is one finding for a command, and no fix: the versions are not known here. A
version that a variable holds counts, and so do ranges; files, folders and URLs are
not looked at.

Nothing is found where Renovate raises versions that are marked: those that are not
are left open on purpose.
`,
	Bad:      "FROM ruby:3.4\nRUN gem install rake\n",
	Good:     "FROM ruby:3.4\nRUN gem install rake:13.2.1\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"gem"}, manager: "gem", form: ":VERSION",
		}).check(p)
	},
}
