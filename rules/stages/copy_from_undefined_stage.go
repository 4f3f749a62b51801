package stages

import (
	"strconv"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// CopyFromUndefinedStage finds COPY --from and mounts of a stage that is not there.
var CopyFromUndefinedStage = &lint.Rule{
	ID:      "copy-from-undefined-stage",
	Summary: "COPY --from and mounts must name a stage, a context or an image",
	Aliases: []string{"DL3022", "DS-0018", "kics/copy_from_without_from_alias_defined_previously"},
	Doc: `
A name that is no stage is taken for an image on Docker Hub, and the build fails, or
copies from an image that somebody else has put there. A number must be that of a stage.

A name that is plainly an image (with a slash, a tag or a digest, or a well-known one)
is not reported, nor is a context of the command line or of a compose or bake file.
hadolint reports these.

# Fix safety

The fix writes the name of a stage that is similar. It is unsafe because the intention
is guessed.
`,
	Bad:      "FROM alpine:3.22 AS build\nRUN make\nFROM scratch\nCOPY --from=biuld /a /a\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\nFROM scratch\nCOPY --from=build /a /a\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			for _, u := range s.Uses {
				if u.Kind == stage.FromStage || u.Stage != nil || u.Context || isContext(p, u.Ref.Value) || u.By.Err != nil {
					continue
				}
				if _, err := strconv.Atoi(u.Ref.Value); err == nil {
					reportStageNumber(p, u)
				}
			}
		}
		eachImage(p, func(i image) {
			if i.use.Kind == stage.FromStage || i.err != nil || i.plausible() {
				return
			}
			if _, err := strconv.Atoi(i.name); err != nil && i.name != "context" {
				reportUndefinedStage(p, i)
			}
		})
	},
}

func reportStageNumber(p *lint.Pass, u *stage.Use) {
	d := lint.Diagnostic{Range: u.Ref.Range, Severity: lint.Error}
	if u.Kind == stage.MountFrom {
		d.Message = "a mount takes the name of a stage, not its number: name the stage with AS"
	} else {
		last := len(p.Stages().Stages) - 1
		d.Message = "there is no stage " + u.Ref.Value + ": the last one has the number " + strconv.Itoa(last)
	}
	p.Report(d)
}

func reportUndefinedStage(p *lint.Pass, i image) {
	d := lint.Diagnostic{
		Range:   i.word.Range,
		Message: "there is no stage " + i.name + ", so that the image " + i.ref.String() + " is fetched: name a stage, or the image with its tag",
	}
	if near := dockerfile.Nearest(i.name, namesBefore(p, i)); near != "" {
		d.Severity = lint.Error
		d.Message = "there is no stage " + i.name + ": did you mean " + near + "?"
		d.Fixes = []lint.Fix{{
			Title:         "Replace it by " + near,
			Applicability: lint.Unsafe,
			Edits:         []lint.Edit{lint.Replace(i.word.Range, near)},
		}}
	}
	p.Report(d)
}

// namesBefore returns the names of the stages that an instruction can take from: a
// later one, or its own, may be waiting for it.
func namesBefore(p *lint.Pass, i image) []string {
	var names []string
	for _, s := range p.Stages().Stages[:p.Stages().StageOf(i.use.By).Index] {
		if dockerfile.IsStageName(s.Name) && s.From.Err == nil && p.Stages().Named(s.Name) == s {
			names = append(names, s.Name)
		}
	}
	return names
}
