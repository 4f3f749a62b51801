package packages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// PipCacheLeft finds pip install without --no-cache-dir.
var PipCacheLeft = &lint.Rule{
	ID:      "pip-cache-left",
	Summary: "pip leaves its cache in the layer",
	Aliases: []string{"DL3042", "kics/pip_install_keeping_cached_packages", "semgrep/missing-pip-no-cache-dir"},
	Doc: `
pip keeps what it downloads and builds in ~/.cache/pip, which nobody uses in an
image. The fix adds --no-cache-dir. A cache mount on that directory keeps it out of
the image as well and saves the next build the download.

Nothing is found where PIP_NO_CACHE_DIR is set, by ENV, ARG or the command, where a
configuration of pip is written or copied, where a cache mount covers the
directory in whatever home, where the RUN removes it, and in stages whose layers
are not part of the image.
`,
	Bad:      "FROM python:3.13\nRUN pip install flask==3.1.0\n",
	Good:     "FROM python:3.13\nRUN pip install --no-cache-dir flask==3.1.0\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "pip") {
			op := c.Package()
			if op.Manager != "pip" || op.Action != shell.Install || op.NoCache || keepsPipCache(p, ins, c) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   head(p, c),
				Message: call(c) + " leaves what it downloads in the layer: add --no-cache-dir or a cache mount",
				Fixes: []lint.Fix{{
					Title:         "Add --no-cache-dir",
					Applicability: lint.Safe,
					Edits:         []lint.Edit{insertWord(c, c.SubcommandWord(), "--no-cache-dir")},
				}},
			})
		}
	},
}

// keepsPipCache reports whether nothing needs to be said about the cache of pip.
func keepsPipCache(p *lint.Pass, ins *dockerfile.Instruction, c *shell.Command) bool {
	if !ships(p, ins) || dryRun(c) || hidden(c) || c.Has("--no-index", "--cache-dir") {
		return true
	}
	dirs := []string{"~/.cache/pip"}
	for _, name := range [...]string{"PIP_CACHE_DIR", "XDG_CACHE_HOME"} {
		if dir, set := variable(p, ins, c, name); set {
			dirs = append(dirs, dir)
		}
	}
	if _, set := variable(p, ins, c, "PIP_NO_CACHE_DIR"); set || mounted(p, ins, dirs...) {
		return true
	}
	s := p.Shell(ins)
	return removes(p, s, dirs...) || has(p, s, shell.Clean, "pip") || mentions(p, ins, "pip.conf", "no-cache-dir true", "no-cache-dir=true")
}
