package stages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/stage"
)

// WholeFilesystemCopy finds COPY --from=build / /.
var WholeFilesystemCopy = &lint.Rule{
	ID:      "whole-filesystem-copy",
	Summary: "A stage should copy what it needs, not everything",
	Aliases: []string{"DL3067"},
	Doc: `
COPY --from=build / / brings the whole build stage along, tools, caches and secrets
included, and puts it over the files of the base image. Copy the directories that are
needed.

Copying everything into an empty image (FROM scratch) is how layers are put together on
purpose, and a stage that itself began empty holds only what was put there, as do many
images that are made for being copied from. These are not reported; hadolint reports
them.
`,
	Bad:      "FROM alpine:3.22 AS build\nRUN make\nFROM alpine:3.22\nCOPY --from=build / /\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\nFROM alpine:3.22\nCOPY --from=build /out/ /\n",
	Severity: lint.Warning,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			for _, u := range s.Uses {
				if u.Kind != stage.CopyFrom || u.By.Err != nil || len(u.By.Args) < 2 || s.Base.Scratch() || u.By.Flag("exclude") != nil {
					continue
				}
				if u.Stage == nil || u.Stage.Root().Base.Scratch() || onlyFiles(u.Stage) {
					continue
				}
				for _, src := range u.By.Args[:len(u.By.Args)-1] {
					if isRoot(src.Value) {
						p.Report(lint.Diagnostic{
							Range:   src.Range,
							Message: "the whole file system of " + u.Ref.Value + " is copied, with its tools and caches: copy what is needed",
						})
					}
				}
			}
		}
	},
}

// onlyFiles reports whether the stage is nothing but an image that is made for being
// copied from.
func onlyFiles(s *stage.Stage) bool {
	ref, err := knowledge.ParseRef(s.Root().Base.Name)
	if err != nil || len(s.Body) > 0 || s.Base.Stage != nil {
		return false
	}
	name := ref.Name()
	return name == "tonistiigi/xx" || strings.HasSuffix(name, "-bin")
}

func isRoot(path string) bool {
	switch path {
	case "/", "/.", "/*", "/./", `"/"`, "//":
		return true
	}
	return false
}
