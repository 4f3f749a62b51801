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
				if u.Stage == nil || u.Stage.Index <= s.Index || u.By.Err != nil || !circular(p, u.Stage, s) {
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

type circlesKey struct{}

// circular reports whether two stages need each other.
func circular(p *lint.Pass, a, b *stage.Stage) bool {
	in := p.View(circlesKey{}, func(d *lint.Document) any { return circles(d.Stages().Stages) }).(map[*stage.Stage]int)
	return in[a] == in[b]
}

// circles gives each stage a number: those that need each other have the same one. It
// is Tarjan's search for strongly connected components.
func circles(all []*stage.Stage) map[*stage.Stage]int {
	in, order := map[*stage.Stage]int{}, map[*stage.Stage]int{}
	var open []*stage.Stage
	var visit func(s *stage.Stage) int
	visit = func(s *stage.Stage) int {
		at := len(order) + 1
		order[s] = at
		open = append(open, s)
		low := at
		for _, u := range s.Uses {
			switch {
			case u.Stage == nil || in[u.Stage] != 0:
			case order[u.Stage] == 0:
				low = min(low, visit(u.Stage))
			default:
				low = min(low, order[u.Stage])
			}
		}
		if low < at {
			return low
		}
		first := len(open) - 1
		for open[first] != s {
			first--
		}
		for _, t := range open[first:] {
			in[t] = at
		}
		open = open[:first]
		return low
	}
	for _, s := range all {
		if order[s] == 0 {
			visit(s)
		}
	}
	return in
}
