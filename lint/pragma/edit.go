package pragma

import (
	"slices"
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// Insert returns the text that hides the named rules, and the offset at which
// to insert it: for Line above the instruction that holds off, for Stage above
// its FROM, for File below the parser directives. A pragma of dlint that stands
// there already gets the names added. The text is empty when all of them are
// there. Where no instruction holds off the next one counts; where there is
// none, and for an off among the directives, the pragma is one for the file.
// Text uses "\n" as its line end.
func Insert(f *dockerfile.File, kind Kind, off int, names []string, reason string) (at int, text string) {
	top := bodyStart(f)
	var ins *dockerfile.Instruction
	if kind != File && off >= top {
		ins = instructionAt(f, off)
	}
	if kind == Stage && ins != nil {
		ins = fromAbove(f, ins)
	}
	if ins == nil {
		kind, at = File, top
		if strings.HasPrefix(f.Source.Text[top:], "#!") && len(f.Instructions) > 0 {
			// Behind a shebang BuildKit looks for directives once more.
			at = f.Instructions[0].Lines.Start
		}
	} else {
		at = ins.Lines.Start
		if kind == Line && off < at {
			at = lineStart(f, off) // a comment above the instruction
		}
	}
	if p := existing(f, kind, ins, at); p != nil {
		return extend(p, names, reason)
	}
	if at > 0 && at == len(f.Source.Text) && f.Source.Text[at-1] != '\n' {
		text = "\n"
	}
	return at, text + indentAt(f, at) + "# dlint " + keyOf(kind) + "=" + strings.Join(names, ",") + suffix(reason) + "\n"
}

func keyOf(kind Kind) string {
	switch kind {
	case Stage:
		return "ignore-stage"
	case File:
		return "ignore-file"
	}
	return "ignore"
}

func suffix(reason string) string {
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		return ""
	}
	return " -- " + reason
}

// bodyStart returns where the first line behind the parser directives starts.
func bodyStart(f *dockerfile.File) int {
	if n := len(f.Directives); n > 0 {
		return lineEnd(f, f.Directives[n-1].Range.End)
	}
	if strings.HasPrefix(f.Source.Text, source.BOM) {
		return len(source.BOM)
	}
	return 0
}

// instructionAt returns the instruction whose lines hold off, else the next.
func instructionAt(f *dockerfile.File, off int) *dockerfile.Instruction {
	for _, ins := range f.Instructions {
		if off < ins.Lines.End || off == ins.Lines.End && off == len(f.Source.Text) {
			return ins
		}
	}
	return nil
}

// fromAbove returns the FROM of the stage that holds ins.
func fromAbove(f *dockerfile.File, ins *dockerfile.Instruction) *dockerfile.Instruction {
	for k := ins.Index; k >= 0; k-- {
		if f.Instructions[k].Name == "FROM" {
			return f.Instructions[k]
		}
	}
	for _, next := range f.Instructions[ins.Index:] {
		if next.Name == "FROM" {
			return next
		}
	}
	return nil
}

// existing returns dlint's pragma of that kind that already reaches ins from at
// or above, or nil.
func existing(f *dockerfile.File, kind Kind, ins *dockerfile.Instruction, at int) *Pragma {
	lo, hi := 0, len(f.Source.Text)
	if ins != nil {
		hi = at
		if ins.Index > 0 {
			lo = f.Instructions[ins.Index-1].Lines.End
		}
	}
	r := reader{f: f}
	var found *Pragma
	for k := range f.Comments {
		c := &f.Comments[k]
		if c.Range.Start < lo || c.Range.End > hi || kind != File && c.Inside != nil || !hasPrefixFold(c.Text, "dlint") {
			continue
		}
		if p := r.own(c); p != nil && p.Kind == kind && p.Bad == "" {
			found = p
		}
	}
	return found
}

// extend adds names behind the last one of p.
func extend(p *Pragma, names []string, reason string) (int, string) {
	at := p.Names[len(p.Names)-1].Range.End
	var b strings.Builder
	for _, n := range names {
		same := func(x *Name) bool { return strings.EqualFold(x.Value, n) }
		if !p.All && !slices.ContainsFunc(p.Names, same) {
			b.WriteString("," + n)
		}
	}
	if b.Len() > 0 && p.Reason == "" {
		b.WriteString(suffix(reason))
	}
	return at, b.String()
}

// RemoveName returns the edit that takes n out of p, which is one of f's: the
// range to replace and the text to put there. With its last name the whole
// comment goes, line and all.
func RemoveName(f *dockerfile.File, p *Pragma, n *Name) (r source.Range, text string) {
	k := slices.Index(p.Names, n)
	switch {
	case k < 0:
		return source.Range{Start: p.Range.End, End: p.Range.End}, ""
	case len(p.Names) == 1:
		return removeOnly(f, p, n)
	case k == 0:
		return source.Range{Start: n.Range.Start, End: p.Names[1].Range.Start}, ""
	}
	return source.Range{Start: p.Names[k-1].Range.End, End: n.Range.End}, ""
}

// removeOnly removes the only name of p.
func removeOnly(f *dockerfile.File, p *Pragma, n *Name) (source.Range, string) {
	if p.Tool == "check" {
		if r := skipOption(f.Source.Text, p, n); !r.Empty() {
			return r, ""
		}
	}
	return RemoveComment(f, p)
}

// skipOption returns the range of the skip option that holds n, with one
// semicolon; empty when there is no other option.
func skipOption(text string, p *Pragma, n *Name) source.Range {
	s := scan{text: text, at: p.Key.End, end: p.Range.End}
	s.equals()
	value := source.Range{Start: s.at, End: s.end}
	if blank := strings.IndexByte(s.text[s.at:s.end], ' '); blank >= 0 {
		value.End = s.at + blank
	}
	option := value
	before := strings.LastIndexByte(text[value.Start:n.Range.Start], ';')
	if before >= 0 {
		option.Start = value.Start + before
	}
	if after := strings.IndexByte(text[n.Range.End:value.End], ';'); after >= 0 {
		option.End = n.Range.End + after
		if before < 0 {
			option.End++
		}
	}
	if option == value {
		return source.Range{}
	}
	return option
}

// RemoveComment returns the edit that removes the comment of p with its line.
// Where that would turn the line below into a parser directive, "#" stays.
func RemoveComment(f *dockerfile.File, p *Pragma) (r source.Range, text string) {
	line := source.Range{Start: lineStart(f, p.Range.Start), End: lineEnd(f, p.Range.End)}
	below := f.Source.Text[line.End:]
	if line.Start == bodyStart(f) && strings.HasPrefix(strings.TrimSpace(below), "#") {
		next, _, _ := strings.Cut(below, "\n")
		if strings.Contains(next, "=") {
			return p.Range, "#"
		}
	}
	return line, ""
}

// lineStart returns where the line that holds off starts, behind a byte order
// mark.
func lineStart(f *dockerfile.File, off int) int {
	start := strings.LastIndexByte(f.Source.Text[:off], '\n') + 1
	if start == 0 && strings.HasPrefix(f.Source.Text, source.BOM) {
		return len(source.BOM)
	}
	return start
}

// lineEnd returns where the line behind the one that holds off starts.
func lineEnd(f *dockerfile.File, off int) int {
	if n := strings.IndexByte(f.Source.Text[off:], '\n'); n >= 0 {
		return off + n + 1
	}
	return len(f.Source.Text)
}

// indentAt returns the blanks that begin the line at off.
func indentAt(f *dockerfile.File, off int) string {
	rest := f.Source.Text[off:]
	return rest[:len(rest)-len(strings.TrimLeft(rest, " \t"))]
}
