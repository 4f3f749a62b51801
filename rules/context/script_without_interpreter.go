package context

import (
	"path"

	"github.com/dlint/dlint/lint"
)

// ScriptWithoutInterpreter finds scripts that do not say which program reads them.
var ScriptWithoutInterpreter = &lint.Rule{
	ID:      "script-without-interpreter",
	Summary: "A script that is run by the kernel does not name its interpreter",
	Doc: `
In exec form the kernel runs the file. A text whose first line is not such as
#!/bin/sh is nothing that it can run: "exec format error". A shell would read the
file itself, which is why the same script works by hand.

Files that end in .sh or .bash are looked at, as for script-not-executable.
`,
	Bad:      "-- Dockerfile --\nFROM alpine:3.22\nCOPY --chmod=755 run.sh /\nCMD [\"/run.sh\"]\n-- run.sh --\nexec app\n",
	Good:     "-- Dockerfile --\nFROM alpine:3.22\nCOPY --chmod=755 run.sh /\nCMD [\"/run.sh\"]\n-- run.sh --\n#!/bin/sh\nexec app\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, x := range startedFiles(p) {
			ext := path.Ext(x.file.Path)
			if !x.exec || x.byShell || ext != ".sh" && ext != ".bash" {
				continue
			}
			if head := x.head(p); len(head) == 0 || hashBang(head) {
				continue
			}
			p.Report(lint.Diagnostic{
				Severity: x.severity(p),
				Range:    x.word.Range,
				Message:  path.Base(x.file.Path) + " does not begin with #! and the path of a shell, so " + x.fails() + ": name one in its first line",
				Related:  []lint.Related{{Range: x.copy.Ins.Keyword.Range, Message: "copied here"}},
			})
		}
	},
}
