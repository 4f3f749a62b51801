package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// GemDocsInstalled finds gem install that makes documentation.
var GemDocsInstalled = &lint.Rule{
	ID:      "gem-docs-installed",
	Summary: "gem install makes documentation that nobody reads in an image",
	Doc: `
gem install and gem update make documentation for every gem, which takes time and
space. The fix adds --no-document. The official ruby images switch it off in
/usr/local/etc/gemrc, so that nothing is found there, nor where a gemrc is mentioned or
the layer is not part of the image.

# Fix safety

The fix is unsafe because versions of gem before 2.0 do not know the option.
`,
	Bad:      "FROM debian:12\nRUN gem install rake:13.2.1\n",
	Good:     "FROM debian:12\nRUN gem install --no-document rake:13.2.1\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "gem") {
			switch c.Subcommand() {
			case "install", "i", "update", "up":
			default:
				continue
			}
			if a := c.Package().Action; a != shell.Install && a != shell.Upgrade && a != shell.Update || !ships(p, ins) ||
				c.Has("--no-document", "-N", "--no-doc", "--no-ri", "--no-rdoc", "--document") || mentions(p, ins, "gemrc") {
				continue
			}
			if facts, ok := baseOf(p, ins); ok && facts.Family == "ruby" {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   head(p, c),
				Message: call(c) + " makes documentation that nobody reads in an image: add --no-document",
				Fixes: []lint.Fix{{
					Title:         "Add --no-document",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{insertWord(c, c.SubcommandWord(), "--no-document")},
				}},
			})
		}
	},
}
