package security

import "github.com/dlint/dlint/lint"

// NpmInstallScripts finds installs that run scripts of packages.
var NpmInstallScripts = &lint.Rule{
	ID:      "npm-install-scripts",
	Summary: "Packages may run scripts when npm installs them",
	Aliases: []string{"S6505"},
	Doc: `
Every package may bring scripts that npm, yarn and pnpm run on install: the way by
which most attacks through the registry get in. --ignore-scripts leaves them out,
which breaks packages that compile something.
`,
	Bad:      "FROM node:24\nRUN npm ci\n",
	Good:     "FROM node:24\nRUN npm ci --ignore-scripts\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Off:      "packages that compile native code need their scripts",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range p.Commands("npm", "yarn", "pnpm") {
			if c.Has("--ignore-scripts") || c.Name == "yarn" && c.Subcommand() == "" {
				continue
			}
			switch c.Subcommand() {
			case "ci", "install", "i", "add", "clean-install":
				p.Report(lint.Diagnostic{
					Range:   c.NameRange.Join(c.SubcommandWord().Range),
					Message: "Any package may run a script here: add --ignore-scripts where none is needed",
				})
			}
		}
	},
}
