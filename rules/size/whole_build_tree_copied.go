package size

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/layers"
	"github.com/dlint/dlint/lint/stage"
)

// WholeBuildTreeCopied finds COPY --from of the folder that holds the sources and
// the tools of a build.
var WholeBuildTreeCopied = &lint.Rule{
	ID:      "whole-build-tree-copied",
	Summary: "The whole working folder of a builder is copied, sources and all",
	Doc: `
COPY --from=build /app /app takes, with the artifact, the sources, the tests, the
development packages, and any secret that was written there. Copy the artifact alone.

It is found for compiled languages only, where the builder copies the whole context
into that very folder and a command compiles there: for an interpreted program the
folder is the program.
`,
	Bad:      "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o bin/app\nFROM debian:12\nCOPY --from=build /src /src\n",
	Good:     "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o bin/app\nFROM debian:12\nCOPY --from=build /src/bin/app /bin/\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("COPY") {
			c := p.Layers().Step(ins).Copy
			if c == nil || c.From == nil || c.From.Stage == nil || !inImage(p, ins) {
				continue
			}
			for k := range c.Sources {
				s := &c.Sources[k]
				if s.Known && s.Value != "." && buildsIn(p, c.From.Stage, "/"+s.Value) {
					p.Report(lint.Diagnostic{
						Range:   s.Word.Range,
						Message: "This takes the sources along with what was built of them: copy the artifact alone",
					})
				}
			}
		}
	},
}

// compilers make artifacts for which the sources are not needed any more.
var compilers = []string{"go", "cargo", "mvn", "gradle", "gcc", "g++", "make", "cmake", "swift", "stack", "cabal", "sbt", "javac", "zig"}

// buildsIn reports whether the stage copies the whole context into the folder and
// compiles there.
func buildsIn(p *lint.Pass, st *stage.Stage, dir string) bool {
	wide := false
	for _, ins := range st.Body {
		if ins.Err != nil {
			continue
		}
		switch ins.Name {
		case "COPY", "ADD":
			step := p.Layers().Step(ins)
			wide = wide || into(step, dir)
		case "RUN":
			if wide && p.Stages().StateAt(ins).Workdir == dir && p.Shell(ins).Has(compilers...) {
				return true
			}
		}
	}
	return false
}

func into(s *layers.Step, dir string) bool {
	return s.Copy != nil && s.Copy.FromContext() && s.Copy.Wide() && s.Copy.DestPath == dir && !slices.Contains(s.Copy.Exclude, "*")
}
