package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
)

// DebianFrontendInEnv finds ENV DEBIAN_FRONTEND.
var DebianFrontendInEnv = &lint.Rule{
	ID:      "debian-frontend-in-env",
	Summary: "ENV DEBIAN_FRONTEND changes how packages ask in containers, too",
	Doc: `
DEBIAN_FRONTEND=noninteractive is right for a build and wrong for whoever opens a
shell in the container or builds on the image. ARG sets it for the build alone.

Nothing is found in stages whose configuration is not that of the image, and where
a later ENV sets the variable to something else.

# Fix safety

The fix writes ARG. It is unsafe because stages built on this one do not see the
argument. There is none where the ENV sets more than this.
`,
	Bad:      "FROM debian:12\nENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y tzdata\n",
	Good:     "FROM debian:12\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update && apt-get install -y tzdata\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			for k := range ins.Pairs {
				if ins.Pairs[k].Key.Value == "DEBIAN_FRONTEND" {
					reportFrontend(p, ins, &ins.Pairs[k])
				}
			}
		}
	},
}

func reportFrontend(p *lint.Pass, ins *dockerfile.Instruction, pair *dockerfile.Pair) {
	s := p.Stages().StageOf(ins)
	if !p.Stages().InTarget(s) || !strings.Contains(strings.ToLower(pair.Value.Value), "noninteractive") {
		return
	}
	if v := p.Stages().ScopeAtEnd(p.Stages().Target).Lookup("DEBIAN_FRONTEND"); v == nil || v.By != ins {
		return
	}
	d := lint.Diagnostic{
		Range:   pair.Key.Range,
		Message: "DEBIAN_FRONTEND stays set in containers and in images built on this one: use ARG, which ends with the build",
	}
	if len(ins.Pairs) == 1 && !ins.IsOnbuild() {
		keyword := "ARG"
		if ins.Keyword.Value == "env" {
			keyword = "arg"
		}
		edits := []lint.Edit{lint.Replace(ins.Keyword.Range, keyword)}
		if pair.Legacy {
			between := pair.Key.Range
			between.Start, between.End = between.End, pair.Value.Range.Start
			edits = append(edits, lint.Replace(between, "="))
		}
		d.Fixes = []lint.Fix{{Title: "Replace ENV by ARG", Applicability: lint.Unsafe, Edits: edits}}
	}
	p.Report(d)
}
