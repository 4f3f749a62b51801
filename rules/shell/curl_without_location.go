package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// CurlWithoutLocation finds curl saving a redirect in place of the file.
var CurlWithoutLocation = &lint.Rule{
	ID:      "curl-without-location",
	Summary: "Without -L, curl saves the redirect and not the file",
	Aliases: []string{"tally/curl-should-follow-redirects"},
	Doc: `
curl does not follow redirects unless told to. Of a server that answers with one it
saves an empty file or a short page, and succeeds, with -f as well.

Only addresses that are known to redirect are found: releases, archives and raw files
behind the web pages of GitHub, SourceForge, and a few short names of downloads.
Other servers may begin to redirect any day; the rule does not guess.

# Fix safety

The fix is unsafe because the build gets another file than before: the one it asks for.
`,
	Bad:      "FROM debian:12\nRUN curl -fsSo x.tgz https://github.com/a/b/releases/download/v1/x.tgz\n",
	Good:     "FROM debian:12\nRUN curl -L -fsSo x.tgz https://github.com/a/b/releases/download/v1/x.tgz\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range p.Commands("curl") {
			if c.Has("-L", "--location", "--location-trusted", "-I", "--head", "-w", "--write-out", "-K", "--config", "-D", "--dump-header", "-i", "--include", "-v", "--verbose") {
				continue
			}
			url := redirecting(c)
			if url == nil || c.InSubst {
				continue
			}
			d := lint.Diagnostic{
				Range:   c.NameRange,
				Message: "the server redirects, and curl saves the redirect instead of the file: add -L",
				Related: []lint.Related{{Range: url.Range, Message: "this address redirects"}},
			}
			if c.Call != nil && ins.Parent == nil {
				d.Fixes = []lint.Fix{{
					Title:         "Add -L",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Insert(c.NameRange.End, " -L")},
				}}
			}
			p.Report(d)
		}
	},
}

// redirecting returns the address of a download that is known to be redirected.
func redirecting(c *shell.Command) *shell.Word {
	for _, d := range c.Downloads() {
		url := d.URL
		_, rest, ok := strings.Cut(url.Value, "://")
		if !ok {
			continue
		}
		host, path, _ := strings.Cut(rest, "/")
		host = strings.TrimPrefix(host, "www.")
		switch {
		case host == "github.com":
			for _, part := range [...]string{"/releases/download/", "/releases/latest/", "/archive/", "/raw/", "/zipball/", "/tarball/"} {
				if strings.Contains("/"+path, part) {
					return &url
				}
			}
		case host == "sourceforge.net" && strings.HasSuffix(path, "/download"), host == "downloads.sourceforge.net",
			host == "aka.ms", host == "bit.ly", host == "git.io", host == "goo.gl":
			return &url
		}
	}
	return nil
}
