package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// GlobAsOption finds a leading * whose matches may begin with a dash.
var GlobAsOption = &lint.Rule{
	ID:      "glob-as-option",
	Summary: "A file whose name begins with a dash becomes an option",
	Aliases: []string{"SC2035", "S6573"},
	Doc: `
The shell puts the names of files in place of *. A file named -rf becomes an
option of rm. With ./* no name begins with a dash.

It runs where shellcheck is not installed.

# Fix safety

Programs that print or store the names see them with ./ in front.
`,
	Bad:      "FROM debian:12\nRUN rm *\n",
	Good:     "FROM debian:12\nRUN rm ./*\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range uncheckedCommands(p, "rm", "mv", "cp", "chmod", "chown", "chgrp", "rmdir", "tar", "gzip", "zip", "sha256sum", "md5sum", "ls", "cat", "ln", "touch", "grep", "sed") {
			for _, w := range c.Args() {
				if w.Value == "--" {
					break
				}
				if !w.Pattern || w.Quote != shell.Unquoted || !strings.HasPrefix(w.Value, "*") && !strings.HasPrefix(w.Value, "?") {
					continue
				}
				if c.Name == "tar" && fileOfTar(c, w.Range) {
					continue // the value of -f, and no option
				}
				d := lint.Diagnostic{Range: w.Range, Message: "a file whose name begins with a dash becomes an option of " + c.Name + ": write ./" + w.Value}
				if plainShell(c) {
					d.Fixes = []lint.Fix{{
						Title:         "Put ./ in front",
						Applicability: lint.Unsafe,
						Edits:         []lint.Edit{lint.Insert(w.Range.Start, "./")},
					}}
				}
				p.Report(d)
			}
		}
	},
}

// fileOfTar reports whether the word is the archive.
func fileOfTar(c *shell.Command, r source.Range) bool {
	for _, w := range c.Values("-f", "--file") {
		if w.Range == r {
			return true
		}
	}
	return false
}
