package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// BundlerInstalledAgain finds gem install bundler where Ruby brings it.
var BundlerInstalledAgain = &lint.Rule{
	ID:      "bundler-installed-again",
	Summary: "The image of Ruby brings Bundler",
	Aliases: []string{"tally/ruby/redundant-bundler-install"},
	Doc: `
Ruby holds Bundler since 2.6, and Bundler fetches by itself the version that a
Gemfile.lock names. gem install bundler takes time and brings whatever is newest.

A version that is asked for is let pass, and so are images other than the official one.

# Fix safety

The fix takes the command out of a chain. It is unsafe because another version of
Bundler is used.
`,
	Bad:      "FROM ruby:3.4\nRUN gem install bundler && bundle install\n",
	Good:     "FROM ruby:3.4\nRUN bundle install\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "gem") {
			op := c.Package()
			image, known := baseOf(p, ins)
			if op.Action != shell.Install || len(op.Packages) != 1 || op.Packages[0].Name != "bundler" || op.Packages[0].Version != "" ||
				c.Has("-v", "--version", "--pre") || !known || image.Family != "ruby" || olderRuby(image.Version) {
				continue
			}
			d := lint.Diagnostic{
				Range:   op.Packages[0].NameRange,
				Message: "The image brings Bundler: leave this out, or name the version that is needed",
			}
			if e, ok := shelledit.Unlink(p, c); ok {
				d.Fixes = []lint.Fix{{Title: "Remove the command", Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
			}
			p.Report(d)
		}
	},
}

// olderRuby reports whether a release of Ruby comes without Bundler.
func olderRuby(version string) bool {
	return len(version) > 1 && (version[0] < '2' || version[0] == '2' && (len(version) < 3 || version[2] < '6'))
}
