package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// ConstantPlatform finds FROM --platform=linux/amd64.
var ConstantPlatform = &lint.Rule{
	ID:      "constant-platform",
	Summary: "FROM should not name one platform",
	Aliases: []string{
		"DL3029", "FromPlatformFlagConstDisallowed", "kics/using_platform_with_from",
		"semgrep/avoid-platform-with-from",
	},
	Doc: `
A constant platform makes the image that platform's for everybody: it is emulated, or
does not start, on another, and --platform of the build no longer counts. Use
$BUILDPLATFORM for stages that cross-compile, and choose the platform when building.

A stage that has the platform in its name is meant to differ and is not reported, nor is
a platform that an argument decides, which hadolint reports.

# Fix safety

The fix deletes the flag. It is unsafe because the image may not exist for other
platforms.
`,
	Bad:      "FROM --platform=linux/amd64 alpine:3.22\nRUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			fl := s.From.Flag("platform")
			if fl == nil || s.From.Err != nil || strings.Contains(fl.Value, "$") {
				continue
			}
			platform, ok := knowledge.ParsePlatform(fl.Value)
			if ok && namesPlatform(s.Name, platform) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   fl.Range,
				Message: "the platform " + fl.Value + " is forced on every build: leave it to docker build --platform, or use $BUILDPLATFORM",
				Fixes: []lint.Fix{{
					Title:         "Delete the flag",
					Applicability: lint.Unsafe,
					Edits:         []lint.Edit{lint.Delete(source.Range{Start: s.From.Keyword.Range.End, End: fl.Range.End})},
				}},
			})
		}
	},
}

func namesPlatform(name string, p knowledge.Platform) bool {
	return p.OS != "" && strings.Contains(name, p.OS) || p.Architecture != "" && strings.Contains(name, p.Architecture)
}
