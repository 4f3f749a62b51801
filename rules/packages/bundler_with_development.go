package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// BundlerWithDevelopment finds production images with the gems of development.
var BundlerWithDevelopment = &lint.Rule{
	ID:      "bundler-with-development",
	Summary: "bundle install brings the gems of development into production",
	Aliases: []string{"tally/ruby/missing-bundle-without-development"},
	Doc: `
Bundler installs every group of the Gemfile: debuggers, consoles and test tools as well.
BUNDLE_WITHOUT=development:test leaves them out.

It is found where RAILS_ENV, RACK_ENV or APP_ENV is production, and neither a variable nor
a command of the stage says which groups are wanted. With a build context, the Gemfile must
have a group for development.

# Fix safety

The fix sets BUNDLE_WITHOUT above the RUN. It is unsafe because the image has fewer gems.
`,
	Bad:      "FROM ruby:3.4\nENV RAILS_ENV=production\nRUN bundle install\n",
	Good:     "FROM ruby:3.4\nENV RAILS_ENV=production\nENV BUNDLE_WITHOUT=development:test\nRUN bundle install\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "bundle", "bundler") {
			op := c.Package()
			if op.Action != shell.Install || op.Production || c.Has("--without", "--with") || forDevelopment(p, p.Stages().StageOf(ins)) ||
				!production(p, ins, c) || mentions(p, ins, "without", "bundle_only", "bundle_with") || !developmentGroup(p) {
				continue
			}
			d := lint.Diagnostic{
				Range:   head(p, c),
				Message: "This installs the gems of development, too: set BUNDLE_WITHOUT=development:test",
			}
			if !ins.IsOnbuild() {
				d.Fixes = []lint.Fix{{
					Title: "Set BUNDLE_WITHOUT above the RUN", Applicability: lint.Unsafe,
					Edits: []lint.Edit{lint.Insert(ins.Lines.Start, "ENV BUNDLE_WITHOUT=development:test\n")},
				}}
			}
			p.Report(d)
		}
	},
}

// production reports whether a variable says that the program is for production.
func production(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	for _, name := range [...]string{"RAILS_ENV", "RACK_ENV", "APP_ENV"} {
		if v, ok := variable(p, ins, c, name); ok && v == "production" {
			return true
		}
	}
	return false
}

// developmentGroup reports whether the Gemfile may have gems for development only.
func developmentGroup(p *lint.Pass) bool {
	if !p.Document.Context().Known() {
		return true
	}
	data, err := p.Document.Context().ReadHead("Gemfile", 256<<10)
	return err != nil || strings.Contains(string(data), ":development") || strings.Contains(string(data), ":test")
}
