package packages

import "github.com/dlint/dlint/lint"

// AptUnpinned finds packages that apt-get installs in whatever version there is.
var AptUnpinned = &lint.Rule{
	ID:      "apt-unpinned",
	Summary: "apt-get installs whatever version there is",
	Aliases: []string{"DL3008", "kics/apt_get_install_pin_version_not_defined", "ID.20018"},
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
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u12\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"apt-get", "apt", "aptitude"}, manager: "apt", form: "=VERSION", fine: systemName,
		}).check(p)
	},
}
