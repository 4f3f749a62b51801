package stages

import (
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
)

// UntaggedImage finds images without a tag.
var UntaggedImage = &lint.Rule{
	ID:      "untagged-image",
	Summary: "An image should be named with its tag",
	Aliases: []string{
		"DL3006", "DS-0001", "CKV_DOCKER_7", "S6596", "DKL-DI-0006", "kics/image_version_not_explicit",
		"semgrep/missing-image-version", "dockerfilelint/missing_tag", "ID.20006",
	},
	Doc: `
Without a tag the image is latest: whatever that is on the day of the build. A build
that worked yesterday gets another major version today.

Images of COPY --from and of mounts are looked at, too. Stages, scratch, named contexts,
images with a digest, and images that an argument without a default decides are not
reported. A default of an argument is put in.

For official images whose releases are known, a fix to be chosen by hand names the one
that gets fixes the longest. Which tag is right, no linter knows.
`,
	Bad:      "FROM alpine\nRUN make\n",
	Good:     "FROM alpine:3.22\nRUN make\n",
	Severity: lint.Warning,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		eachImage(p, func(i image) {
			if i.err != nil || i.ref.Tag != "" || i.ref.Digest != "" || !i.plausible() {
				return
			}
			d := lint.Diagnostic{
				Range:   i.word.Range,
				Message: i.ref.Name() + " has no tag and means latest, which changes from one day to the next: name a version",
			}
			if tag := knowledge.Current(i.ref); tag != "" && p.Source.Slice(i.word.Range) == i.name {
				d.Fixes = []lint.Fix{{Title: "Name version " + tag, Edits: []lint.Edit{lint.Insert(i.word.Range.End, ":"+tag)}}}
			}
			p.Report(d)
		})
	},
}
