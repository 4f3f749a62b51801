package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// YumCacheLeft finds RUNs that leave the cache of yum in the image.
var YumCacheLeft = &lint.Rule{
	ID:      "yum-cache-left",
	Summary: "yum leaves its cache in the layer",
	Aliases: []string{"DL3032", "DS-0015", "S6587", "kics/yum_clean_all_missing", "semgrep/remove-package-cache"},
	Doc: `
yum keeps the metadata of its repositories, often tens of megabytes.

What one layer holds no later layer takes away, so the clean-up belongs into the RUN
that installs. The fix adds it at the end of that RUN, in the layout of its lines;
there is none where the command stands in a branch.

Nothing is found where a cache mount covers the directory, in stages whose layers
are not part of the image, and where any command of the RUN removes the cache.
`,
	Bad:      "FROM centos:7\nRUN yum install -y curl\n",
	Good:     "FROM centos:7\nRUN yum install -y curl && yum clean all\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&leftover{
			names:    []string{"yum"},
			managers: []string{"yum", "dnf"},
			actions:  []shell.Action{shell.Install, shell.Upgrade, shell.Update},
			dirs:     []string{"/var/cache/yum", "/var/cache/dnf"},
			clean:    "clean all",
			what:     "its cache",
			least:    lint.Safe,
		}).check(p)
	},
}
