package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// IneffectiveDirective finds parser directives that are mere comments.
var IneffectiveDirective = &lint.Rule{
	ID:      "ineffective-directive",
	Summary: "A parser directive counts only at the very top of the file",
	Aliases: []string{"tally/syntax-directive-typo"},
	Doc: `
The comments syntax=... and escape=... are parser directives only as long as nothing
else stands above them: no instruction, no other comment, no empty line. Further down
they are comments that do nothing.

A comment check=... in front of an instruction is read by BuildKit and is not
reported.

# Fix safety

The fix moves a syntax directive to the top. It is unsafe because another version of
the frontend may then build the file. There is no fix for escape, which would change
how the whole file is read.
`,
	Bad:      "FROM alpine:3.22\n# syntax=docker/dockerfile:1\nRUN echo\n",
	Good:     "# syntax=docker/dockerfile:1\nFROM alpine:3.22\nRUN echo\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for k := range p.Tree().Comments {
			c := &p.Tree().Comments[k]
			name, value, ok := strings.Cut(c.Text, "=")
			if !ok || len(name) > len("escape")+2 {
				continue
			}
			name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
			if !plausibleDirective(name, value) {
				continue
			}
			reportDirective(p, c, name)
		}
	},
}

// plausibleDirective tells a directive from a note that has an equals sign.
func plausibleDirective(name, value string) bool {
	switch name {
	case "syntax":
		return value != "" && !strings.ContainsAny(value, " \t") && strings.ContainsAny(value, "/:")
	case "escape":
		return value == "`" || value == `\`
	}
	return false
}

func reportDirective(p *lint.Pass, c *dockerfile.Comment, name string) {
	f := p.Tree()
	d := lint.Diagnostic{Range: c.Range, Message: name + "= counts only in the first lines of the file, with nothing above: here it is a comment"}
	if prior := f.Directive(name); prior != nil {
		d.Message = "there is a directive " + name + "= already: this one is a comment"
		d.Related = []lint.Related{{Range: prior.Range, Message: "the directive that counts"}}
	} else if name == "syntax" && c.Inside == nil && strings.HasPrefix(p.Source.Slice(c.Range), "#") {
		top := 0
		if strings.HasPrefix(p.Source.Text, source.BOM) {
			top = len(source.BOM)
		}
		line := p.Source.FullLineRange(p.Source.Line(c.Range.Start))
		line.Start = max(line.Start, top)
		if line.Start > top && !strings.HasPrefix(p.Source.Text[top:], "#!") {
			d.Fixes = []lint.Fix{{
				Title:         "Move it to the top",
				Applicability: lint.Unsafe,
				Edits:         []lint.Edit{lint.Insert(top, p.Source.Slice(c.Range)+"\n"), lint.Delete(line)},
			}}
		}
	}
	p.Report(d)
}
