// Package format lays Dockerfiles out in one way, without changing what is
// built.
//
// It writes keywords in capitals, puts one blank between the words in front of
// the arguments, takes indentation and needless blank lines away, and indents
// the continued lines of instructions for which blanks mean nothing. It does
// not touch the text of shell commands and here-documents: a blank there is part
// of the command, and a changed command is built again. Nor does it touch what
// stands behind ONBUILD, which the image holds as it is written.
//
// That nothing changes is checked, not hoped for: the result is parsed, and an
// instruction that BuildKit's parser reads in another way than before stays as
// it was.
package format

import (
	"cmp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Indent is what continued lines begin with.
const Indent = "    "

// free marks edits that belong to no instruction.
const free = -1

// change is an edit with the instruction it belongs to.
type change struct {
	lint.Edit
	owner int
}

// rounds is how often a result is laid out again at most. One round is enough
// but for texts that end in the middle of an instruction.
const rounds = 4

// File returns the edits that lay f out, in order. None are needed when the file
// is laid out already. Broken instructions stay as they are, and so does a file that
// ends in the middle of one.
func File(f *dockerfile.File) []lint.Edit {
	if unfinished(f) {
		return nil
	}
	edits := once(f)
	if len(edits) == 0 {
		return nil
	}
	text := fix.Apply(f.Source.Text, edits)
	last := text
	for range rounds {
		g := dockerfile.Parse(source.NewFile(f.Source.Path, last))
		more := once(g)
		if len(more) == 0 {
			break
		}
		last = fix.Apply(last, more)
	}
	if last == text {
		return edits
	}
	return difference(f.Source.Text, last)
}

// unfinished reports whether the text ends in the middle of an instruction, as
// while it is being written.
func unfinished(f *dockerfile.File) bool {
	body := strings.TrimRight(f.Source.Text, " \t\r\n")
	n := len(f.Instructions)
	return n > 0 && strings.HasSuffix(body, string(f.Escape)) && f.Instructions[n-1].Lines.End >= len(body)
}

// difference returns the edits that turn a into b. A line end that a has not
// stands alone, for only then it is kept.
func difference(a, b string) []lint.Edit {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	end := source.Range{Start: n, End: len(a)}
	if body, ok := strings.CutSuffix(b[n:], "\n"); ok && !strings.HasSuffix(a, "\n") {
		out := []lint.Edit{lint.Insert(len(a), "\n")}
		if body != a[n:] {
			out = append([]lint.Edit{lint.Replace(end, body)}, out...)
		}
		return out
	}
	return []lint.Edit{lint.Replace(end, b[n:])}
}

// once lays f out in one go.
func once(f *dockerfile.File) []lint.Edit {
	p := &printer{f: f, text: f.Source.Text}
	p.lines()
	for _, ins := range f.Instructions {
		p.instruction(ins)
	}
	return p.settle()
}

// Text returns the text of f, laid out.
func Text(f *dockerfile.File) string {
	edits := File(f)
	if len(edits) == 0 {
		return f.Source.Text
	}
	return fix.Apply(f.Source.Text, edits)
}

// printer collects the edits of a file.
type printer struct {
	f    *dockerfile.File
	text string
	out  []change
}

// replace replaces a range, unless it holds that text already.
func (p *printer) replace(owner int, start, end int, text string) {
	if start <= end && p.text[start:end] != text {
		p.out = append(p.out, change{lint.Replace(source.Range{Start: start, End: end}, text), owner})
	}
}

// settle drops the edits that would change the meaning.
func (p *printer) settle() []lint.Edit {
	slices.SortStableFunc(p.out, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.Range.Start, b.Range.Start), cmp.Compare(a.Range.End, b.Range.End))
	})
	p.out = apart(p.out)
	for len(p.out) > 0 {
		edits := make([]lint.Edit, len(p.out))
		for k := range p.out {
			edits[k] = p.out[k].Edit
		}
		bad, same := p.compare(fix.Apply(p.text, edits))
		if same {
			return edits
		}
		n := len(p.out)
		p.out = slices.DeleteFunc(p.out, func(c change) bool {
			if len(bad) == 0 {
				return c.owner == free
			}
			return bad[c.owner]
		})
		if len(p.out) == n {
			return nil
		}
	}
	return nil
}

// apart drops edits that lie over an earlier one.
func apart(list []change) []change {
	kept := list[:0]
	for _, c := range list {
		if n := len(kept); n == 0 || kept[n-1].Range.End <= c.Range.Start && kept[n-1].Range != c.Range {
			kept = append(kept, c)
		}
	}
	return kept
}

