package security

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// SystemDirectory finds instructions that use what belongs to the kernel.
var SystemDirectory = &lint.Rule{
	ID:      "system-directory",
	Summary: "The directories of the kernel are no place for files",
	Aliases: []string{"DS-0030", "DKL-DI-0002"},
	Doc: `
The engine mounts /proc, /sys and /dev anew over whatever an image holds there, and
/boot means nothing in a container. A WORKDIR, VOLUME or destination of COPY there
is a mistake, and a volume over them gives away what the kernel keeps apart.
`,
	Bad:      "FROM alpine\nVOLUME /proc\n",
	Good:     "FROM alpine\nVOLUME /data\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("VOLUME", "WORKDIR", "COPY", "ADD") {
			words := ins.Args
			if ins.Is("COPY", "ADD") {
				words = words[max(0, len(words)-1):]
			}
			for k := range words {
				checkSystem(p, ins, &words[k])
			}
		}
	},
}

func checkSystem(p *lint.Pass, ins *dockerfile.Instruction, w *dockerfile.Word) {
	if !strings.HasPrefix(strings.TrimLeft(w.Value, `"'`), "/") && !strings.Contains(w.Value, "$") {
		return
	}
	x := p.Stages().ScopeAt(ins).Expand(w.Value)
	if !x.Known || x.Err != nil {
		return
	}
	top, _, _ := strings.Cut(strings.TrimPrefix(path.Clean(x.Value), "/"), "/")
	if !path.IsAbs(x.Value) {
		return
	}
	switch top {
	case "proc", "sys", "dev", "boot":
		p.Report(lint.Diagnostic{
			Range:   w.Range,
			Message: "/" + top + " belongs to the kernel, and what the image holds there is not seen when it runs: use another directory",
		})
	}
}
