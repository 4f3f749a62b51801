package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// WindowsUnsupported finds what Windows containers do not have.
var WindowsUnsupported = &lint.Rule{
	ID:      "windows-unsupported",
	Summary: "Windows containers know no owners of Linux, no signals and no secret mounts",
	Aliases: []string{"tally/windows/no-chown-flag", "tally/windows/no-run-mounts", "tally/windows/no-stopsignal"},
	Doc: `
In a stage of Windows, --chown and STOPSIGNAL are taken and do nothing. Mounts of
secrets, SSH agents and tmpfs, and as BuildKit stands those of caches, let the RUN
fail once its image is pulled.

# Fix safety

The fix deletes what does nothing. It is unsafe because the same stage may be built for
Linux, too, where the base image has a variant of it.
`,
	Bad:      "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY --chown=app . /app/\n",
	Good:     "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY . /app/\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for s := range p.EachStage() {
			if !s.Windows() {
				continue
			}
			for _, ins := range s.Body {
				if ins.Err == nil {
					onWindows(p, ins)
				}
			}
		}
	},
}

func onWindows(p *lint.Pass, ins *dockerfile.Instruction) {
	switch ins.Name {
	case "STOPSIGNAL":
		p.Report(lint.Diagnostic{
			Range:   ins.Keyword.Range,
			Message: "Windows has no signals, so STOPSIGNAL does nothing: delete it",
			Fixes: []lint.Fix{{
				Title: "Delete STOPSIGNAL", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(ins.Lines)},
			}},
		})
	case "COPY", "ADD":
		if f := ins.Flag("chown"); f != nil {
			p.Report(lint.Diagnostic{
				Range:   f.Range,
				Message: "--chown does nothing on Windows: delete it",
				Fixes: []lint.Fix{{
					Title: "Delete --chown", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(withBlanks(p, f.Range))},
				}},
			})
		}
	case "RUN":
		for k := range ins.Flags {
			f := &ins.Flags[k]
			if o := f.Option("type"); f.Name == "mount" && o != nil && o.Value != "bind" {
				p.Report(lint.Diagnostic{
					Range:   f.Range,
					Message: "Windows containers have no mounts of type " + o.Value + ": the RUN fails",
				})
			}
		}
	}
}

// withBlanks is the range with the blanks behind it on the line.
func withBlanks(p *lint.Pass, r source.Range) source.Range {
	for r.End < len(p.Source.Text) && p.Source.Text[r.End] == ' ' {
		r.End++
	}
	return r
}
