package packages

import "github.com/dlint/dlint/lint"

// DnfUnpinned finds packages that dnf installs in whatever version there is.
var DnfUnpinned = &lint.Rule{
	ID:      "dnf-unpinned",
	Summary: "dnf installs whatever version there is",
	Aliases: []string{"DL3041", "kics/missing_version_specification_in_dnf_install", "ID.20018"},
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
	Bad:      "FROM fedora:42\nRUN dnf install -y curl\n",
	Good:     "FROM fedora:42\nRUN dnf install -y curl-8.11.1\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"dnf", "dnf5", "microdnf", "tdnf"}, manager: "dnf", form: "-VERSION", fine: systemName, skip: groups,
		}).check(p)
	},
}
