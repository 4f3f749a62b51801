package metadata

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// DuplicateInstruction finds a CMD, ENTRYPOINT or HEALTHCHECK that a later one of
// the same stage overrides.
var DuplicateInstruction = &lint.Rule{
	ID:      "duplicate-instruction",
	Summary: "Only the last CMD, ENTRYPOINT and HEALTHCHECK of a stage counts",
	Aliases: []string{
		"DL4003", "DL4004", "DL3012", "MultipleInstructionsDisallowed", "DS-0016", "DS-0007", "DS-0023", "S6589",
		"kics/multiple_cmd_instructions_listed", "kics/multiple_entrypoint_instructions_listed",
		"semgrep/multiple-entrypoint-instructions", "ID.20010", "ID.20011",
	},
	Doc: `
The last CMD of a stage replaces those before it, and so do ENTRYPOINT and
HEALTHCHECK. The earlier ones do nothing and mislead whoever reads them. Stages
are counted one by one: a stage may well override what the one below it says.

The fix deletes the instruction that does nothing.

# Fix safety

The fix is unsafe where a comment stands between the lines of the instruction,
because it is lost.
`,
	Bad:      "FROM alpine\nCMD [\"a\"]\nCMD [\"b\"]\n",
	Good:     "FROM alpine\nCMD [\"b\"]\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for s := range p.EachStage() {
			checkDuplicates(p, s)
		}
	},
}

func checkDuplicates(p *lint.Pass, s *stage.Stage) {
	names := [...]string{"CMD", "ENTRYPOINT", "HEALTHCHECK"}
	var winner [len(names)]*dockerfile.Instruction
	for k := len(s.Body) - 1; k >= 0; k-- {
		ins := s.Body[k]
		if ins.Err != nil {
			continue
		}
		for n, name := range names {
			if ins.Name != name {
				continue
			}
			if winner[n] == nil {
				winner[n] = ins
				continue
			}
			fix := lint.Fix{
				Title:         "Delete this " + name + ", which does nothing",
				Applicability: lint.Safe,
				Edits:         []lint.Edit{lint.Delete(ins.Lines)},
			}
			if commented(p, ins) {
				fix.Applicability = lint.Unsafe
			}
			p.Report(lint.Diagnostic{
				Range:   ins.Keyword.Range,
				Message: "This " + name + " does nothing, because the stage has a later one that replaces it: delete it",
				Related: []lint.Related{{Range: winner[n].Keyword.Range, Message: "this " + name + " counts"}},
				Fixes:   []lint.Fix{fix},
				Tag:     lint.Unnecessary,
			})
		}
	}
}
