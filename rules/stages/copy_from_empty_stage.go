package stages

import (
	"path"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/stage"
)

// CopyFromEmptyStage finds COPY --from of stages that hold no file.
var CopyFromEmptyStage = &lint.Rule{
	ID:      "copy-from-empty-stage",
	Summary: "A stage on scratch that nothing is put into has no file to copy",
	Aliases: []string{"tally/copy-from-empty-scratch-stage"},
	Doc: `
A stage that begins with scratch and has neither COPY nor ADD nor RUN is empty, so a
COPY --from of it stops the build. The instruction that should fill the stage was
deleted, or moved to another one.

A source with wildcards, and the root folder, are not looked at; nor is a stage with
a WORKDIR, which makes folders.
`,
	Bad:      "FROM scratch AS out\nFROM alpine:3.22\nCOPY --from=out /app /app\n",
	Good:     "FROM scratch AS out\nCOPY app /app\nFROM alpine:3.22\nCOPY --from=out /app /app\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, s := range p.Stages().Stages {
			if !s.Root().Base.Scratch() || !holdsNothing(s) {
				continue
			}
			for _, u := range s.UsedBy {
				if u.Kind != stage.CopyFrom || u.By.Err != nil || len(u.By.Args) < 2 {
					continue
				}
				w := u.By.Args[0]
				if strings.ContainsAny(w.Value, "*?[$") || path.Clean("/"+strings.Trim(w.Value, `"`)) == "/" {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   w.Range,
					Message: "The stage that this is copied from holds no file, so the build stops here: fill the stage, or copy from another",
					Related: []lint.Related{{Range: s.From.Keyword.Range, Message: "the empty stage"}},
				})
			}
		}
	},
}

// holdsNothing reports whether no instruction brings a file or folder.
func holdsNothing(s *stage.Stage) bool {
	for t := range s.Chain() {
		for _, ins := range t.Body {
			if ins.Err != nil || ins.Is("RUN", "COPY", "ADD", "WORKDIR", "ONBUILD") {
				return false
			}
		}
	}
	return true
}
