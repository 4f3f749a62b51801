package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// RedundantTargetPlatform finds --platform=$TARGETPLATFORM.
var RedundantTargetPlatform = &lint.Rule{
	ID:      "redundant-target-platform",
	Summary: "FROM takes the target platform by itself",
	Aliases: []string{"DL3065", "RedundantTargetPlatform"},
	Doc: `
Without --platform, FROM takes the image for the platform that is built for. The fix
deletes the flag.
`,
	Bad:      "FROM --platform=$TARGETPLATFORM alpine:3.22\nRUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Style,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("FROM") {
			fl := ins.Flag("platform")
			if fl == nil {
				continue
			}
			name := strings.TrimPrefix(fl.Value, "$")
			if name != "TARGETPLATFORM" && name != "{TARGETPLATFORM}" || name == fl.Value {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   fl.Range,
				Message: "the target platform is what FROM takes without --platform: delete the flag",
				Fixes: []lint.Fix{{
					Title:         "Delete the flag",
					Applicability: lint.Safe,
					Edits:         []lint.Edit{lint.Delete(source.Range{Start: ins.Keyword.Range.End, End: fl.Range.End})},
				}},
				Tag: lint.Unnecessary,
			})
		}
	},
}
