package packages

import (
	"slices"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// ApkDelByName finds packages that are added and deleted one by one.
var ApkDelByName = &lint.Rule{
	ID:      "apk-del-by-name",
	Summary: "Packages that apk adds only for a while want a common name",
	Aliases: []string{"dockerfilelint/apkadd-missing-virtual"},
	Doc: `
Packages that are needed only while something is built can be added under a name of
their own and deleted by it:

	apk add --no-cache --virtual .build-deps gcc musl-dev
	make
	apk del .build-deps

With two lists of names, one is changed and the other forgotten, and a compiler stays
in the image. A RUN whose apk del names only packages that it has added itself is
found.

# Fix safety

The fix is offered where one apk add brings just what apk del takes away. It is
unsafe: a package that the base image had before stays, and would have gone.
`,
	Bad:      "FROM alpine:3.22\nRUN apk add --no-cache gcc make && make && apk del gcc make\n",
	Good:     "FROM alpine:3.22\nRUN apk add --virtual .build-deps --no-cache gcc make && make && apk del .build-deps\n",
	Severity: lint.Info,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins, c := range operations(p, "apk") {
			op := c.Package()
			if op.Action != shell.Remove || len(op.Packages) < 2 || !allStatic(op) {
				continue
			}
			s := p.Shell(ins)
			adds := addedBefore(s, c)
			named := map[string]bool{}
			for _, a := range adds {
				for k := range a.Package().Packages {
					named[a.Package().Packages[k].Name] = true
				}
			}
			if slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return !named[x.Name] }) {
				continue
			}
			p.Report(lint.Diagnostic{
				Range:   head(p, c),
				Message: "apk del repeats the names of apk add, and the lists drift apart: add the packages with --virtual .build-deps, and delete that",
				Related: []lint.Related{{Range: head(p, adds[0]), Message: "added here"}},
				Fixes:   byVirtual(p, s, adds, c),
			})
		}
	},
}

func allStatic(op *shell.PackageOp) bool {
	return !slices.ContainsFunc(op.Packages, func(x shell.Package) bool { return !x.Word.Static })
}

// addedBefore returns the commands before c that add packages under no name.
func addedBefore(s *shell.Script, c *shell.Command) []*shell.Command {
	var out []*shell.Command
	for o := range s.Find("apk") {
		if op := o.Package(); o.Index < c.Index && op != nil && op.Action == shell.Install && op.Virtual == nil {
			out = append(out, o)
		}
	}
	return out
}

// byVirtual returns the fix that gives the packages a name.
func byVirtual(p *lint.Pass, s *shell.Script, adds []*shell.Command, del *shell.Command) []lint.Fix {
	const name = ".build-deps"
	add := adds[0]
	a, d := add.Package(), del.Package()
	if len(adds) != 1 || len(a.Packages) != len(d.Packages) || !own(s, add) || !own(s, del) || del.Conditional != add.Conditional {
		return nil
	}
	for o := range s.Find("apk") {
		if op := o.Package(); op != nil && op.Virtual != nil {
			return nil // the name may be taken
		}
	}
	r := source.Range{Start: d.Packages[0].Word.Range.Start, End: d.Packages[len(d.Packages)-1].Word.Range.End}
	for _, f := range del.Flags() {
		if f.Range.Start > r.Start && f.Range.Start < r.End {
			return nil
		}
	}
	if commented(p, r) {
		return nil
	}
	return []lint.Fix{{
		Title:         "Add them with --virtual " + name,
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{insertWord(add, add.SubcommandWord(), "--virtual "+name), lint.Replace(r, name)},
	}}
}
