package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
)

// FromStageCase finds FROM Build where the stage is build.
var FromStageCase = &lint.Rule{
	ID:      "from-stage-case",
	Summary: "FROM finds a stage only by its name in lower case",
	Doc: `
BuildKit keeps the names of stages in lower case. COPY --from finds them in any case,
but FROM compares as it is written: FROM Build does not find the stage AS Build, takes
it for an image, and fails.

# Fix safety

The fix writes the name in lower case. It is unsafe because the build failed before.
`,
	Bad:      "FROM alpine:3.22 AS build\nRUN make\nFROM Build\nRUN test\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\nFROM build\nRUN test\n",
	Severity: lint.Error,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		all := p.Stages().Stages
		for _, s := range all {
			if s.From.Err != nil || s.Base.Stage != nil || s.Image.Value == strings.ToLower(s.Image.Value) {
				continue
			}
			name := strings.ToLower(s.Image.Value)
			for _, o := range all[:s.Index] {
				if o.Name != name {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   s.Image.Range,
					Message: "FROM does not find the stage " + name + " by this name, and takes it for an image: write " + name,
					Related: []lint.Related{{Range: o.NameWord.Range, Message: "the stage"}},
					Fixes: []lint.Fix{{
						Title:         "Replace it by " + name,
						Applicability: lint.Unsafe,
						Edits:         []lint.Edit{lint.Replace(s.Image.Range, name)},
					}},
				})
				break
			}
		}
	},
}
