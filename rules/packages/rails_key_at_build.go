package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// RailsKeyAtBuild finds assets that are compiled without a key to stand in.
var RailsKeyAtBuild = &lint.Rule{
	ID:      "rails-key-at-build",
	Summary: "assets:precompile wants a key, and a dummy will do",
	Aliases: []string{"tally/ruby/asset-precompile-without-dummy-key"},
	Doc: `
Rails wants a secret key to start in production, even to compile assets, for which it is
not used. Without one people pass the real key as a build argument, where everybody who
has the image can read it. SECRET_KEY_BASE_DUMMY=1 makes Rails 7.1 and later take any key.

Nothing is found where the RUN has a secret mount, and where the stage names a key for
the purpose.

# Fix safety

The fix is unsafe because an application may do something else with the variable.
`,
	Off:      "many applications compile their assets without reading the key",
	Bad:      "FROM ruby:3.4\nENV RAILS_ENV=production\nRUN bin/rails assets:precompile\n",
	Good:     "FROM ruby:3.4\nENV RAILS_ENV=production\nRUN SECRET_KEY_BASE_DUMMY=1 bin/rails assets:precompile\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !strings.Contains(p.Source.Text, "assets:precompile") {
			return
		}
		for ins, c := range p.Commands("rails", "rake", "bundle", "bundler") {
			if !compilesAssets(c) || !production(p, ins, c) || mountsSecret(ins) || mentions(p, ins, "secret_key_base", "rails_master_key") {
				continue
			}
			d := lint.Diagnostic{
				Range:   c.NameRange,
				Message: "Rails may ask for the real key here: set SECRET_KEY_BASE_DUMMY=1 for this command",
			}
			if c.Call != nil && len(c.Wrappers) == 0 && len(c.Assigns) == 0 {
				d.Fixes = []lint.Fix{{
					Title: "Set SECRET_KEY_BASE_DUMMY=1", Applicability: lint.Unsafe,
					Edits: []lint.Edit{lint.Insert(c.Words[0].Range.Start, "SECRET_KEY_BASE_DUMMY=1 ")},
				}}
			}
			p.Report(d)
		}
	},
}

func compilesAssets(c *shell.Command) bool {
	for _, w := range c.Args() {
		if w.Value == "assets:precompile" {
			return true
		}
	}
	return false
}

func mountsSecret(ins *dockerfile.Instruction) bool {
	for k := range ins.Flags {
		if o := ins.Flags[k].Option("type"); o != nil && o.Value == "secret" {
			return true
		}
	}
	return false
}
