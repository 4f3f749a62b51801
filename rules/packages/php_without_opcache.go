package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/rules/internal/fold"
)

// PhpWithoutOpcache finds web servers of PHP that compile every script anew.
var PhpWithoutOpcache = &lint.Rule{
	ID:      "php-without-opcache",
	Summary: "PHP compiles scripts at every request without OPcache",
	Aliases: []string{"tally/php/enable-opcache-in-production"},
	Doc: `
OPcache keeps compiled scripts in memory, which makes most applications of PHP several
times faster. The official images hold it but do not load it before PHP 8.5:
docker-php-ext-install opcache does.

The fpm and apache variants of the official image are found, where the Dockerfile does
not mention OPcache anywhere and copies no settings of PHP.
`,
	Off:      "it is advice on speed, and a file that is copied may load the extension",
	Bad:      "FROM php:8.4-fpm\nCOPY . /app\n",
	Good:     "FROM php:8.4-fpm\nRUN docker-php-ext-install opcache\nCOPY . /app\n",
	Severity: lint.Info,
	Scope:    lint.InFile,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		s := p.Stages().Target
		if s == nil || !s.Root().Base.Known || forDevelopment(p, s) {
			return
		}
		ref, err := knowledge.ParseRef(s.Root().Base.Name)
		if err != nil || ref.Name() != "php" || fold.Contains(p.Source.Text, "opcache") || fold.Contains(p.Source.Text, ".ini") {
			return
		}
		tag := knowledge.ParseTag(ref.Tag)
		if !strings.Contains(ref.Tag, "fpm") && !strings.Contains(ref.Tag, "apache") || tag.Version == "" || bundlesOpcache(tag.Version) {
			return
		}
		p.Report(lint.Diagnostic{
			Range:   s.Image.Range,
			Message: "PHP compiles every script at every request: load OPcache by docker-php-ext-install opcache",
		})
	},
}

// bundlesOpcache reports whether a release of PHP cannot be without OPcache.
func bundlesOpcache(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return len(major) > 1 || major > "8" || major == "8" && (minor == "" || len(minor) > 1 || minor >= "5")
}
