package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/fold"
)

// BundlerCacheLeft finds RUNs that leave the archives of gems in the image.
var BundlerCacheLeft = &lint.Rule{
	ID:      "bundler-cache-left",
	Summary: "Bundler leaves the archives of gems in the layer",
	Aliases: []string{"tally/ruby/leftover-bundler-cache"},
	Doc: `
Bundler keeps the archive of every gem beside what it unpacks from it. The official
image of Ruby has them in /usr/local/bundle/cache; nothing reads them again.

Nothing is found where the RUN, or one that follows in the stage, names a cache of gems
or calls bundle clean, where a mount covers the folder, where gems go somewhere else, in
images other than the official one, and in stages whose layers are not part of the image.

# Fix safety

The fix is unsafe because a later RUN may count on the archives.
`,
	Bad:      "FROM ruby:3.4\nRUN bundle install\n",
	Good:     "FROM ruby:3.4\nRUN bundle install && rm -rf /usr/local/bundle/cache\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		(&leftover{
			names:    []string{"bundle", "bundler"},
			managers: []string{"bundle"},
			actions:  []shell.Action{shell.Install},
			dirs:     []string{"/usr/local/bundle/cache", "/usr/local/bundle"},
			clean:    "rm -rf /usr/local/bundle/cache",
			whole:    true,
			what:     "the archives of all gems",
			skip:     gemsElsewhere,
			least:    lint.Unsafe,
		}).check(p)
	},
}

// gemsElsewhere reports whether the archives may lie elsewhere, or go later.
func gemsElsewhere(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	image, known := baseOf(p, ins)
	if !known || image.Family != "ruby" || c.Has("--path", "--standalone") || forDevelopment(p, p.Stages().StageOf(ins)) ||
		mentions(p, ins, "bundle_path", "gem_home", "config path", "set path", "--local path", "set --local", "deployment", "bundle_app_config", "bundle clean", "cache") {
		return true
	}
	for _, next := range p.Stages().StageOf(ins).Body {
		if next.Index > ins.Index && next.Name == "RUN" && fold.Contains(p.Source.Slice(next.Range), "cache") {
			return true
		}
	}
	return false
}
