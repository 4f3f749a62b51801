package stages

import (
	"strconv"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/stage"
)

// CopyFromIndex finds COPY --from with a number.
var CopyFromIndex = &lint.Rule{
	ID:      "copy-from-index",
	Summary: "COPY --from should name a stage, not number it",
	Aliases: []string{"kics/using_unnamed_build_stages"},
	Doc: `
A number means another stage as soon as one is added above. A name does not, and it
says what is copied from.

The fix writes the name of the stage. One that has none is named build, or builder and
a number where that is taken, and all numbers that mean it are replaced.
`,
	Bad:      "FROM alpine:3.22\nRUN make\nFROM scratch\nCOPY --from=0 /a /a\n",
	Good:     "FROM alpine:3.22 AS build\nRUN make\nFROM scratch\nCOPY --from=build /a /a\n",
	Severity: lint.Info,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		var fixes map[*stage.Stage][]lint.Fix // one for all numbers of a stage
		for _, s := range p.Stages().Stages {
			for _, u := range s.Uses {
				if !u.ByIndex || u.Stage == nil || u.Stage == s || u.By.Err != nil {
					continue
				}
				d := lint.Diagnostic{
					Range:   u.Ref.Range,
					Message: "this number means another stage when one is added above: name the stage",
					Related: []lint.Related{{Range: u.Stage.From.Keyword.Range, Message: "stage " + u.Ref.Value}},
				}
				known := false
				if d.Fixes, known = fixes[u.Stage]; !known {
					if fixes == nil {
						fixes = map[*stage.Stage][]lint.Fix{}
					}
					d.Fixes = nameStage(p, u.Stage)
					fixes[u.Stage] = d.Fixes
				}
				p.Report(d)
			}
		}
	},
}

// nameStage replaces all numbers of the stage by its name.
func nameStage(p *lint.Pass, s *stage.Stage) []lint.Fix {
	name := s.Name
	var edits []lint.Edit
	if name == "" {
		if s.From.Err != nil {
			return nil
		}
		name = freeName(p, s)
		as := " AS "
		if s.From.Keyword.Value == "from" {
			as = " as "
		}
		edits = append(edits, lint.Insert(s.Image.Range.End, as+name))
	} else if p.Stages().Named(name) != s || !dockerfile.IsStageName(name) {
		return nil
	}
	for _, u := range s.UsedBy {
		if u.ByIndex && u.By.Err == nil {
			edits = append(edits, lint.Replace(u.Ref.Range, name))
		}
	}
	return []lint.Fix{{Title: "Name the stage " + name, Applicability: lint.Safe, Edits: edits}}
}

// freeName returns a name that no stage, context or image has in the file. It
// differs for each stage, so that the fixes of several go together.
func freeName(p *lint.Pass, s *stage.Stage) string {
	taken := func(name string) bool {
		if p.Stages().Named(name) != nil || isContext(p, name) {
			return true
		}
		for _, o := range p.Stages().Stages {
			for _, u := range o.Uses {
				if u.Ref.Value == name || o.Base.Name == name {
					return true
				}
			}
		}
		return false
	}
	first := true
	for _, o := range p.Stages().Stages[:s.Index] {
		for _, u := range o.UsedBy {
			first = first && (!u.ByIndex || o.Name != "")
		}
	}
	if first && !taken("build") {
		return "build"
	}
	for n := s.Index; ; n += len(p.Stages().Stages) {
		if name := "builder" + strconv.Itoa(n); !taken(name) {
			return name
		}
	}
}
