package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/source"
)

// LatestTag finds images with the tag latest.
var LatestTag = &lint.Rule{
	ID:      "latest-tag",
	Summary: "The tag latest should not be used",
	Aliases: []string{
		"DL3007", "DKL-DI-0006", "kics/image_version_using_latest", "semgrep/avoid-latest-version",
		"dockerfilelint/latest_tag", "ID.20006",
	},
	Doc: `
The tag latest is whatever was pushed last. A build that worked yesterday gets another
major version today, and nobody can tell what an image was built on.

Images of COPY --from and of mounts are looked at, too. With a digest the tag does not
matter and is not reported. A default of an argument is put in.

For official images whose releases are known, a fix to be chosen by hand names the one
that gets fixes the longest. Which tag is right, no linter knows.
`,
	Bad:      "FROM alpine:latest\nRUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Warning,
	Scope:    lint.InInstruction,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachImage(p, func(i image) {
			if i.err != nil || i.ref.Tag != "latest" || i.ref.Digest != "" {
				return
			}
			r := i.word.Range
			if strings.HasSuffix(p.Source.Slice(r), ":latest") {
				r = source.Range{Start: r.End - len("latest"), End: r.End}
			}
			d := lint.Diagnostic{
				Range:   r,
				Message: "latest changes from one day to the next: name a version of " + i.ref.Name(),
			}
			if tag := knowledge.Current(i.ref); tag != "" && p.Source.Slice(r) == "latest" {
				d.Fixes = []lint.Fix{{Title: "Name version " + tag, Edits: []lint.Edit{lint.Replace(r, tag)}}}
			}
			p.Report(d)
		})
	},
}
