package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// BlankAfterContinuation finds blanks behind the escape character.
var BlankAfterContinuation = &lint.Rule{
	ID:      "blank-after-continuation",
	Summary: "Nothing should stand behind the escape character that continues a line",
	Doc: `
BuildKit lets blanks stand behind the escape character at the end of a line. A shell
does not: there the escape character then escapes the blank and the line ends, and the
same happens once the command is moved to a script or a heredoc. Nobody sees the blank.

The fix deletes the blanks.
`,
	Bad:      "FROM alpine:3.22\nRUN echo a \\ \n    b\n",
	Good:     "FROM alpine:3.22\nRUN echo a \\\n    b\n",
	Severity: lint.Style,
	Scope:    lint.InStage,
	Fixable:  true,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		escape := string(p.Tree().Escape)
		if !strings.Contains(p.Source.Text, escape+" ") && !strings.Contains(p.Source.Text, escape+"\t") {
			return
		}
		for ins := range p.Instructions() {
			checkBlanks(p, ins)
		}
	},
}

func checkBlanks(p *lint.Pass, ins *dockerfile.Instruction) {
	text, escape := p.Source.Text, p.Tree().Escape
	last := p.Source.Line(ins.Header.End)
	for line := p.Source.Line(ins.Header.Start); line < last; line++ {
		r := p.Source.LineRange(line)
		end := r.Start + len(strings.TrimRight(text[r.Start:r.End], " \t"))
		if end == r.End || end == r.Start || text[end-1] != escape {
			continue
		}
		body := strings.TrimLeft(text[r.Start:end], " \t")
		if strings.HasPrefix(body, "#") || strings.HasSuffix(body, string([]byte{escape, escape})) {
			continue
		}
		blanks := source.Range{Start: end, End: r.End}
		p.Report(lint.Diagnostic{
			Range:   blanks,
			Message: "blanks behind the escape character, which a shell would not take for a continuation: delete them",
			Fixes: []lint.Fix{{
				Title: "Delete the blanks", Applicability: lint.Safe, Edits: []lint.Edit{lint.Delete(blanks)},
			}},
		})
	}
}
