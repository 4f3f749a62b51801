package packages

import "github.com/dlint/dlint/lint"

// NpmUnpinned finds packages that npm installs in whatever version there is.
var NpmUnpinned = &lint.Rule{
	ID:      "npm-unpinned",
	Summary: "npm installs whatever version there is",
	Aliases: []string{"DL3016", "kics/npm_install_without_pinned_version", "ID.20018"},
	Doc: `
Two builds of one Dockerfile should give one image. A version that is not named is
whatever the registry holds that day.

There is one finding for a command, and no fix: the versions are not known here. A
version that a variable holds counts, and so do ranges; files, folders and URLs are
not looked at. The tag latest is no version. Nothing is found where a lock file decides.

Nothing is found where Renovate raises versions that are marked: those that are not
are left open on purpose.
`,
	Bad:      "FROM node:22\nRUN npm install -g typescript\n",
	Good:     "FROM node:22\nRUN npm install -g typescript@5.8.3\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&pin{
			names: []string{"npm"}, manager: "npm", form: "@VERSION", skip: nodeLocked,
		}).check(p)
	},
}
