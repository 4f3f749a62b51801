package shell

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/stage"
)

// WgetAndCurl finds a stage that uses both wget and curl.
var WgetAndCurl = &lint.Rule{
	ID:      "wget-and-curl",
	Summary: "The stage uses both wget and curl",
	Aliases: []string{"DL4001", "DS-0014", "kics/run_using_wget_and_curl", "semgrep/use-either-wget-or-curl"},
	Doc: `
Both programs fetch files. Using one of them only saves the other's packages and
spares the reader two sets of options.

Reported at the first use of the one that comes second, when the stage that is
built ships them; a stage that is only copied from is left alone.
`,
	Bad:      "FROM debian:12\nRUN wget https://example.com/a\nRUN curl -fO https://example.com/b\n",
	Good:     "FROM debian:12\nRUN curl -fO https://example.com/a\nRUN curl -fO https://example.com/b\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		first := map[*stage.Stage]*shell.Command{}
		done := map[*stage.Stage]bool{}
		for ins, c := range p.Commands("wget", "curl") {
			s := p.Stages().StageOf(ins)
			if !p.Stages().InTarget(s) || len(c.Downloads()) == 0 || done[s] {
				continue
			}
			o := first[s]
			switch {
			case o == nil:
				first[s] = c
			case o.Name != c.Name:
				done[s] = true
				p.Report(lint.Diagnostic{
					Range:   c.NameRange,
					Message: "this stage fetches by " + o.Name + " as well: use one of them for everything",
					Related: []lint.Related{{Range: o.NameRange, Message: "the first " + o.Name}},
				})
			}
		}
	},
}
