package packages

import "github.com/dlint/dlint/lint"

// ZypperUnpinned finds packages that zypper installs in whatever version there is.
var ZypperUnpinned = &lint.Rule{
	ID:      "zypper-unpinned",
	Summary: "zypper installs whatever version there is",
	Aliases: []string{"DL3037", "kics/zypper_install_without_version", "ID.20018"},
	Doc: `
Two builds of one Dockerfile should give one image. A version that is not named is
whatever the repositories hold that day. On the other hand distributions drop old
versions, so that a pinned build fails one day; a base image pinned by digest, or a
snapshot of the repositories, may serve better. That is why this is information
only, and there is no fix: the versions are not known here.

There is one finding for a command. A version that a variable holds counts, and so
do ranges; files and URLs are not looked at.

Nothing is found where Renovate or Dependabot raises the version of the base image,
which the packages come with, or where Renovate raises versions that are marked.
`,
	Bad:      "FROM opensuse/leap:15\nRUN zypper install -y curl\n",
	Good:     "FROM opensuse/leap:15\nRUN zypper install -y curl=8.6.0\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"zypper"}, manager: "zypper", form: "=VERSION", fine: systemName, skip: groups,
		}).check(p)
	},
}
