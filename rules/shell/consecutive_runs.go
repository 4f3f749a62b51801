package shell

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/rules/internal/shelledit"
)

// ConsecutiveRuns finds RUN instructions that could be one.
var ConsecutiveRuns = &lint.Rule{
	ID:      "consecutive-runs",
	Summary: "Several RUN instructions in a row could be one layer",
	Aliases: []string{"DL3059", "S7031", "kics/multiple_run_add_copy_instructions_listed", "ID.20019"},
	Doc: `
Each RUN makes a layer. Joining those that follow each other saves some of them,
and lets a later command remove what an earlier one left.

Stages that are only copied from are left alone, where layers cost nothing, and
so are RUNs with mounts or other flags, and heredocs.

# Fix safety

The fix joins two plain chains of commands. It is unsafe because the cache then keeps
or drops both at once.
`,
	Off:      "each RUN is a step of the cache: joining them makes a small change run everything again",
	Bad:      "FROM debian:12\nRUN make\nRUN make install\n",
	Good:     "FROM debian:12\nRUN make && make install\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for s := range p.EachStage() {
			if !p.Stages().InTarget(s) {
				continue
			}
			var prev *dockerfile.Instruction
			for _, ins := range s.Body {
				plain := ins.Name == "RUN" && ins.Err == nil && len(ins.Flags) == 0 && len(ins.Heredocs) == 0
				if plain && prev != nil {
					d := lint.Diagnostic{
						Range:   ins.Keyword.Range,
						Message: "this RUN follows another: join them by && to save a layer",
						Related: []lint.Related{{Range: prev.Keyword.Range, Message: "the RUN before"}},
					}
					if e, ok := shelledit.JoinRuns(p, prev, ins); ok {
						d.Fixes = []lint.Fix{{Title: "Join the two RUNs", Applicability: lint.Unsafe, Edits: []lint.Edit{e}}}
					}
					p.Report(d)
				}
				prev = nil
				if plain {
					prev = ins
				}
			}
		}
	},
}
