package size

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/fix/multistage"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// SingleStageBuild finds images that are built and run in one stage.
var SingleStageBuild = &lint.Rule{
	ID:      "single-stage-build",
	Summary: "A program is built and run in one stage, with all its build tools",
	Aliases: []string{"tally/prefer-multi-stage-build"},
	Doc: `
An image that is built in one stage ships its compilers, package managers, caches
and sources. They make it large, and each is one more thing to attack. With two
stages the second one holds the program and what it needs to run.

The finding comes with a proposal when everything that the program needs can be
read from the Dockerfile and the files that it copies. The build stage stays as it
is written; the new stage copies the results to the same paths and keeps the
configuration. Where one fact is missing, the message names it. dlint split shows
the same proposals with all reasons.

Images without a start command, images of tools, files with several stages, and RUNs
that remove their build tools themselves are left alone. Without a build context nothing is said.

# Fix safety

The fix is unsafe: it changes what the image holds, though not how the program is
started. A proposal that rests on an assumption is only shown.
`,
	Bad: `-- Dockerfile --
FROM golang:1.24
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /app/server .
CMD ["/app/server"]
-- go.mod --
module example.com/hello

go 1.24
-- main.go --
package main

func main() {}
`,
	Good: `-- Dockerfile --
FROM golang:1.24 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /app/server .

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /app/server /app/server
CMD ["/app/server"]
-- go.mod --
module example.com/hello

go 1.24
-- main.go --
package main

func main() {}
`,
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check:    checkSingleStage,
}

func checkSingleStage(p *lint.Pass) {
	g := p.Stages()
	if len(g.Stages) != 1 || !p.Document.Context().Known() || !builds(p) || purges(p) || showsVersion(p) {
		return
	}
	word := g.Stages[0].Image
	prop, refusal := multistage.Propose(p.Document, multistage.Options{})
	if refusal != nil {
		if refusal.Code.Advice() {
			p.Report(lint.Diagnostic{
				Range:   word.Range,
				Message: "The image ships its build tools, and a second stage would leave them behind, but " + refusal.Message,
			})
		}
		return
	}
	fix := lint.Fix{
		Title: "Split into a build stage and a run-time stage", Applicability: lint.Unsafe, Edits: prop.Edits, Others: prop.Files,
	}
	message := "The image ships its build tools: a second stage from " + prop.RuntimeBase + " needs only the results of the build"
	if prop.Grade != multistage.GradeA {
		fix.Applicability = lint.Manual
		message += ", provided that " + strings.Join(prop.Assumptions, "; ")
	}
	p.Report(lint.Diagnostic{Range: word.Range, Message: message, Fixes: []lint.Fix{fix}})
}

// showsVersion reports whether the container does no more than say which version of a
// tool it has: the image is there to build with.
func showsVersion(p *lint.Pass) bool {
	for _, ins := range p.Stages().Stages[0].Body {
		if !ins.Is("CMD", "ENTRYPOINT") {
			continue
		}
		commands := p.Shell(ins).All()
		if len(commands) != 1 || len(commands[0].Args()) != 1 {
			continue
		}
		switch commands[0].Args()[0].Value {
		case "--version", "-version", "version", "-V", "-v", "--help", "help":
			return true
		}
	}
	return false
}

// purges reports whether the RUN that installs the build tools removes them again,
// on an image that brings none itself: little is left for a second stage to spare.
func purges(p *lint.Pass) bool {
	if image, known := p.Image(p.Stages().Stages[0]); known && image.Toolchain {
		return false
	}
	for _, s := range p.Runs() {
		installs := ""
		for _, c := range s.All() {
			op := c.Package()
			if op == nil {
				continue
			}
			if op.Action == shell.Install {
				installs = op.Manager
			} else if op.Action == shell.Remove && (op.Manager == installs || slices.ContainsFunc(op.Packages, forBuilding)) {
				return true
			}
		}
	}
	return false
}

func forBuilding(p shell.Package) bool {
	return knowledge.BuildOnly(p.Name) || strings.HasSuffix(p.Name, "-dev")
}

// builds reports whether some RUN calls a tool that builds or installs what a
// program is made of. It is a quick look, so that other files cost nothing.
func builds(p *lint.Pass) bool {
	for range p.Commands("go", "cargo", "mvn", "mvnw", "gradle", "gradlew", "npm", "yarn", "pnpm", "bun", "pip", "poetry", "pipenv",
		"pdm", "uv", "dotnet", "bundle", "composer", "mix", "swift", "dart", "sbt", "gcc", "g++", "cc", "clang", "make", "cmake", "tsc") {
		return true
	}
	return false
}
