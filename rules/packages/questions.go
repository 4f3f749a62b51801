package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// checkQuestions reports calls of package managers that would ask before they go
// on. Where one of the words in configured occurs, a file may answer for them.
func checkQuestions(p *lint.Pass, configured string, names ...string) {
	const flag = "-y"
	for ins, c := range operations(p, names...) {
		op := c.Package()
		switch op.Action {
		case shell.Install, shell.Upgrade, shell.DistUpgrade, shell.Remove:
		default:
			continue
		}
		if op.AssumeYes || answered(c) || hidden(c) || dryRun(c) || mentions(p, ins, configured) {
			continue
		}
		sub := c.SubcommandWord()
		p.Report(lint.Diagnostic{
			Range:   head(p, c),
			Message: call(c) + " asks before it goes on, and a build cannot answer: add " + flag,
			Fixes: []lint.Fix{{
				Title:         "Add " + flag,
				Applicability: lint.Safe,
				Edits:         []lint.Edit{insertWord(c, sub, flag)},
			}},
		})
	}
}

// dryRun reports whether the command installs nothing, so that it asks nothing.
func dryRun(c *shell.Command) bool {
	return c.Has("-s", "--simulate", "--just-print", "--dry-run", "--no-act", "--recon", "--print-uris",
		"--help", "-h", "--version", "--assumeno", "--assume-no", "--trivial-only")
}
