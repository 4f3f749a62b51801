package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// XdebugInImage finds the debugger of PHP in images that are shipped.
var XdebugInImage = &lint.Rule{
	ID:      "xdebug-in-image",
	Summary: "Xdebug has no place in an image for production",
	Aliases: []string{"tally/php/no-xdebug-in-final-image"},
	Doc: `
Xdebug makes PHP several times slower, even when nobody debugs, and lets whoever reaches
its port run code. Install it in a stage of its own that is built on the others.

Stages whose layers are not part of the image are left alone, those whose name says that
they are for development or tests, and commands behind a test, by which a build argument
chooses.
`,
	Bad:      "FROM php:8.4-fpm\nRUN pecl install xdebug && docker-php-ext-enable xdebug\n",
	Good:     "FROM php:8.4-fpm\nRUN pecl install redis && docker-php-ext-enable redis\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !strings.Contains(p.Source.Text, "xdebug") {
			return
		}
		for ins, s := range p.Runs() {
			if !ships(p, ins) || forDevelopment(p, p.Stages().StageOf(ins)) {
				continue
			}
			for c := range s.Find("pecl", "docker-php-ext-install", "install-php-extensions", "apt-get", "apt", "apk", "yum", "dnf") {
				op := c.Package()
				if c.Conditional || op != nil && op.Action != shell.Install || c.Name == "pecl" && c.Subcommand() != "install" {
					continue
				}
				for _, w := range c.Operands() {
					if w.Static && strings.Contains(w.Value, "xdebug") {
						p.Report(lint.Diagnostic{
							Range:   w.Range,
							Message: "Xdebug slows PHP down and lets visitors in: install it in a stage for development",
						})
						break
					}
				}
			}
		}
	},
}
