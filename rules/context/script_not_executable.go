package context

import (
	"path"

	"github.com/dlint/dlint/lint"
)

// ScriptNotExecutable finds scripts that are started and not executable.
var ScriptNotExecutable = &lint.Rule{
	ID:      "script-not-executable",
	Summary: "A script that is run lacks its execute bit",
	Doc: `
COPY keeps the mode that a file has in the build context. What ENTRYPOINT, CMD,
HEALTHCHECK or RUN call by its path must be executable; otherwise the answer is
"permission denied", mostly not before the container is started somewhere else.

The file is looked up in the build context, by its path or in the folders of PATH.
Nothing is found where a RUN in between names the file or changes modes at all, where
the mode of COPY --chmod is not known, for what other stages build, and on Windows,
where files have no such bit.

# Fix safety

The fix adds --chmod=755 to a COPY that brings nothing but the script. It is unsafe
because it changes the image. Setting the bit in the repository does as well:

	git update-index --chmod=+x entrypoint.sh
`,
	Bad:      "-- Dockerfile --\nFROM alpine:3.22\nCOPY entrypoint.sh /\nENTRYPOINT [\"/entrypoint.sh\"]\n-- entrypoint.sh --\n#!/bin/sh\n",
	Good:     "-- Dockerfile --\nFROM alpine:3.22\nCOPY --chmod=755 entrypoint.sh /\nENTRYPOINT [\"/entrypoint.sh\"]\n-- entrypoint.sh --\n#!/bin/sh\n",
	Severity: lint.Error,
	Fixable:  true,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !p.Build.Context.ModesKnown() {
			return
		}
		for _, x := range startedFiles(p) {
			mode, known := x.mode()
			if x.byShell || !known || mode&0o111 != 0 {
				continue
			}
			d := lint.Diagnostic{
				Severity: x.severity(p),
				Range:    x.word.Range,
				Message:  path.Base(x.file.Path) + " is not executable, so " + x.fails() + ": set the bit, or copy it with --chmod=755",
				Related:  []lint.Related{{Range: x.copy.Ins.Keyword.Range, Message: "copied here"}},
			}
			if cp := x.copy.Copy; cp.Chmod == "" && len(cp.Selection().Files) == 1 && x.copy.Ins.Parent == nil {
				d.Fixes = []lint.Fix{{
					Title:         "Copy it with --chmod=755",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Insert(x.copy.Ins.Keyword.Range.End, " --chmod=755")},
				}}
			}
			p.Report(d)
		}
	},
}
