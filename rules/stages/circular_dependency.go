package stages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// CircularDependency finds stages that wait for each other.
var CircularDependency = &lint.Rule{
	ID:      "circular-dependency",
	Summary: "Stages must not need each other in a circle",
	Aliases: []string{"tally/circular-stage-deps"},
	Doc: `
When a stage copies from another that needs the first, neither can be built, and
BuildKit refuses the file. A stage that copies from itself belongs to the rule
copy-from-own-stage.
`,
	Bad:      "FROM alpine:3.22 AS a\nCOPY --from=b /x /x\nFROM a AS b\nRUN make\n",
	Good:     "FROM alpine:3.22 AS a\nRUN make\nFROM a AS b\nCOPY --from=a /x /y\n",
	Severity: lint.Error,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			for _, u := range s.Uses {
				// Every circle has a reference downwards.
				if u.Stage == nil || u.Stage.Index <= s.Index || u.By.Err != nil || !reaches(u.Stage, s) {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   u.Ref.Range,
					Message: "this stage needs the one that copies from it, so that neither can be built: break the circle",
					Related: []lint.Related{{Range: u.Stage.From.Keyword.Range, Message: "the stage"}},
				})
			}
		}
	},
}

// reaches reports whether building from needs to.
func reaches(from, to *stage.Stage) bool {
	seen := map[*stage.Stage]bool{from: true}
	for todo := []*stage.Stage{from}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, u := range s.Uses {
			if u.Stage == to {
				return true
			}
			if u.Stage != nil && !seen[u.Stage] {
				seen[u.Stage] = true
				todo = append(todo, u.Stage)
			}
		}
	}
	return false
}
