package context

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/rules/internal/ignorefile"
)

// MissingDockerignore finds builds that copy a folder without an ignore file.
var MissingDockerignore = &lint.Rule{
	ID:      "missing-dockerignore",
	Summary: "A folder is copied and there is no .dockerignore",
	Aliases: []string{"S6470", "ID.10001", "ID.10002"},
	Doc: `
Without a .dockerignore, COPY of a folder takes whatever lies in it: .git with the
whole history, .env with passwords, node_modules of another system, logs. All that
ends in a layer, is sent to the builder each time, and every change of it misses
the cache.

The rule looks at what the context holds. It is silent when nothing would be taken
that does not belong into an image, unless the whole context is copied in a project
whose tools leave such things beside the sources. It is silent, too, when files
that the Dockerfile copies by name are not there: then the context is another one.

The fix writes a .dockerignore at the root of the context: lines for what is there,
by group, and a fixed block for secrets, so that one that comes tomorrow stays
away. What the Dockerfile copies by name is never ignored; neither is .git where
the build reads it (git describe, go build, setuptools_scm).

# Fix safety

The fix is unsafe when another Dockerfile reads the same file, and when a command
names a file that would no longer be there.
`,
	Bad: "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\n-- app.js --\nx\n-- .env --\nA=1\n",
	Good: `-- Dockerfile --
FROM node:22
WORKDIR /app
COPY . .
-- app.js --
x
-- .env --
A=1
-- .dockerignore --
# The build itself
Dockerfile*
.dockerignore

# Secrets
**/.env
**/.env.*
!**/.env.example
!**/.env.sample
!**/.env.dist
!**/.env.template
**/.netrc
**/.git-credentials
**/.pypirc
**/.ssh
**/.aws
**/.kube
**/.gnupg
**/.docker/config.json
**/id_rsa
**/id_dsa
**/id_ecdsa
**/id_ed25519
**/*.key
**/*.pem
**/*.p12
**/*.pfx
**/*.jks
**/*.keystore
**/*.ppk
**/*.tfstate
**/*.tfstate.*
**/*.tfvars
**/.vault-token
**/.htpasswd
`,
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkMissing,
}

func checkMissing(p *lint.Pass) {
	c := p.Build.Context
	if c == nil || listed(p) || c.Ignore() != nil && len(c.Ignore().Errors) > 0 {
		return
	}
	takings := slices.DeleteFunc(slices.Clone(ignorefile.Takings(p.Document)), func(t ignorefile.Taking) bool { return !t.Dir })
	if len(takings) == 0 || !ignorefile.Trusted(p.Document) {
		return
	}
	for _, t := range takings {
		found := ignorefile.Junk(p.Document, t.Selection.Files, t.Selection.Opaque)
		bad := slices.DeleteFunc(slices.Clone(found), trivial)
		message := "There is no .dockerignore, so this takes " + examples(bad) + " as well: add one"
		if len(bad) == 0 {
			tool := ignorefile.Littering(p.Document)
			if !t.Whole || t.Mount || tool == "" {
				continue
			}
			message = "There is no .dockerignore, so this takes whatever lies in the folder, such as .git, .env and what " + tool + " leaves there: add one"
		}
		if c.Ignore() != nil {
			message = "The .dockerignore is empty" + message[len("There is no .dockerignore"):]
		}
		d := lint.Diagnostic{Range: t.Range, Message: message, Related: related(bad)}
		if fix, ok := create(p); ok {
			d.Fixes = []lint.Fix{fix}
		}
		p.Report(d)
		return // one file mends them all
	}
}

// create returns the fix that writes the file from the whole context.
func create(p *lint.Pass) (lint.Fix, bool) {
	all := p.Build.Context.Select([]string{"."}, buildctx.SelectOptions{})
	found := ignorefile.Junk(p.Document, all.Files, all.Opaque)
	if ignorefile.NeedsGit(p.Document) != "" {
		found = slices.DeleteFunc(found, func(f *ignorefile.Found) bool { return f.Pattern == ".git" })
	}
	return ignorefile.Fix(p.Document, found)
}
