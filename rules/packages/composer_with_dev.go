package packages

import (
	"path/filepath"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// ComposerWithDev finds images with the development packages of PHP.
var ComposerWithDev = &lint.Rule{
	ID:      "composer-with-dev",
	Summary: "composer install brings what only development needs",
	Aliases: []string{"tally/php/composer-no-dev-in-production"},
	Doc: `
composer install brings the packages of require-dev, too: test tools and debuggers that
make the image larger and easier to attack. --no-dev leaves them out, and so does
COMPOSER_NO_DEV=1.

Stages whose layers are not part of the image are left alone, and those whose name says
that they are for development or tests. With a build context, composer.json must have a
require-dev.

# Fix safety

The fix is unsafe because the image has fewer packages, and tests may run in it.
`,
	Bad:      "FROM php:8.4-cli\nRUN composer install\n",
	Good:     "FROM php:8.4-cli\nRUN composer install --no-dev\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "composer") {
			op := c.Package()
			if op.Action != shell.Install || !op.ManifestInstall || op.Production || c.Has("--no-dev", "--dev", "--dry-run") ||
				!ships(p, ins) || forDevelopment(p, p.Stages().StageOf(ins)) || enabled(p, ins, c, "COMPOSER_NO_DEV") {
				continue
			}
			sub := c.SubcommandWord()
			if sub == nil || sub.Value != "install" && sub.Value != "i" || !requiresDev(p) || mentions(p, ins, "phpunit") {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   head(p, c),
				Message: "composer install brings the packages of require-dev into the image: add --no-dev",
				Fixes: []lint.Fix{{
					Title: "Add --no-dev", Applicability: lint.Unsafe, Edits: []lint.Edit{insertWord(c, sub, "--no-dev")},
				}},
			})
		}
	},
}

// requiresDev reports whether composer.json may have a require-dev.
func requiresDev(p *lint.Pass) bool {
	if !p.Document.Context().Known() {
		return true
	}
	data, err := p.Document.Context().ReadHead("composer.json", 256<<10)
	return err != nil || strings.Contains(string(data), `"require-dev"`)
}

// forDevelopment reports whether the name of a stage, of its base image or of the
// file says that it is not for production.
func forDevelopment(p *lint.Pass, s *stage.Stage) bool {
	if s == nil {
		return false
	}
	if strings.Contains(s.Root().Base.Name, "-dev") || developmentFile(p.Source.Path) {
		return true
	}
	for _, part := range [...]string{"dev", "test", "debug", "lint", "ci"} {
		if s.Name == part || part != "ci" && strings.Contains(s.Name, part) {
			return true
		}
	}
	return false
}

// developmentFile reports whether the name of the Dockerfile, or of a folder close
// above it, says that it is not for production.
func developmentFile(name string) bool {
	parts := strings.Split(strings.ToLower(filepath.ToSlash(name)), "/")
	for _, part := range parts[max(0, len(parts)-3):] {
		for word := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == '-' || r == '.' || r == '_' }) {
			switch word {
			case "dev", "devcontainer", "devel", "develop", "development", "test", "tests", "testing", "debug", "ci":
				return true
			}
		}
	}
	return false
}
