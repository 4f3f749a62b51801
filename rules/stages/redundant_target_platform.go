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
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("FROM") {
			fl := ins.Flag("platform")
			if fl == nil {
				continue
			}
			if !isTargetPlatform(fl.Value) {
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

// isTargetPlatform reports whether a value is the target platform and nothing else.
// It is always set, so that a default does not matter.
func isTargetPlatform(value string) bool {
	if value == "$TARGETPLATFORM" || value == "${TARGETPLATFORM}" {
		return true
	}
	rest, ok := strings.CutPrefix(value, "${TARGETPLATFORM")
	return ok && strings.HasPrefix(strings.TrimPrefix(rest, ":"), "-") && strings.IndexByte(rest, '}') == len(rest)-1
}
