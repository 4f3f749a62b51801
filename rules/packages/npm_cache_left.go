package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// NpmCacheLeft finds RUNs that leave the cache of npm in the image.
var NpmCacheLeft = &lint.Rule{
	ID:      "npm-cache-left",
	Summary: "npm leaves its cache in the layer",
	Aliases: []string{"S6587"},
	Doc: `
npm keeps every package it downloads a second time, as an archive. A cache mount on
/root/.npm keeps them out of the image and saves the next build the download.

What one layer holds no later layer takes away, so the clean-up belongs into the RUN
that installs. The fix adds it at the end of that RUN, in the layout of its lines;
there is none where the command stands in a branch.

Nothing is found where a cache mount covers the directory, in stages whose layers
are not part of the image, and where any command of the RUN removes the cache.

# Fix safety

The fix is unsafe because a later RUN may count on the cache.
`,
	Bad:      "FROM node:22\nCOPY . .\nRUN npm ci\n",
	Good:     "FROM node:22\nCOPY . .\nRUN npm ci && npm cache clean --force\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&leftover{
			names:    []string{"npm"},
			managers: []string{"npm"},
			actions:  []shell.Action{shell.Install, shell.Upgrade},
			dirs:     []string{"~/.npm", "~/.npm/_cacache"},
			clean:    "cache clean --force",
			what:     "the archives of all packages",
			skip: func(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
				return c.Has("--cache") || mentions(p, ins, "npm_config_cache", ".npmrc")
			},
			least: lint.Unsafe,
		}).check(p)
	},
}
