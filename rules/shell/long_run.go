package shell

import (
	"fmt"

	"github.com/dlint/dlint/lint"
)

// LongRunOptions bound a RUN.
type LongRunOptions struct {
	Commands int `yaml:"commands" doc:"how many commands a RUN may hold"`
}

// LongRun finds RUN instructions with very many commands.
var LongRun = &lint.Rule{
	ID:      "long-run",
	Summary: "A RUN with very many commands is hard to read and to cache",
	Aliases: []string{"S7020"},
	Doc: `
Whatever changes in a RUN makes all of it run again, and what goes wrong in the middle
of fifty commands is hard to find. Split it where its parts do not need each other, or
put the commands into a script.

Commands in the body of a here-document count, those in substitutions do not.
`,
	Off:      "one long RUN is how layers are saved, and where to split it is a matter of taste",
	Bad:      "FROM debian:12\nRUN a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a; a\n",
	Good:     "FROM debian:12\nCOPY build.sh /\nRUN /build.sh\n",
	Severity: lint.Style,
	Since:    "0.1",
	Options:  func() any { return &LongRunOptions{Commands: 30} },
	Check: func(p *lint.Pass) {
		most := p.Options.(*LongRunOptions).Commands
		for ins, s := range p.Runs() {
			count := 0
			for _, c := range s.All() {
				if c.Name != "" && !c.InSubst {
					count++
				}
			}
			if count > most {
				p.Report(lint.Diagnostic{
					Range:   ins.Keyword.Range,
					Message: fmt.Sprintf("this RUN has %d commands, more than %d: split it, or put them into a script", count, most),
				})
			}
		}
	},
}
