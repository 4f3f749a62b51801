package syntax

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// DefinitionDescription finds comments that do not name what they describe.
var DefinitionDescription = &lint.Rule{
	ID:      "definition-description",
	Summary: "The comment above a stage or an ARG should begin with its name",
	Aliases: []string{"InvalidDefinitionDescription"},
	Doc: `
docker build --call=outline and --call=targets show the comment right above an ARG or
a named stage as its description when it begins with the name:

	# VERSION of the tool that is packed
	ARG VERSION

A comment that is meant as no description can be set off by an empty line.
`,
	Bad:      "# which tool\nARG VERSION\nFROM alpine:3.22\n",
	Good:     "# VERSION of the tool\nARG VERSION\nFROM alpine:3.22\n",
	Severity: lint.Style,
	Scope:    lint.InStage,
	Off:      "most comments above an ARG or a stage are no descriptions; an experimental check in BuildKit, too",
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("FROM", "ARG") {
			names := defined(ins)
			if len(ins.Doc) == 0 || len(names) == 0 {
				continue
			}
			c := ins.Doc[len(ins.Doc)-1]
			first, _, _ := strings.Cut(c.Text, " ")
			if first == "" || slices.Contains(names, first) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   c.Range,
				Message: "begin the description with " + names[0] + ", or set the comment off by an empty line",
			})
		}
	},
}

// defined returns the names that a FROM or ARG defines.
func defined(ins *dockerfile.Instruction) []string {
	if ins.Name == "FROM" {
		if len(ins.Args) < 3 {
			return nil
		}
		return []string{strings.ToLower(ins.Args[2].Value)}
	}
	var names []string
	for k := range ins.Pairs {
		names = append(names, ins.Pairs[k].Key.Value)
	}
	return names
}
