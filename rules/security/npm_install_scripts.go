package security

import (
	"strconv"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// NpmInstallScripts finds installs that run scripts of packages.
var NpmInstallScripts = &lint.Rule{
	ID:      "npm-install-scripts",
	Summary: "Packages may run scripts when npm installs them",
	Aliases: []string{"S6505"},
	Doc: `
Every package may bring scripts that npm, yarn and pnpm run on install: the way by
which most attacks through the registry get in. --ignore-scripts leaves them out,
which breaks packages that compile something.

# Fix safety

The fix adds the option. It is unsafe because some packages work only after their
scripts have run.
`,
	Bad:      "FROM node:24\nRUN npm ci\n",
	Good:     "FROM node:24\nRUN npm ci --ignore-scripts\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Off:      "packages that compile native code need their scripts",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("npm", "yarn", "pnpm") {
			if c.Has("--ignore-scripts") || c.Name == "yarn" && c.Subcommand() == "" || scriptsOff(p, ins, c) {
				continue
			}
			switch c.Subcommand() {
			case "ci", "install", "i", "add", "clean-install":
				d := lint.Diagnostic{
					Range:   c.NameRange.Join(c.SubcommandWord().Range),
					Message: "Any package may run a script here: add --ignore-scripts where none is needed",
				}
				if c.Call != nil {
					d.Fixes = []lint.Fix{{
						Title: "Add --ignore-scripts", Applicability: lint.Unsafe,
						Edits: []lint.Edit{lint.Insert(c.SubcommandWord().Range.End, " --ignore-scripts")},
					}}
				}
				p.Report(d)
			}
		}
	},
}

// scriptsOff reports whether a variable switches the scripts off.
func scriptsOff(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	for _, name := range [...]string{"NPM_CONFIG_IGNORE_SCRIPTS", "npm_config_ignore_scripts", "YARN_ENABLE_SCRIPTS"} {
		value := ""
		if a := c.Assign(name); a != nil && a.Has {
			value = a.Value.Value
		} else if v := p.Stages().ScopeAt(ins).Lookup(name); v != nil && v.Set {
			value = v.Value
		}
		if value == strconv.FormatBool(name != "YARN_ENABLE_SCRIPTS") {
			return true
		}
	}
	return false
}
