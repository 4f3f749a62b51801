package size

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
)

// DevPackageAtRuntime finds packages with headers in the last of several stages.
var DevPackageAtRuntime = &lint.Rule{
	ID:      "dev-package-at-runtime",
	Summary: "The last stage installs a -dev package, and nothing is compiled there",
	Doc: `
A -dev package holds the headers of a library, for compiling against it, and pulls in
those of the libraries below. The program that is compiled in another stage needs the
library alone: libpq5 and not libpq-dev, libssl3 and not libssl-dev.

Looked at is the last stage of a build of several stages that copies from another one,
starts a program, and whose commands only install packages and arrange files: pip, npm and
the like may compile something. Only packages are named whose library the table knows for the release of the
base image.

# Fix safety

The fix puts the library into the place of the -dev package. It is unsafe: programs of the
-dev package, such as pg_config, are gone, and so is the plain name of the library (libfoo.so)
that a program may load at run time.
`,
	Bad:      "FROM debian:12 AS build\nRUN make\nFROM debian:12-slim\nRUN apt-get update && apt-get install -y libpq-dev\nCOPY --from=build /shop /shop\nCMD [\"/shop\"]\n",
	Good:     "FROM debian:12 AS build\nRUN make\nFROM debian:12-slim\nRUN apt-get update && apt-get install -y libpq5\nCOPY --from=build /shop /shop\nCMD [\"/shop\"]\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		last := p.Stages().Target
		if len(p.Stages().Stages) < 2 || last == nil || !strings.Contains(p.Source.Text, "-dev") || !takesFromStage(last) ||
			!startsProgram(p, last) || usesTools(p, last) {
			return
		}
		facts, ok := p.Image(last)
		if !ok {
			return
		}
		for _, ins := range last.Body {
			if !ins.Is("RUN") {
				continue
			}
			for _, c := range p.Shell(ins).All() {
				if op := c.Package(); op != nil && op.Action == shell.Install && op.Virtual == nil {
					devPackages(p, op, facts)
				}
			}
		}
	},
}

func devPackages(p *lint.Pass, op *shell.PackageOp, facts knowledge.ImageFacts) {
	for k := range op.Packages {
		pkg := &op.Packages[k]
		if !pkg.Word.Static || pkg.Name != pkg.Word.Value || !knowledge.IsDevPackage(pkg.Name) {
			continue
		}
		libs, ok := knowledge.RuntimePackages(facts.Distro, facts.Release, pkg.Name)
		if !ok || len(libs) == 0 {
			continue
		}
		libs = slices.DeleteFunc(slices.Clone(libs), func(lib string) bool {
			return slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return x.Name == lib })
		})
		if len(libs) == 0 {
			p.Report(lint.Diagnostic{Range: pkg.Word.Range, Message: pkg.Name + " holds headers, and nothing is compiled in this stage: the library alone, which is installed as well, is enough"})
			continue
		}
		with := strings.Join(libs, " ")
		p.Report(lint.Diagnostic{
			Range:   pkg.Word.Range,
			Message: pkg.Name + " holds headers, and nothing is compiled in this stage: install " + with + " alone",
			Fixes: []lint.Fix{{
				Title: "Install " + with + " instead", Applicability: lint.Unsafe,
				Edits: []lint.Edit{lint.Replace(pkg.Word.Range, with)},
			}},
		})
	}
}
