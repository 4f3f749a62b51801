package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// DnfCacheLeft finds RUNs that leave the cache of dnf, microdnf or tdnf in the image.
var DnfCacheLeft = &lint.Rule{
	ID:      "dnf-cache-left",
	Summary: "dnf leaves its cache in the layer",
	Aliases: []string{
		"DL3040", "DS-0019", "DS-0027", "S6587", "kics/missing_dnf_clean_all", "semgrep/missing-dnf-clean-all",
	},
	Doc: `
dnf, microdnf and tdnf keep the metadata of their repositories, often a hundred
megabytes.

What one layer holds no later layer takes away, so the clean-up belongs into the RUN
that installs. The fix adds it at the end of that RUN, in the layout of its lines;
there is none where the command stands in a branch.

Nothing is found where a cache mount covers the directory, in stages whose layers
are not part of the image, and where any command of the RUN removes the cache.
`,
	Bad:      "FROM fedora:42\nRUN dnf install -y curl\n",
	Good:     "FROM fedora:42\nRUN dnf install -y curl && dnf clean all\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&leftover{
			names:    []string{"dnf", "dnf5", "microdnf", "tdnf"},
			managers: []string{"dnf", "microdnf", "tdnf", "yum"},
			actions:  []shell.Action{shell.Install, shell.Upgrade, shell.Update},
			dirs:     []string{"/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum", "/var/cache/tdnf"},
			clean:    "clean all",
			what:     "its cache",
			least:    lint.Safe,
		}).check(p)
	},
}