// compare parses the result. It returns the instructions that are read in
// another way; none when the two files do not even have the same ones.
func (p *printer) compare(text string) (bad map[int]bool, same bool) {
	g := dockerfile.Parse(source.NewFile(p.f.Source.Path, text))
	if len(g.Instructions) != len(p.f.Instructions) || len(g.Errors) != len(p.f.Errors) ||
		len(g.Comments) != len(p.f.Comments) || !sameDirectives(p.f.Directives, g.Directives) {
		return nil, false
	}
	bad = map[int]bool{}
	for k, a := range p.f.Instructions {
		b := g.Instructions[k]
		if a.Name != b.Name || (a.Err == nil) != (b.Err == nil) || !sameNode(a.Node, b.Node, true) {
			bad[k] = true
		}
	}
	return bad, len(bad) == 0
}

func sameDirectives(a, b []dockerfile.Directive) bool {
	return slices.EqualFunc(a, b, func(x, y dockerfile.Directive) bool { return x.Name == y.Name && x.Value == y.Value })
}

// sameNode compares what BuildKit's parser reads. The keyword at the top may
// differ in case.
func sameNode(a, b *parser.Node, top bool) bool {
	for ; a != nil && b != nil; a, b = a.Next, b.Next {
		if keyword := top && strings.EqualFold(a.Value, b.Value); a.Value != b.Value && !keyword && !isAs(a, b) {
			return false
		}
		top = false
		if !slices.Equal(a.Flags, b.Flags) || !slices.EqualFunc(a.Heredocs, b.Heredocs, func(x, y parser.Heredoc) bool { return x == y }) {
			return false
		}
		if len(a.Attributes) != len(b.Attributes) || len(a.Children) != len(b.Children) {
			return false
		}
		for k, v := range a.Attributes {
			if b.Attributes[k] != v {
				return false
			}
		}
		for k := range a.Children {
			if !sameNode(a.Children[k], b.Children[k], true) {
				return false
			}
		}
	}
	return a == nil && b == nil
}

// isAs reports whether both are the AS of a FROM.
func isAs(a, b *parser.Node) bool {
	return strings.EqualFold(a.Value, "as") && strings.EqualFold(b.Value, "as") && a.Next != nil && a.Next.Next == nil
}

// lines takes care of what stands between instructions: blank lines, the blanks
// around comments, the end of the file.
func (p *printer) lines() {
	src := p.f.Source
	taken := make([]bool, src.Lines())
	for _, ins := range p.f.Instructions {
		for l := src.Line(ins.Lines.Start); l < len(taken) && src.FullLineRange(l).Start < ins.Lines.End; l++ {
			taken[l] = true
		}
	}
	blank, seen := 0, false
	bodyEnd := len(strings.TrimRight(p.text, " \t\r\n"))
	for l := range taken {
		r := src.LineRange(l)
		full := src.FullLineRange(l)
		trimmed := strings.Trim(src.Slice(r), " \t")
		switch {
		case taken[l]:
			blank, seen = 0, true
		case trimmed == "" || trimmed == source.BOM:
			if full.Empty() || strings.HasPrefix(src.Slice(r), source.BOM) {
				continue
			}
			blank++
			if blank > 1 || !seen || full.End >= bodyEnd {
				p.replace(free, full.Start, full.End, "")
			} else {
				p.replace(free, r.Start, r.End, "")
			}
		default:
			blank, seen = 0, true
			start := r.Start
			if strings.HasPrefix(src.Text[start:], source.BOM) {
				start += len(source.BOM)
			}
			p.replace(free, start, r.End, strings.Trim(src.Text[start:r.End], " \t"))
		}
	}
	p.lastLine()
}

// lastLine ends the text in one line end. Where the text has none and blanks
// behind its last line, that line's own end goes with them: an insertion at the
// very end is the only line end there that counts.
func (p *printer) lastLine() {
	n := len(p.text)
	body := strings.TrimRight(p.text, " \t\r\n")
	if n == 0 || p.text[n-1] == '\n' || strings.Trim(body, source.BOM) == "" {
		return
	}
	line := p.f.Source.Line(len(body))
	r := p.f.Source.FullLineRange(line)
	if last := p.f.Source.LineRange(line); r.End < n {
		p.replace(free, last.End, r.End, "")
	}
	p.out = append(p.out, change{lint.Insert(n, "\n"), free})
}

