package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// AptInsteadOfAptGet finds apt, which is made for people.
var AptInsteadOfAptGet = &lint.Rule{
	ID:      "apt-instead-of-apt-get",
	Summary: "apt is for people; scripts use apt-get",
	Aliases: []string{"DL3027", "CKV_DOCKER_9", "kics/run_using_apt", "semgrep/prefer-apt-get"},
	Doc: `
apt says of itself that its command line is not stable, and warns when it is used
in a script. apt-get and apt-cache are meant for scripts.

# Fix safety

The fix writes apt-get. It is safe for what both do alike: install, reinstall,
update, remove, purge, autoremove, clean, autoclean, build-dep, download, source.
It is unsafe for upgrade, because apt upgrade installs new dependencies and
apt-get upgrade holds such packages back. full-upgrade becomes dist-upgrade. For
search, show and policy the fix writes apt-cache. There is none for the rest.
`,
	Bad:      "FROM debian:12\nRUN apt update && apt install -y curl\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var last *shell.Script
		for _, c := range operations(p, "apt") {
			if c.Name != "apt" || c.Subcommand() == "" || c.Script() == last {
				continue
			}
			last = c.Script()
			reportApt(p, c.Script())
		}
	},
}

// reportApt makes one finding of all uses of apt in a RUN.
func reportApt(p *lint.Pass, s *shell.Script) {
	var first *shell.Command
	fix := lint.Fix{Title: "Replace apt by apt-get", Applicability: lint.Safe}
	whole := true
	for c := range s.Find("apt") {
		if c.Name != "apt" || c.Subcommand() == "" {
			continue
		}
		if first == nil {
			first = c
		}
		edits, least := replaceApt(c)
		if edits == nil {
			whole = false
			continue
		}
		fix.Edits = append(fix.Edits, edits...)
		fix.Applicability = min(fix.Applicability, least)
	}
	d := lint.Diagnostic{
		Range:   head(p, first),
		Message: "the command line of apt is for people and may change: use apt-get or apt-cache in scripts",
	}
	if whole {
		d.Fixes = []lint.Fix{fix}
	}
	p.Report(d)
}

// replaceApt returns the edits that do without apt, or nil.
func replaceApt(c *shell.Command) ([]lint.Edit, lint.Applicability) {
	w := &c.Words[0]
	if !w.Static || !strings.HasSuffix(w.Value, "apt") {
		return nil, lint.Manual
	}
	program := func(name string) lint.Edit { return replaceWord(w, len(w.Value)-len("apt"), len(w.Value), name) }
	switch sub := c.SubcommandWord(); sub.Value {
	case "install", "reinstall", "update", "remove", "purge", "autoremove", "clean", "autoclean", "build-dep", "download", "source":
		return []lint.Edit{program("apt-get")}, lint.Safe
	case "upgrade":
		return []lint.Edit{program("apt-get")}, lint.Unsafe
	case "full-upgrade":
		return []lint.Edit{program("apt-get"), replaceWord(sub, 0, len(sub.Value), "dist-upgrade")}, lint.Safe
	case "search", "show", "policy":
		return []lint.Edit{program("apt-cache")}, lint.Unsafe
	}
	return nil, lint.Manual
}
