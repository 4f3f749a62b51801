package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// InvalidSubstitution finds variables that BuildKit cannot put in.
var InvalidSubstitution = &lint.Rule{
	ID:      "invalid-substitution",
	Summary: "BuildKit knows only some forms of ${NAME...}",
	Doc: `
BuildKit puts variables into ADD, ARG, COPY, ENV, EXPOSE, FROM, LABEL, STOPSIGNAL,
USER, VOLUME, WORKDIR and the flags of RUN. Behind the name it knows :-, :+, :?, -, +, ?,
#, ##, %, %%, / and //. Any other form, or a brace that is not closed, stops the build
when it comes to the instruction, though the file can be read.

A ? is left alone, because it depends on the value. Placeholders of templates, as in
${templateOption:name}, look the same: leave such files out.
`,
	Bad:      "FROM alpine:3.22\nARG NAME=web\nENV UPPER=${NAME^^}\n",
	Good:     "FROM alpine:3.22\nARG NAME=WEB\nENV UPPER=${NAME}\n",
	Severity: lint.Error,
	Scope:    lint.InStage,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		if !oddSubstitution(p.Source.Text) {
			return
		}
		for _, ins := range p.Tree().Instructions {
			if !oddSubstitution(p.Source.Slice(ins.Range)) {
				continue
			}
			for _, x := range p.Stages().Refused(ins) {
				if strings.Contains(p.Source.Slice(x.Range), "?") {
					continue
				}
				p.Report(lint.Diagnostic{Range: oddRange(p, x.Range), Message: "BuildKit stops here: " + refusal(x.Err)})
			}
		}
	},
}

func refusal(err error) string {
	s := err.Error()
	if k := strings.LastIndex(s, `": `); k >= 0 { // the word itself, which stands there
		s = s[k+3:]
	}
	if strings.Contains(s, "unsupported modifier") {
		return s + ": use a form that it knows"
	}
	return s
}

// oddSubstitution reports whether the text holds a ${ whose name is followed by
// something else than } and the usual operators.
func oddSubstitution(text string) bool {
	_, ok := nextOdd(text)
	return ok
}

func nextOdd(text string) (int, bool) {
	for at := 0; ; {
		n := strings.Index(text[at:], "${")
		if n < 0 {
			return 0, false
		}
		at += n + 2
		rest := strings.TrimLeft(text[at:], "_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
		if rest == "" {
			return at - 2, true
		}
		switch rest[0] {
		case '}', '-', '+', '?', '#', '%', '/':
			continue
		case ':':
			if len(rest) > 1 && strings.IndexByte("-+?", rest[1]) >= 0 {
				continue
			}
		}
		return at - 2, true
	}
}

// oddRange is the first odd substitution within r, or r.
func oddRange(p *lint.Pass, r source.Range) source.Range {
	text := p.Source.Slice(r)
	start, ok := nextOdd(text)
	if !ok {
		return r
	}
	if end := strings.IndexByte(text[start:], '}'); end >= 0 {
		return source.Range{Start: r.Start + start, End: r.Start + start + end + 1}
	}
	return source.Range{Start: r.Start + start, End: r.End}
}
