package packages

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// AptGetWithRecommends finds apt-get install without --no-install-recommends.
var AptGetWithRecommends = &lint.Rule{
	ID:      "apt-get-with-recommends",
	Summary: "apt-get install brings recommended packages that nobody named",
	Aliases: []string{
		"DL3015", "DS-0029", "S6500", "kics/apt_get_not_avoiding_additional_packages",
		"semgrep/missing-no-install-recommends", "dockerfilelint/apt-get_recommends",
	},
	Doc: `
Beside what a package depends on, apt-get installs what it recommends, often
several times as much. An image wants what was named.

In a stage whose layers are not part of the image the finding is a matter of
style: it costs time only.

# Fix safety

The fix adds --no-install-recommends. It is unsafe because something may have come
to be used that was only recommended, such as ca-certificates with curl; name such
packages.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "apt-get", "apt", "aptitude") {
			op := c.Package()
			if op.Subcommand != "install" || op.NoRecommends || c.Has("--install-recommends") || c.Has("--with-recommends") ||
				hidden(c) || dryRun(c) || mentions(p, ins, "install-recommends\"", "install-recommends ") {
				continue
			}
			d := lint.Diagnostic{
				Range:   head(p, c),
				Message: call(c) + " brings packages that are only recommended: add --no-install-recommends and name what is needed",
				Fixes: []lint.Fix{{
					Title:         "Add --no-install-recommends",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{insertWord(c, behindYes(c), "--no-install-recommends")},
				}},
			}
			if !ships(p, ins) {
				d.Severity = lint.Style
			}
			p.Report(d)
		}
	},
}

// behindYes returns the subcommand, or the last of the plain flags behind it.
func behindYes(c *shell.Command) *shell.Word {
	sub := c.SubcommandWord()
	args := c.Args()
	at := slices.IndexFunc(args, func(w shell.Word) bool { return w.Range == sub.Range })
	for k := at + 1; k < len(args); k++ {
		switch args[k].Value {
		case "-y", "--yes", "--assume-yes", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy":
			at = k
			continue
		}
		break
	}
	return &args[at]
}
