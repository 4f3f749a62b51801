package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// UpdateAlone finds updates of package lists in another RUN than the install.
var UpdateAlone = &lint.Rule{
	ID:      "update-alone",
	Summary: "An update in a RUN of its own is cached while packages move on",
	Aliases: []string{
		"DS-0017", "CKV_DOCKER_5", "S6595", "CIS-DI-0007", "kics/update_instruction_alone",
		"dockerfilelint/apt-get-update_require_install",
	},
	Doc: `
The build cache keeps the layer of a RUN as long as its text is the same. When the
install changes and the update before it does not, packages are looked for in lists
that may be months old, and are not found.

Updates of apt-get, apk and zypper are found when a later RUN of the same image
installs packages without one. dnf and yum update by themselves.

# Fix safety

The fix joins the two RUNs where they follow each other, both are plain chains of
commands, and no comment or option stands between them. Where other instructions stand
between them it moves the update, which is unsafe: they may need what it fetched.
`,
	Bad:      "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var last *dockerfile.Instruction
		for ins, c := range operations(p, "apt-get", "apt", "apk", "zypper") {
			op := c.Package()
			if ins == last || ins.IsOnbuild() || op.Action != shell.Update || c.Conditional || installs(p.Shell(ins), op.Manager) {
				continue
			}
			last = ins
			install := dependent(p, ins, op.Manager)
			if install == nil {
				continue
			}
			d := lint.Diagnostic{
				Range:   head(p, c),
				Message: call(c) + " is cached by itself while packages move on: put it into the RUN that installs",
				Related: []lint.Related{{Range: install.Keyword.Range, Message: "this RUN installs"}},
			}
			if e, ok := shelledit.JoinRuns(p, ins, install); ok {
				d.Fixes = []lint.Fix{{Title: "Join the update with the install", Applicability: lint.Safe, Edits: []lint.Edit{e}}}
			} else if edits := moveUpdate(p, ins, install, c); edits != nil {
				d.Fixes = []lint.Fix{{Title: "Move the update to the install", Applicability: lint.Unsafe, Edits: edits}}
			}
			p.Report(d)
		}
	},
}

// moveUpdate returns the edits that take an update which is a RUN of its own into the
// RUN that installs, further down.
func moveUpdate(p *lint.Pass, update, install *dockerfile.Instruction, c *shell.Command) []lint.Edit {
	if len(p.Shell(update).All()) != 1 || update.IsOnbuild() || !shelledit.PlainChain(p, update) || !shelledit.PlainChain(p, install) {
		return nil
	}
	return []lint.Edit{
		lint.Delete(update.Lines),
		lint.Insert(install.ArgsRange.Start, p.Source.Slice(c.Range)+" && "),
	}
}

// installs reports whether the script uses the lists that it fetches, as far as
// can be told.
func installs(s *shell.Script, manager string) bool {
	for _, c := range s.All() {
		if op := c.Package(); op != nil && op.Manager == manager {
			switch op.Action {
			case shell.Install, shell.Upgrade, shell.DistUpgrade, shell.Fetch:
				return true
			}
		}
		if runsScript(c) && c.Prev == nil {
			return true
		}
	}
	return false
}

// dependent returns the next RUN of the stage that installs packages of the
// manager and does not update the lists itself, or nil.
func dependent(p *lint.Pass, ins *dockerfile.Instruction, manager string) *dockerfile.Instruction {
	for _, later := range p.Stages().StageOf(ins).Body {
		if later.Index <= ins.Index || later.Name != "RUN" || later.Err != nil {
			continue
		}
		for _, c := range p.Shell(later).All() {
			op := c.Package()
			if op == nil || op.Manager != manager {
				continue
			}
			switch {
			case op.Action == shell.Update, op.NoCache, c.Has("--update-cache", "--update", "-U"):
				return nil
			case op.Action == shell.Install && !onlyFiles(op):
				return later
			}
		}
	}
	return nil
}
