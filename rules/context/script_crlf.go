package context

import (
	"bytes"
	"path"

	"github.com/dlint/dlint/lint"
)

// ScriptCrlf finds scripts with the line ends of Windows.
var ScriptCrlf = &lint.Rule{
	ID:      "script-crlf",
	Summary: "A script that is run has the line ends of Windows",
	Doc: `
The kernel takes the carriage return behind #!/bin/sh for a part of the name and finds
no such program: "no such file or directory", though the file is there. A shell
stumbles over each line. It comes from a checkout under Windows, so that the image
works from one machine and not from another; in .gitattributes this keeps it away:

	*.sh text eol=lf

The file is looked up in the build context as for script-not-executable. Nothing is
found where a RUN in between names the file or removes carriage returns.
`,
	Bad:      "-- Dockerfile --\nFROM alpine:3.22\nCOPY --chmod=755 entrypoint.sh /\nENTRYPOINT [\"/entrypoint.sh\"]\n-- entrypoint.sh --\n#!/bin/sh\r\n",
	Good:     "-- Dockerfile --\nFROM alpine:3.22\nCOPY --chmod=755 entrypoint.sh /\nENTRYPOINT [\"/entrypoint.sh\"]\n-- entrypoint.sh --\n#!/bin/sh\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, x := range startedFiles(p) {
			head := x.head(p)
			line, _, _ := bytes.Cut(head, []byte("\n"))
			if !bytes.HasSuffix(line, []byte("\r")) || !x.byShell && !hashBang(head) {
				continue
			}
			p.Report(lint.Diagnostic{
				Severity: x.severity(p),
				Range:    x.word.Range,
				Message:  path.Base(x.file.Path) + " has the line ends of Windows, so " + x.fails() + ": save it with LF, and keep it so by .gitattributes",
				Related:  []lint.Related{{Range: x.copy.Ins.Keyword.Range, Message: "copied here"}},
			})
		}
	},
}
