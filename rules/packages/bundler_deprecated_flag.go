package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// BundlerDeprecatedFlag finds options of bundle install that settings replace.
var BundlerDeprecatedFlag = &lint.Rule{
	ID:      "bundler-deprecated-flag",
	Summary: "Settings of Bundler replace --without, --deployment and --path",
	Aliases: []string{"tally/ruby/deprecated-bundler-install-flags"},
	Doc: `
bundle install --without, --deployment and --path write a setting that later commands
obey without anybody seeing it. Bundler 2 calls them deprecated, and Bundler 4 refuses
them. BUNDLE_WITHOUT, BUNDLE_DEPLOYMENT and BUNDLE_PATH in ENV say the same in the open.

# Fix safety

The fix sets the variable above the RUN. It is unsafe because the image has a variable
more.
`,
	Bad:      "FROM ruby:3.4\nRUN bundle install --deployment\n",
	Good:     "FROM ruby:3.4\nENV BUNDLE_DEPLOYMENT=1\nRUN bundle install\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "bundle", "bundler") {
			if sub := c.Subcommand(); sub != "install" && sub != "" {
				continue
			}
			for _, option := range [...]struct{ flag, variable string }{
				{"--deployment", "BUNDLE_DEPLOYMENT"}, {"--without", "BUNDLE_WITHOUT"}, {"--path", "BUNDLE_PATH"},
			} {
				if f := c.Flag(option.flag); f != nil {
					p.Report(lint.Diagnostic{
						Range:   f.Range,
						Message: option.flag + " is deprecated: set " + option.variable + " instead",
						Fixes:   bundlerVariable(p, ins, c, f, option.variable),
					})
				}
			}
		}
	},
}

// bundlerVariable returns the fix that sets a variable above the RUN instead.
func bundlerVariable(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command, f *shell.Flag, name string) []lint.Fix {
	value := "1"
	args := c.Args()
	last := f.Word
	if name != "BUNDLE_DEPLOYMENT" {
		if !f.Has || !f.Value.Static {
			return nil
		}
		value = f.Value.Value
		for last+1 < len(args) && args[last].Range.End < f.Value.Range.End {
			last++
		}
		// More groups behind the first one.
		for last+1 < len(args) && name == "BUNDLE_WITHOUT" && !strings.HasPrefix(args[last+1].Value, "-") {
			last++
			if !args[last].Static {
				return nil
			}
			value += ":" + args[last].Value
		}
	}
	value = strings.Join(strings.Fields(value), ":")
	if ins.IsOnbuild() || c.Call == nil || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz0123456789:_/.-") != "" {
		return nil
	}
	from := c.Words[0].Range.End
	if f.Word > 0 {
		from = args[f.Word-1].Range.End
	}
	drop := lint.Delete(f.Range)
	drop.Range.Start, drop.Range.End = from, args[last].Range.End
	if commented(p, drop.Range) {
		return nil
	}
	return []lint.Fix{{
		Title: "Set " + name + " above the RUN", Applicability: lint.Unsafe,
		Edits: []lint.Edit{lint.Insert(ins.Lines.Start, "ENV "+name+"="+value+"\n"), drop},
	}}
}
