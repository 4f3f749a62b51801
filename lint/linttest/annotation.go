package linttest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/source"
)

// want is an annotation: a finding that must be there.
type want struct {
	line   int // of the section, from one
	text   string
	rng    source.Range
	labels []string // severity and rule that stand in front of a colon
	parts  []*regexp.Regexp
}

// annotationLine has groups for blanks, carets, what ends them, and the text.
var annotationLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([ \t]*)(\^+)(\.\.\.|\|)?(?:[ \t]+(.*\S))?[ \t]*$`)
})

// mark is an annotation line that is not yet placed in the text.
type mark struct {
	line       int // of the section, from zero
	above      int // line of the Dockerfile that it stands under; -1 for none
	start, end int // columns
	sign, text string
}

// annotations takes the annotation lines out of a section and sets Text and
// wants.
func (c *Case) annotations(section string) error {
	var lines []string
	var marks []mark
	for k, l := range strings.Split(section, "\n") {
		m := annotationLine().FindStringSubmatch(l)
		if m == nil {
			lines = append(lines, l)
			continue
		}
		start := utf8.RuneCountInString(m[1])
		marks = append(marks, mark{k, len(lines) - 1, start, start + len(m[2]), m[3], m[4]})
	}
	c.Text = c.encode(strings.Join(lines, "\n"))
	f := source.NewFile("", c.Text)
	var open []int // of wants
	for _, m := range marks {
		w, err := c.place(f, m)
		if err != nil {
			return fmt.Errorf("line %d of the Dockerfile: %w", m.line+1, err)
		}
		if m.text == "..." {
			if len(open) == 0 {
				return fmt.Errorf("line %d of the Dockerfile: no range is open here", m.line+1)
			}
			c.wants[open[len(open)-1]].rng.End = w.rng.End
			open = open[:len(open)-1]
			continue
		}
		if m.sign == "..." {
			open = append(open, len(c.wants))
		}
		c.wants = append(c.wants, *w)
	}
	if len(open) > 0 {
		return fmt.Errorf("line %d of the Dockerfile: no line of carets and dots ends the range", c.wants[open[0]].line)
	}
	return nil
}

// place turns a mark into an annotation.
func (c *Case) place(f *source.File, m mark) (*want, error) {
	w := &want{line: m.line + 1, text: m.text}
	start, ok := offset(f, m.above, m.start)
	end, ok2 := offset(f, m.above, m.end)
	if m.sign == "|" {
		if m.end-m.start != 1 {
			return nil, errors.New("one caret stands in front of |")
		}
		end, ok2 = start, true
	}
	if !ok || !ok2 {
		return nil, errors.New("the carets reach behind the end of the line above")
	}
	w.rng = source.Range{Start: start, End: end}
	if m.text == "..." {
		return w, nil
	}
	if m.text == "" {
		return nil, errors.New("the annotation has no message")
	}
	return w, w.message(m.text)
}

// offset returns the place of a column; one behind the last is behind the line
// end.
func offset(f *source.File, line, column int) (int, bool) {
	line = max(line, 0)
	r := f.LineRange(line)
	if line == 0 && strings.HasPrefix(f.Text, source.BOM) {
		r.Start = len(source.BOM)
	}
	n := utf8.RuneCountInString(f.Slice(r))
	switch {
	case column <= n:
		return f.Offset(source.Position{Line: line, Column: column}, source.UTF32), true
	case column == n+1:
		full := f.FullLineRange(line)
		return full.End, full.End > r.End
	}
	return 0, false
}

// message reads what stands behind the carets.
func (w *want) message(text string) error {
	if head, rest, ok := strings.Cut(text, ": "); ok && isLabels(head) {
		w.labels, text = strings.Fields(head), rest
	}
	parts := strings.Split(text, "`")
	if len(parts)%2 == 0 {
		return errors.New("a backquote has no partner")
	}
	for k, p := range parts {
		if k%2 == 0 {
			p = regexp.QuoteMeta(strings.TrimSpace(p))
		}
		if p == "" {
			continue
		}
		re, err := regexp.Compile(p)
		if err != nil {
			return err
		}
		w.parts = append(w.parts, re)
	}
	return nil
}

// isLabels reports whether the text in front of a colon is a severity or the ID
// of a rule, which has a hyphen, or both.
func isLabels(head string) bool {
	fields := strings.Fields(head)
	if len(fields) == 0 || len(fields) > 2 {
		return false
	}
	_, err := lint.ParseSeverity(fields[0])
	last := fields[len(fields)-1]
	isID := strings.Contains(last, "-") && strings.ToLower(last) == last && !strings.ContainsAny(last, "`\"'")
	if len(fields) == 1 {
		return err == nil || isID
	}
	return err == nil && isID
}

// matches reports whether d is the finding that the annotation asks for.
func (w *want) matches(d *lint.Diagnostic) bool {
	if d.Range != w.rng {
		return false
	}
	for _, l := range w.labels {
		if l != d.Severity.String() && l != d.Rule.ID {
			return false
		}
	}
	rest := d.Message
	for _, p := range w.parts {
		at := p.FindStringIndex(rest)
		if at == nil {
			return false
		}
		rest = rest[at[1]:]
	}
	return true
}

// suggest returns an annotation for a finding, below the lines that it stands
// under.
func suggest(f *source.File, d *lint.Diagnostic) string {
	first, last := f.Line(d.Range.Start), f.Line(d.Range.End)
	message := strings.ReplaceAll(d.Message, "`", "'")
	var b strings.Builder
	write := func(line int, carets string) {
		r := f.LineRange(line)
		fmt.Fprintf(&b, "\t%s\n\t%s\n", strings.TrimPrefix(f.Slice(r), source.BOM), carets)
	}
	start := f.Position(d.Range.Start, source.UTF32).Column
	end := f.Position(d.Range.End, source.UTF32).Column
	behind := func(line int) int { return f.Position(f.LineRange(line).End, source.UTF32).Column }
	if last == first+1 && end == 0 {
		// It ends with the line end.
		last, end = first, behind(first)+1
	}
	switch {
	case d.Range.Empty():
		write(first, blanks(f, first, start)+"^| "+message)
	case first == last:
		write(first, blanks(f, first, start)+strings.Repeat("^", end-start)+" "+message)
	default:
		write(first, blanks(f, first, start)+strings.Repeat("^", max(behind(first)-start, 1))+"... "+message)
		if end == 0 {
			write(last, "^| ...")
			break
		}
		write(last, strings.Repeat("^", end)+" ...")
	}
	return b.String()
}

// blanks fills the columns up to start, keeping tabs so that carets line up.
func blanks(f *source.File, line, start int) string {
	var b strings.Builder
	for _, c := range strings.TrimPrefix(f.Slice(f.LineRange(line)), source.BOM) {
		if start == 0 {
			break
		}
		start--
		if c != '\t' {
			c = ' '
		}
		b.WriteRune(c)
	}
	b.WriteString(strings.Repeat(" ", start))
	return b.String()
}
