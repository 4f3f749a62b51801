package metadata

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// authors is the label of the OCI image specification for what MAINTAINER says.
const authors = "org.opencontainers.image.authors"

// MaintainerDeprecated finds MAINTAINER.
var MaintainerDeprecated = &lint.Rule{
	ID:      "maintainer-deprecated",
	Summary: "MAINTAINER is deprecated in favour of a label",
	Aliases: []string{
		"DL4000", "MaintainerDeprecated", "DS-0022", "CKV_DOCKER_6", "S6586",
		"kics/maintainer_instruction_being_used", "semgrep/maintainer-is-deprecated", "ID.20008",
	},
	Doc: `
MAINTAINER sets a field of the image that no tool looks at any more. The label
org.opencontainers.image.authors holds the same and can be read and searched
like every other label.

The fix writes that label with the same text. Quotes around the whole text, which
MAINTAINER would keep, are dropped; variables, which MAINTAINER does not replace,
are escaped. The field itself, Author in the configuration of the image, becomes
empty.

# Fix safety

The fix is unsafe where a comment stands between the lines of the instruction,
because it is lost, and where the stage has that label already: then MAINTAINER is
deleted.
`,
	Bad:      "FROM scratch\nMAINTAINER Grace <grace@example.com>\n",
	Good:     "FROM scratch\nLABEL org.opencontainers.image.authors=\"Grace <grace@example.com>\"\n",
	Severity: lint.Warning,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for ins := range p.Instructions("MAINTAINER") {
			p.Report(lint.Diagnostic{
				Range:   ins.Keyword.Range,
				Message: "MAINTAINER is deprecated and no tool reads it: write LABEL " + authors + " instead",
				Fixes:   []lint.Fix{replaceMaintainer(p, ins)},
				Tag:     lint.Deprecated,
			})
		}
	},
}

func replaceMaintainer(p *lint.Pass, ins *dockerfile.Instruction) lint.Fix {
	if hasLabel(p, ins, authors) {
		return lint.Fix{
			Title:         "Delete MAINTAINER, which the label replaces already",
			Applicability: lint.Unsafe,
			Edits:         []lint.Edit{lint.Delete(ins.Lines)},
		}
	}
	fix := lint.Fix{
		Title:         "Replace MAINTAINER by the label " + authors,
		Applicability: lint.Safe,
	}
	if commented(p, ins) {
		fix.Applicability = lint.Unsafe
	}
	label := "LABEL"
	if ins.Keyword.Value == "maintainer" {
		label = "label"
	}
	r := source.Range{Start: ins.Keyword.Range.Start, End: ins.ArgsRange.End}
	value := quote(unquote(ins.Args[0].Value), p.Tree().Escape)
	fix.Edits = []lint.Edit{lint.Replace(r, label+" "+authors+"="+value)}
	return fix
}

// hasLabel reports whether a LABEL in the stage of ins sets the key.
func hasLabel(p *lint.Pass, ins *dockerfile.Instruction, key string) bool {
	stage := p.Stages().StageOf(ins)
	if stage == nil {
		return false
	}
	for _, o := range stage.Body {
		if o.Name != "LABEL" || o.Err != nil {
			continue
		}
		for k := range o.Pairs {
			if strings.Trim(o.Pairs[k].Key.Value, `"'`) == key {
				return true
			}
		}
	}
	return false
}

// unquote drops quotes around the whole text.
func unquote(s string) string {
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '"' && s[0] != '\'' {
		return s
	}
	if inner := s[1 : len(s)-1]; strings.IndexByte(inner, s[0]) < 0 {
		return inner
	}
	return s
}

// quote writes s so that BuildKit reads it back as it is.
func quote(s string, escape byte) string {
	var b strings.Builder
	b.WriteByte('"')
	for k := range len(s) {
		if c := s[k]; c == '"' || c == '$' || c == escape {
			b.WriteByte(escape)
		}
		b.WriteByte(s[k])
	}
	b.WriteByte('"')
	return b.String()
}
