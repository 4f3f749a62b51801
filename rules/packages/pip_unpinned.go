package packages

import "github.com/dlint/dlint/lint"

// PipUnpinned finds packages that pip installs in whatever version there is.
var PipUnpinned = &lint.Rule{
	ID:      "pip-unpinned",
	Summary: "pip installs whatever version there is",
	Aliases: []string{"DL3013", "kics/unpinned_package_version_in_pip_install", "ID.20018"},
	Doc: `
Two builds of one Dockerfile should give one image. A version that is not named is
whatever the registry holds that day.

There is one finding for a command, and no fix: the versions are not known here. A
version that a variable holds counts, and so do ranges; files, folders and URLs are
not looked at. Nothing is found where a file of requirements or constraints takes part,
and for pip, setuptools and wheel.

Nothing is found where Renovate raises versions that are marked: those that are not
are left open on purpose.
`,
	Bad:      "FROM python:3.13\nRUN pip install --no-cache-dir flask\n",
	Good:     "FROM python:3.13\nRUN pip install --no-cache-dir flask==3.1.0\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"pip"}, manager: "pip", form: "==VERSION", skip: requirements, fine: installer,
		}).check(p)
	},
}
