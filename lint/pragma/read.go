package pragma

import (
	"strings"
	"unicode"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// Read returns the pragmas of f in source order.
//
// Those of dlint and hadolint reach over empty lines, comments and each other.
// BuildKit's check comment reaches what BuildKit lets it reach: see checks.go.
func Read(f *dockerfile.File, g *stage.Graph) []*Pragma {
	var out []*Pragma
	for k := range f.Directives {
		if d := &f.Directives[k]; d.Name == "check" {
			out = append(out, readDirective(f, d))
		}
	}
	r := reader{f: f, g: g}
	for k := range f.Comments {
		if p := r.comment(k); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// reader reads the comments of a file, from first to last.
type reader struct {
	f *dockerfile.File
	g *stage.Graph
	// next is the index of the first instruction behind the last comment asked
	// for.
	next int
	// reset is the last comment above the instruction resetAbove at which BuildKit
	// forgets those before it; -1 for none.
	resetAbove *dockerfile.Instruction
	reset      int
	// shellIn is the stage in which a SHELL was last looked for, shell where the
	// next one begins.
	shellIn *stage.Stage
	shell   int
}

// comment reads the comment with that index; nil when it is none of ours.
func (r *reader) comment(k int) *Pragma {
	c := &r.f.Comments[k]
	if len(c.Text) <= len("dlint") {
		return nil
	}
	var p *Pragma
	switch c.Text[0] | 0x20 {
	case 'd':
		if hasPrefixFold(c.Text, "dlint") {
			p = r.own(c)
		}
	case 'h':
		if hasPrefixFold(c.Text, "hadolint") {
			p = r.hadolint(c, "hadolint")
		}
	case 't':
		if hasPrefixFold(c.Text, "tally") {
			p = r.hadolint(c, "tally")
		}
	case 'c':
		if hasPrefixFold(c.Text, "check") {
			return r.check(k)
		}
	}
	if p == nil {
		return nil
	}
	p.Range = c.Range
	p.Target = r.target(c, p.Kind)
	return p
}

// below returns the instruction that c stands in or above; nil at the end of
// the file.
func (r *reader) below(c *dockerfile.Comment) *dockerfile.Instruction {
	if c.Inside != nil {
		return c.Inside
	}
	all := r.f.Instructions
	for r.next < len(all) && all[r.next].Lines.Start < c.Range.Start {
		r.next++
	}
	if r.next == len(all) {
		return nil
	}
	return all[r.next]
}

// target returns what a pragma at c reaches. It begins behind the comment, so
// that comments between it and the instruction are reached, too, and the
// pragma itself is not.
func (r *reader) target(c *dockerfile.Comment, kind Kind) source.Range {
	nothing := source.Range{Start: c.Range.End, End: c.Range.End}
	ins := r.below(c)
	switch {
	case kind == File:
		return r.f.Source.All()
	case kind == Line && ins == nil:
		return nothing
	case kind == Line && c.Inside != nil:
		return ins.Lines
	case kind == Line:
		return source.Range{Start: c.Range.End, End: ins.Lines.End}
	}
	s := r.stage(ins)
	if s == nil {
		return nothing
	}
	whole := source.Range{Start: min(c.Range.End, s.From.Lines.Start), End: r.stageEnd(s)}
	if kind == Shell {
		return r.untilShell(s, source.Range{Start: c.Range.End, End: whole.End})
	}
	return whole
}

// stage returns the stage meant by a comment in or above ins. Above the first
// FROM it is the first stage, behind the last instruction the last.
func (r *reader) stage(ins *dockerfile.Instruction) *stage.Stage {
	if r.g == nil || len(r.g.Stages) == 0 {
		return nil
	}
	if ins == nil {
		return r.g.Stages[len(r.g.Stages)-1]
	}
	if s := r.g.StageOf(ins); s != nil {
		return s
	}
	return r.g.Stages[0]
}

// stageEnd returns where the last line of s ends, for the last stage the end of
// the file.
func (r *reader) stageEnd(s *stage.Stage) int {
	switch {
	case s.Index == len(r.g.Stages)-1:
		return len(r.f.Source.Text)
	case len(s.Body) > 0:
		return s.Body[len(s.Body)-1].Lines.End
	}
	return s.From.Lines.End
}

// untilShell cuts reach at the first SHELL in it, which says better what runs. What
// was found for the comment before still holds when it lies behind this one.
func (r *reader) untilShell(s *stage.Stage, reach source.Range) source.Range {
	if r.shellIn != s || r.shell < reach.Start {
		r.shellIn, r.shell = s, reach.End
		for _, ins := range s.Body {
			if ins.Name == "SHELL" && ins.Lines.Start >= reach.Start {
				r.shell = ins.Lines.Start
				break
			}
		}
	}
	reach.End = r.shell
	return reach
}

// own reads "dlint ignore=a,b -- reason".
func (r *reader) own(c *dockerfile.Comment) *Pragma {
	s := scan{text: r.f.Source.Text, at: c.Range.End - len(c.Text) + len("dlint"), end: c.Range.End}
	p := &Pragma{Tool: "dlint"}
	if s.peek() == '-' {
		return s.glued(p)
	}
	colon := s.eat(':')
	if !colon && !s.blanks() {
		return nil // another word, such as "dlinted"
	}
	s.blanks()
	p.Key = s.word()
	key := s.key(p.Key)
	known := true
	switch key {
	case "ignore":
	case "ignore-stage":
		p.Kind = Stage
	case "ignore-file":
		p.Kind = File
	default:
		known = false
	}
	equals := s.equals()
	switch {
	case known:
		s.list(p, equals, "# dlint "+key+"=")
	case equals || colon && key != "":
		p.Bad = "dlint knows no pragma " + quote(s.slice(p.Key)) + ownForms
	default:
		return nil // a sentence about dlint
	}
	return p
}

const ownForms = ": write ignore=RULE for the next instruction, ignore-stage=RULE for a stage, or ignore-file=RULE for the file"

// glued reads "dlint-ignore=a", which is close enough to be meant.
func (s *scan) glued(p *Pragma) *Pragma {
	s.at++
	p.Key = s.word()
	switch s.key(p.Key) {
	case "ignore", "ignore-stage", "ignore-file", "disable", "ignore-next-line", "disable-next-line":
		p.Bad = "a blank belongs behind dlint" + ownForms
		return p
	}
	return nil
}

// tallyNames turns names as tally writes them into those that are known here. The
// reason stands behind the last of them: "max-lines;reason=generated".
func (p *Pragma) tallyNames() {
	for k, n := range p.Names {
		name, reason, found := strings.Cut(n.Value, ";")
		if found {
			p.Names = p.Names[:k+1]
			p.Reason = strings.TrimSpace(strings.TrimPrefix(reason, "reason=") + " " + p.Reason)
			n.Range.End = n.Range.Start + len(name)
		}
		for _, namespace := range [...]string{"hadolint/", "buildkit/", "shellcheck/"} {
			name = strings.TrimPrefix(name, namespace)
		}
		if strings.Contains(name, "-") && !strings.Contains(name, "/") {
			name = "tally/" + name
		}
		n.Value = name
		p.All = p.All || strings.EqualFold(name, "all")
	}
}

// hadolint reads "hadolint ignore=DL3008", "hadolint global ignore=DL3008",
// "hadolint stage ignore=DL3008" and "hadolint shell=/bin/bash". Those of tally
// look the same.
func (r *reader) hadolint(c *dockerfile.Comment, tool string) *Pragma {
	s := scan{text: r.f.Source.Text, at: c.Range.End - len(c.Text) + len(tool), end: c.Range.End}
	p := &Pragma{Tool: tool}
	colon := s.eat(':')
	if !s.blanks() && !colon {
		return nil
	}
	p.Key = s.word()
	key, scope := s.key(p.Key), ""
	if key == "global" || key == "stage" {
		scope = key + " "
		p.Kind = File
		if key == "stage" {
			p.Kind = Stage
		}
		s.blanks()
		p.Key = s.word()
		key = s.key(p.Key)
	}
	equals := s.equals()
	switch {
	case key == "ignore":
		s.list(p, equals, "# "+tool+" "+scope+"ignore=")
		if tool == "tally" {
			p.tallyNames()
		}
	case key == "shell" && scope == "" && equals:
		p.Kind = Shell
		value := s.token()
		p.Value = s.slice(value)
		if p.Value == "" {
			p.Bad = "no shell is named: write # " + tool + " shell=/bin/bash"
		}
		s.blanks()
		p.Reason = s.rest()
	case equals:
		p.Bad = tool + " knows no pragma " + quote(s.slice(p.Key)) +
			": write ignore=CODE for the next instruction, global ignore=CODE for the file, or shell=SHELL"
	default:
		return nil
	}
	return p
}

// scan is a place in a comment.
type scan struct {
	text    string
	at, end int
}

func (s *scan) slice(r source.Range) string { return s.text[r.Start:r.End] }

// peek returns the next byte, zero at the end.
func (s *scan) peek() byte {
	if s.at < s.end {
		return s.text[s.at]
	}
	return 0
}

func (s *scan) eat(b byte) bool {
	if s.at < s.end && s.text[s.at] == b {
		s.at++
		return true
	}
	return false
}

// blanks skips white space and reports whether there was some.
func (s *scan) blanks() bool {
	rest := s.text[s.at:s.end]
	n := len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
	s.at += n
	return n > 0
}

// equals skips an equals sign or colon with the blanks around it.
func (s *scan) equals() bool {
	back := s.at
	s.blanks()
	if !s.eat('=') && !s.eat(':') {
		s.at = back
		s.blanks()
		return false
	}
	s.blanks()
	return true
}

// word reads letters, digits, hyphens and underscores.
func (s *scan) word() source.Range {
	start := s.at
	for s.at < s.end {
		b := s.text[s.at]
		if b != '-' && b != '_' && (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') {
			break
		}
		s.at++
	}
	return source.Range{Start: start, End: s.at}
}

// key returns a word as keys are compared.
func (s *scan) key(r source.Range) string {
	return strings.ReplaceAll(strings.ToLower(s.slice(r)), "_", "-")
}

// token reads up to a blank.
func (s *scan) token() source.Range {
	start := s.at
	n := strings.IndexFunc(s.text[s.at:s.end], unicode.IsSpace)
	if n < 0 {
		n = s.end - s.at
	}
	s.at += n
	return source.Range{Start: start, End: s.at}
}

// name reads one name of a list.
func (s *scan) name() source.Range {
	start := s.at
	n := strings.IndexFunc(s.text[s.at:s.end], func(c rune) bool { return c == ',' || unicode.IsSpace(c) })
	if n < 0 {
		n = s.end - s.at
	}
	s.at += n
	return source.Range{Start: start, End: s.at}
}

// list reads names and a reason into p. form is how the pragma begins, for
// advice.
func (s *scan) list(p *Pragma, equals bool, form string) {
	if !equals {
		rest := s.rest()
		p.Bad = "no rule is named: write " + form + "RULE,RULE -- reason"
		if rest != "" {
			p.Bad = "an equals sign is missing: write " + form + rest
		}
		return
	}
	for {
		s.blanks()
		if s.eat(',') {
			continue
		}
		if s.at >= s.end || s.atReason() {
			break
		}
		r := s.name()
		n := &Name{Value: s.slice(r), Range: r}
		p.Names = append(p.Names, n)
		p.All = p.All || strings.EqualFold(n.Value, "all")
		s.blanks()
		if s.peek() != ',' {
			break
		}
	}
	marked := s.skipReasonMark()
	p.Reason = s.rest()
	switch {
	case len(p.Names) == 0:
		p.Bad = "no rule is named: write " + form + "RULE,RULE -- reason"
	case p.Reason != "" && !marked && p.Tool == "dlint":
		p.Bad = "behind the names stands " + quote(cut(p.Reason, 40)) +
			": separate names by commas, and put -- in front of a reason"
	}
}

// reasonMarks stand between the names and the reason.
var reasonMarks = [...]string{"--", "—", "–", "#"}

func (s *scan) atReason() bool {
	for _, m := range reasonMarks {
		if strings.HasPrefix(s.text[s.at:s.end], m) {
			return true
		}
	}
	return false
}

func (s *scan) skipReasonMark() bool {
	for _, m := range reasonMarks {
		if strings.HasPrefix(s.text[s.at:s.end], m) {
			s.at += len(m)
			return true
		}
	}
	return false
}

// rest returns what is left, trimmed.
func (s *scan) rest() string { return strings.TrimSpace(s.text[s.at:s.end]) }

// hasPrefixFold reports whether s begins with prefix, which is ASCII, in any
// case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func quote(s string) string { return `"` + s + `"` }

// cut shortens s to about n bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
