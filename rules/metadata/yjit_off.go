package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// YjitOff finds servers of Ruby without its compiler.
var YjitOff = &lint.Rule{
	ID:      "yjit-off",
	Summary: "Ruby compiles nothing at run time unless YJIT is on",
	Aliases: []string{"tally/ruby/yjit-not-enabled-on-supported-runtime"},
	Doc: `
YJIT compiles what a Ruby program runs often, which saves a server a good part of its
time. Since Ruby 3.3 it is ready for production; RUBY_YJIT_ENABLE=1 switches it on.

Images are found that start a known web server on the official image of Ruby 3.3 or
later, where the Dockerfile does not mention YJIT.

# Fix safety

The fix sets the variable. It is unsafe because the program needs more memory.
`,
	Off:      "it is advice on speed, and Rails switches YJIT on by itself",
	Bad:      "FROM ruby:3.4\nCMD [\"puma\"]\n",
	Good:     "FROM ruby:3.4\nENV RUBY_YJIT_ENABLE=1\nCMD [\"puma\"]\n",
	Severity: lint.Info,
	Scope:    lint.InFile,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		image, known := p.Image(s)
		if !known || image.Family != "ruby" || olderThan33(image.Version) || strings.Contains(strings.ToLower(p.Source.Text), "jit") {
			return
		}
		if start := startsRuby(s); start != nil {
			p.Report(lint.Diagnostic{
				Range:   start.Keyword.Range,
				Message: "Ruby runs without YJIT: set RUBY_YJIT_ENABLE=1",
				Fixes: []lint.Fix{{
					Title: "Set RUBY_YJIT_ENABLE=1", Applicability: lint.Unsafe,
					Edits: []lint.Edit{lint.Insert(start.Lines.Start, "ENV RUBY_YJIT_ENABLE=1\n")},
				}},
			})
		}
	},
}

// startsRuby returns the instruction of the stage that starts a server, or nil.
func startsRuby(s *stage.Stage) *dockerfile.Instruction {
	for _, name := range [...]string{"CMD", "ENTRYPOINT"} {
		ins := last(s, name)
		if ins == nil || ins.Index < s.From.Index {
			continue
		}
		for k := range ins.Args {
			for _, server := range [...]string{"puma", "rails", "unicorn", "sidekiq", "falcon", "rackup", "thin", "passenger"} {
				if strings.Contains(ins.Args[k].Value, server) {
					return ins
				}
			}
		}
	}
	return nil
}

// olderThan33 reports whether a release of Ruby is older than 3.3, or not known.
func olderThan33(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return minor == "" && major != "4" || major < "3" || major == "3" && len(minor) == 1 && minor < "3"
}
