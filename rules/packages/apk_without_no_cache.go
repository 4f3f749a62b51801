package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// ApkWithoutNoCache finds apk commands that leave the index in the layer.
var ApkWithoutNoCache = &lint.Rule{
	ID:      "apk-without-no-cache",
	Summary: "apk leaves its index in the layer without --no-cache",
	Aliases: []string{
		"DL3019", "DS-0025", "S6587", "DKL-DI-0004", "kics/apk_add_using_local_cache_path",
		"semgrep/missing-apk-no-cache", "dockerfilelint/apkadd-missing_nocache_or_updaterm",
	},
	Doc: `
apk keeps the index of the repositories in /var/cache/apk. With --no-cache it reads
the index afresh and keeps nothing, so that apk update is not needed either.

The fix adds --no-cache to add and upgrade. Once all of them have it, apk update in
the same RUN only leaves the index behind; that is found as well, and the fix takes
the command out.

Nothing is found where the RUN removes the cache or a mount covers it, in stages
whose layers are not part of the image, for files, and with --no-network, which
fetches no index and cannot do without the one that is there.
`,
	Bad:      "FROM alpine:3.22\nRUN apk add curl\n",
	Good:     "FROM alpine:3.22\nRUN apk add --no-cache curl\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "apk") {
			s := p.Shell(ins)
			if !ships(p, ins) || dryRun(c) || hidden(c) || c.Has("--root", "-p", "--cache-dir", "--no-network") ||
				mounted(p, ins, "/var/cache/apk", "/etc/apk/cache") || removes(p, s, "/var/cache/apk", "/etc/apk/cache") || has(p, s, shell.Clean, "apk") {
				continue
			}
			switch op := c.Package(); {
			case op.NoCache:
			case op.Action == shell.Install && !onlyFiles(op), op.Action == shell.Upgrade, op.Action == shell.DistUpgrade:
				p.Report(lint.Diagnostic{
					Range:   head(p, c),
					Message: call(c) + " leaves the index of the repositories in the layer: add --no-cache",
					Fixes: []lint.Fix{{
						Title:         "Add --no-cache",
						Applicability: lint.Safe,
						Edits:         []lint.Edit{insertWord(c, c.SubcommandWord(), "--no-cache")},
					}},
				})
			case op.Action == shell.Update:
				reportApkUpdate(p, ins, c)
			}
		}
	},
}

func onlyFiles(op *shell.PackageOp) bool {
	for k := range op.Packages {
		if x := &op.Packages[k]; !x.IsFile && !x.IsURL && !x.IsDir {
			return false
		}
	}
	return len(op.Packages) > 0
}

// reportApkUpdate reports an update that no other command of the RUN needs.
func reportApkUpdate(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) {
	used := false
	for o := range p.Shell(ins).Find("apk") {
		op := o.Package()
		if o == c || op == nil {
			continue
		}
		if !op.NoCache && op.Action != shell.Remove {
			return
		}
		used = used || op.NoCache
	}
	if !used {
		return
	}
	d := lint.Diagnostic{
		Range:   head(p, c),
		Message: "apk add --no-cache needs no apk update, which leaves the index in the layer: leave it out",
	}
	if e, ok := shelledit.Unlink(p, c); ok {
		d.Fixes = []lint.Fix{{Title: "Leave out apk update", Applicability: lint.Safe, Edits: []lint.Edit{e}}}
	}
	p.Report(d)
}
