package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// FrontendInEnv finds settings for the build that stay in the image.
var FrontendInEnv = &lint.Rule{
	ID:      "frontend-in-env",
	Summary: "DEBIAN_FRONTEND should not stay in the image",
	Doc: `
DEBIAN_FRONTEND=noninteractive is for the build. As ENV it stays, and whoever installs
something in a container later is never asked. ARG holds during the build only.

# Fix safety

The fix writes ARG. It is unsafe because the variable is gone from the image, and from
the stages that are built on this one.
`,
	Bad:      "FROM debian:13\nENV DEBIAN_FRONTEND=noninteractive\n",
	Good:     "FROM debian:13\nARG DEBIAN_FRONTEND=noninteractive\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("ENV") {
			for k := range ins.Pairs {
				pair := &ins.Pairs[k]
				v := strings.ToLower(strings.Trim(pair.Value.Value, "\"'"))
				s := p.Stages().StageOf(ins)
				if pair.Key.Value != "DEBIAN_FRONTEND" || v != "noninteractive" && v != "teletype" || s == nil || !p.Stages().InTarget(s) || reset(s, ins) {
					continue
				}
				d := lint.Diagnostic{
					Range:   pair.Range,
					Message: "This stays in the image and keeps everybody from being asked later: write ARG, or set it for the command alone",
				}
				if len(ins.Pairs) == 1 && !pair.Legacy && pair.Key.Range.Start > ins.Keyword.Range.End {
					d.Fixes = []lint.Fix{{
						Title:         "Write ARG",
						Applicability: lint.Unsafe,
						Edits:         []lint.Edit{lint.Replace(ins.Keyword.Range, "ARG")},
					}}
				}
				p.Report(d)
			}
		}
	},
}

// reset reports whether a later ENV of the stage takes the setting back.
func reset(s *stage.Stage, ins *dockerfile.Instruction) bool {
	for _, o := range s.Body {
		if o.Name != "ENV" || o.Err != nil || o.Index <= ins.Index {
			continue
		}
		for k := range o.Pairs {
			if o.Pairs[k].Key.Value == "DEBIAN_FRONTEND" && !strings.Contains(o.Pairs[k].Value.Value, "noninteractive") {
				return true
			}
		}
	}
	return false
}
