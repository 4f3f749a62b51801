package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// YarnCacheLeft finds RUNs that leave the cache of yarn in the image.
var YarnCacheLeft = &lint.Rule{
	ID:      "yarn-cache-left",
	Summary: "yarn leaves its cache in the layer",
	Aliases: []string{"DL3060", "S6587"},
	Doc: `
yarn keeps every package it downloads a second time. A cache mount keeps them out of
the image and saves the next build the download.

What one layer holds no later layer takes away, so the clean-up belongs into the RUN
that installs. The fix adds it at the end of that RUN, in the layout of its lines;
there is none where the command stands in a branch.

Nothing is found where a cache mount covers the directory, in stages whose layers
are not part of the image, and where any command of the RUN removes the cache. Newer
versions of yarn that keep the cache in the project (.yarn/cache) need it there, so
nothing is found where the text mentions .yarn.

# Fix safety

The fix is unsafe because a later RUN may count on the cache.
`,
	Bad:      "FROM node:22\nCOPY . .\nRUN yarn install --frozen-lockfile\n",
	Good:     "FROM node:22\nCOPY . .\nRUN yarn install --frozen-lockfile && yarn cache clean\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&leftover{
			names:    []string{"yarn", "yarnpkg"},
			managers: []string{"yarn"},
			actions:  []shell.Action{shell.Install, shell.Upgrade},
			dirs:     []string{"/usr/local/share/.cache/yarn", "~/.cache/yarn", "~/.yarn/berry/cache"},
			clean:    "cache clean",
			what:     "the archives of all packages",
			skip: func(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
				return c.Has("--cache-folder") || mentions(p, ins, "yarn_cache_folder", ".yarn") ||
					p.Build.Context.Has(".yarnrc.yml")
			},
			least: lint.Unsafe,
		}).check(p)
	},
}
