package syntax

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// InstructionOrder finds what stands above the first FROM and may not.
var InstructionOrder = &lint.Rule{
	ID:      "instruction-order",
	Summary: "A Dockerfile must begin with FROM, or ARG and FROM",
	Aliases: []string{"DL3061", "dockerfilelint/from_first", "ID.20002", "ID.20009"},
	Doc: `
Only ARG may stand above the first FROM; any other instruction has no image to work
on, and BuildKit refuses the file. A file without FROM builds nothing at all.

There is no fix: whether the instruction belongs below FROM, or a FROM is missing,
is not known.
`,
	Bad:      "WORKDIR /app\nFROM alpine:3.22\n",
	Good:     "FROM alpine:3.22\nWORKDIR /app\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		g := p.Stages()
		if len(g.Stages) == 0 {
			reportNoStage(p)
			return
		}
		for _, ins := range g.Orphans {
			if ins.Err != nil {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   ins.Keyword.Range,
				Message: ins.Name + " may not stand above the first FROM: only ARG may",
				Related: []lint.Related{{Range: g.Stages[0].From.Keyword.Range, Message: "the first FROM"}},
			})
		}
	},
}

// reportNoStage reports a file without FROM once. Where lines are broken, FROM
// may be among them.
func reportNoStage(p *lint.Pass) {
	if len(p.Tree().Errors) > 0 || len(p.Tree().Instructions) == 0 {
		return
	}
	var r source.Range
	for _, ins := range p.Tree().Instructions {
		r = ins.Keyword.Range
		if ins.Name != "ARG" {
			break
		}
	}
	p.Report(lint.Diagnostic{Range: r, Message: "the file has no FROM, so that there is nothing to build: begin with FROM"})
}