// instruction lays one instruction out.
func (p *printer) instruction(ins *dockerfile.Instruction) {
	if ins.Err != nil || ins.Name == "" {
		return
	}
	k := ins.Index
	start := p.f.Source.LineRange(p.f.Source.Line(ins.Range.Start)).Start
	if start == 0 && strings.HasPrefix(p.text, source.BOM) {
		start += len(source.BOM)
	}
	if strings.Trim(p.text[start:ins.Range.Start], " \t") == "" {
		p.replace(k, start, ins.Range.Start, "")
	}
	p.replace(k, ins.Keyword.Range.Start, ins.Keyword.Range.End, ins.Name)
	last := ins.Keyword.Range.End
	for _, fl := range ins.Flags {
		p.gap(k, last, fl.Range.Start)
		last = fl.Range.End
	}
	if ins.Trigger != nil {
		p.gap(k, last, ins.Trigger.Range.Start)
		return // the image holds the trigger as it is written
	}
	if !ins.ArgsRange.Empty() {
		p.gap(k, last, ins.ArgsRange.Start)
	}
	if ins.Name == "FROM" {
		p.from(ins)
	}
	p.continued(ins)
}

// gap puts one blank between two words on one line.
func (p *printer) gap(owner, start, end int) {
	if start < end && strings.Trim(p.text[start:end], " \t") == "" {
		p.replace(owner, start, end, " ")
	}
}

// from writes AS in capitals, with one blank at each side.
func (p *printer) from(ins *dockerfile.Instruction) {
	for k, a := range ins.Args {
		if k > 0 {
			p.gap(ins.Index, ins.Args[k-1].Range.End, a.Range.Start)
		}
		if k == 1 && len(ins.Args) == 3 && strings.EqualFold(a.Value, "as") {
			p.replace(ins.Index, a.Range.Start, a.Range.End, "AS")
		}
	}
}

// continued lays out the lines of an instruction behind its first: blanks behind
// the escape character go, and so do empty lines, and comments and the words of
// instructions for which blanks mean nothing are indented.
func (p *printer) continued(ins *dockerfile.Instruction) {
	src := p.f.Source
	first, last := src.Line(ins.Range.Start), src.Line(max(ins.Header.End-1, ins.Range.Start))
	words := !shellText(ins)
	below, at := "", first // the indentation of the next line that is no comment
	for l := first; l <= last; l++ {
		r := src.LineRange(l)
		line := src.Slice(r)
		trimmed := strings.TrimRight(line, " \t")
		escaped := strings.HasSuffix(trimmed, string(p.f.Escape))
		if l > first && strings.TrimSpace(line) == "" {
			p.replace(ins.Index, src.FullLineRange(l).Start, src.FullLineRange(l).End, "")
			continue
		}
		if escaped || words && l == last {
			p.replace(ins.Index, r.Start+len(trimmed), r.End, "")
		}
		if words && escaped {
			p.escape(ins.Index, r.Start, trimmed, src.FullLineRange(l).End)
		}
		if l == first {
			continue
		}
		lead := len(line) - len(strings.TrimLeft(line, " \t"))
		if isComment := strings.HasPrefix(line[lead:], "#"); isComment || words {
			want := Indent
			if isComment && !words {
				if at <= l {
					below, at = p.indentBelow(l, last)
				}
				want = below
			}
			p.replace(ins.Index, r.Start, r.Start+lead, want)
		}
	}
}

// escape puts one blank in front of the escape character at the end of a line,
// if there is one there or at the start of the next line.
func (p *printer) escape(owner, start int, trimmed string, next int) {
	body := strings.TrimRight(trimmed[:len(trimmed)-1], " \t")
	apart := len(body) < len(trimmed)-1 || next < len(p.text) && (p.text[next] == ' ' || p.text[next] == '\t')
	if apart && body != "" {
		p.replace(owner, start+len(body), start+len(trimmed)-1, " ")
	}
}

// indentBelow returns the indentation of the next line that is no comment, and
// where that is.
func (p *printer) indentBelow(line, last int) (indent string, at int) {
	for l := line + 1; l <= last; l++ {
		text := p.f.Source.Slice(p.f.Source.LineRange(l))
		rest := strings.TrimLeft(text, " \t")
		if rest != "" && rest[0] != '#' {
			return text[:len(text)-len(rest)], l
		}
	}
	return Indent, last + 1
}

// shellText reports whether blanks between the words of an instruction are part
// of a command or of a value.
func shellText(ins *dockerfile.Instruction) bool {
	switch ins.Name {
	case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK":
		return !ins.JSON
	case "MAINTAINER", "SHELL":
		return true
	}
	return false
}
