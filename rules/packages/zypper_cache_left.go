package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// ZypperCacheLeft finds RUNs that leave the cache of zypper in the image.
var ZypperCacheLeft = &lint.Rule{
	ID:      "zypper-cache-left",
	Summary: "zypper leaves its cache in the layer",
	Aliases: []string{"DL3036", "DS-0020", "S6587", "kics/missing_zypper_clean", "semgrep/missing-zypper-clean"},
	Doc: `
zypper keeps the metadata of its repositories.

What one layer holds no later layer takes away, so the clean-up belongs into the RUN
that installs. The fix adds it at the end of that RUN, in the layout of its lines;
there is none where the command stands in a branch.

Nothing is found where a cache mount covers the directory, in stages whose layers
are not part of the image, and where any command of the RUN removes the cache.
`,
	Bad:      "FROM opensuse/leap:15\nRUN zypper install -y curl\n",
	Good:     "FROM opensuse/leap:15\nRUN zypper install -y curl && zypper clean --all\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&leftover{
			names:    []string{"zypper"},
			managers: []string{"zypper"},
			actions:  []shell.Action{shell.Install, shell.Upgrade, shell.DistUpgrade, shell.Update},
			dirs:     []string{"/var/cache/zypp", "/var/cache/zypper"},
			clean:    "clean --all",
			what:     "its cache",
			least:    lint.Safe,
		}).check(p)
	},
}
