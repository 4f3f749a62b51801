package size

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// CleanupInOwnLayer finds RUNs that only clean up.
var CleanupInOwnLayer = &lint.Rule{
	ID:      "cleanup-in-own-layer",
	Summary: "A RUN only cleans caches that an earlier layer holds",
	Doc: `
Caches of package managers that an earlier RUN filled stay in its layer. A RUN that
only cleans up makes the image larger, not smaller. Clean up at the end of the RUN
that installs, or keep the cache out of the image with RUN --mount=type=cache.

Only layers of the image that is built are looked at, and only when an earlier RUN of
it uses the same package manager.
`,
	Bad:      "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN apt-get clean && rm -rf /var/lib/apt/lists/*\n",
	Good:     "FROM debian:12\nRUN apt-get update && apt-get install -y curl && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var filled []string
		for ins := range p.Instructions("RUN") {
			s := p.Shell(ins)
			if len(s.All()) == 0 || !inImage(p, ins) {
				continue
			}
			if manager, only := onlyCleans(s); only {
				for _, f := range filled {
					if f == manager && len(ins.Mounts()) == 0 {
						p.Report(lint.Diagnostic{
							Range:   s.All()[0].Range,
							Message: "The caches stay in the layer of the RUN that filled them: clean up at the end of that RUN",
						})
						break
					}
				}
			}
			for _, c := range s.All() {
				if m := filler(c); m != "" {
					filled = append(filled, m)
				}
			}
		}
	},
}

// filler names the package manager that a command lets fill its cache.
func filler(c *shell.Command) string {
	switch c.Name {
	case "apt-get", "apt", "aptitude":
		if s := c.Subcommand(); s == "update" || s == "install" || s == "upgrade" {
			return "apt"
		}
	case "yum", "dnf", "microdnf", "tdnf", "zypper":
		if c.Subcommand() != "clean" {
			return "rpm"
		}
	}
	return ""
}

// onlyCleans reports whether the script does nothing but clean the caches of one
// package manager.
func onlyCleans(s *shell.Script) (string, bool) {
	manager := ""
	for _, c := range s.All() {
		m := ""
		switch c.Name {
		case "apt-get", "apt", "aptitude":
			if s := c.Subcommand(); s == "clean" || s == "autoclean" || s == "autoremove" {
				m = "apt"
			}
		case "yum", "dnf", "microdnf", "tdnf", "zypper":
			if c.Subcommand() == "clean" {
				m = "rpm"
			}
		case "rm":
			m = cacheOf(c)
		}
		if m == "" || manager != "" && manager != m {
			return "", false
		}
		manager = m
	}
	return manager, manager != ""
}

// cacheOf names the package manager whose caches are all that an rm removes.
func cacheOf(c *shell.Command) string {
	manager := ""
	for _, w := range c.Operands() {
		m := ""
		switch {
		case strings.HasPrefix(w.Value, "/var/lib/apt"), strings.HasPrefix(w.Value, "/var/cache/apt"):
			m = "apt"
		case strings.HasPrefix(w.Value, "/var/cache/yum"), strings.HasPrefix(w.Value, "/var/cache/dnf"), strings.HasPrefix(w.Value, "/var/cache/zypp"):
			m = "rpm"
		case w.Value == "/tmp/*" || w.Value == "/var/tmp/*":
			continue
		}
		if m == "" {
			return ""
		}
		manager = m
	}
	return manager
}
