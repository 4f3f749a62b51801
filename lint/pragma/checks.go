package pragma

import (
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/linter"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// BuildKit reads "check" in two places. As a parser directive at the top of the
// file it holds for the file. As a comment it holds for the next instruction,
// under conditions that are easily missed: the comment begins its line, it is
// the first of its kind above the instruction, and no empty comment ("#") lies
// between. Either value ends at the first blank.

const checkForm = "# check=skip=NAME,NAME"

// readDirective reads "# check=skip=A,B;error=true" at the top of the file.
func readDirective(f *dockerfile.File, d *dockerfile.Directive) *Pragma {
	p := &Pragma{Kind: File, Tool: "check", Range: d.Range, Key: d.NameRange, Target: f.Source.All()}
	if err := readChecks(p, f.Source.Text, d.ValueRange); err != nil {
		p.Target = source.Range{Start: d.Range.End, End: d.Range.End}
		p.Bad = "BuildKit refuses to build with this (" + err.Error() + "): write " + checkForm + ";error=true"
	}
	return p
}

// check reads the comment with index k as "check=skip=A,B".
func (r *reader) check(k int) *Pragma {
	c := &r.f.Comments[k]
	value, ok := checkValue(r.f.Source.Text, c)
	if !ok {
		return nil
	}
	nowhere := source.Range{Start: c.Range.End, End: c.Range.End}
	start := c.Range.End - len(c.Text)
	p := &Pragma{
		Kind: Line, Tool: "check", Range: c.Range, Target: nowhere,
		Key: source.Range{Start: start, End: start + len("check")},
	}
	if err := readChecks(p, r.f.Source.Text, value); err != nil {
		if !looksLikeChecks(r.f.Source.Slice(value)) {
			return nil
		}
		p.Bad = "BuildKit does not read this (" + err.Error() + "): write " + checkForm
		return p
	}
	if why := r.unread(k); why != "" {
		p.Bad = "BuildKit does not read this: " + why
		return p
	}
	if p.Error && p.Bad == "" {
		p.Bad = "error= counts only at the very top of the file"
	}
	p.Error = false
	p.Target = r.target(c, Line)
	return p
}

// checkValue returns the range of the value when c reads "check=value".
func checkValue(text string, c *dockerfile.Comment) (source.Range, bool) {
	if !hasPrefixFold(c.Text, "check") {
		return source.Range{}, false
	}
	s := scan{text: text, at: c.Range.End - len(c.Text) + len("check"), end: c.Range.End}
	s.blanks()
	if !s.eat('=') {
		return source.Range{}, false
	}
	s.blanks()
	return source.Range{Start: s.at, End: s.end}, s.at < s.end
}

// looksLikeChecks tells a mistaken value from a sentence.
func looksLikeChecks(value string) bool {
	n := strings.IndexFunc(value, func(c rune) bool { return !unicode.IsLetter(c) })
	if n < 0 {
		n = len(value)
	}
	return dockerfile.Nearest(value[:n], []string{"skip", "error", "experimental"}) != ""
}

// readChecks reads the options into p. What BuildKit refuses is an error and
// leaves p as it was.
func readChecks(p *Pragma, text string, value source.Range) error {
	all := text[value.Start:value.End]
	v, reason, blank := strings.Cut(all, " ")
	if _, err := linter.ParseLintOptions(v); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if blank && (endsOpen(v) || reason != "" && strings.ContainsAny(reason[:1], ",;=")) {
		p.Bad = "BuildKit stops reading at the first blank: leave out the blanks"
	} else {
		p.Reason = reason
	}
	at := value.Start
	for _, part := range strings.SplitN(v, ";", 3) { // three, as BuildKit does
		key, list, _ := strings.Cut(part, "=")
		switch strings.TrimSpace(key) {
		case "skip":
			readSkips(p, text, source.Range{Start: at + len(key) + 1, End: at + len(part)})
		case "error":
			c, _ := linter.ParseLintOptions("error=" + list)
			p.Error = c != nil && c.ReturnAsError
		}
		at += len(part) + 1
	}
	return nil
}

// endsOpen reports whether v ends where more should follow.
func endsOpen(v string) bool { return v != "" && strings.ContainsAny(v[len(v)-1:], ",;=") }

// readSkips reads the names of one skip option. A later one replaces an earlier
// one, and "all" counts only when it stands alone.
func readSkips(p *Pragma, text string, r source.Range) {
	if v := strings.TrimSpace(text[r.Start:r.End]); v == "all" {
		p.All = true
		p.Names = append(p.Names, &Name{Value: v, Range: r})
		return
	}
	p.Names = nil
	for r.Start <= r.End {
		end := r.End
		if n := strings.IndexByte(text[r.Start:r.End], ','); n >= 0 {
			end = r.Start + n
		}
		value := strings.TrimSpace(text[r.Start:end])
		switch {
		case strings.EqualFold(value, "all"):
			p.Bad = "BuildKit takes " + quote(value) + " for the name of a rule here: write skip=all alone"
		case value != "":
			start := r.Start + strings.Index(text[r.Start:end], value)
			p.Names = append(p.Names, &Name{Value: value, Range: source.Range{Start: start, End: start + len(value)}})
		}
		r.Start = end + 1
	}
}

// unread says why BuildKit passes over the check comment with index k; empty
// when it reads it.
func (r *reader) unread(k int) string {
	all := r.f.Comments
	c := &all[k]
	if c.Inside != nil {
		return "put it above the instruction, not inside"
	}
	if !r.startsLine(c) {
		return "remove the blanks in front of it"
	}
	ins := r.below(c)
	if ins == nil {
		return "no instruction follows"
	}
	if r.lastReset(k, ins) > k {
		return "an empty comment stands between it and the instruction"
	}
	top := 0
	if ins.Index > 0 {
		top = r.f.Instructions[ins.Index-1].Lines.End
	}
	for j := k - 1; j >= 0 && all[j].Range.Start >= top && !r.resets(&all[j]); j-- {
		if _, ok := checkValue(r.f.Source.Text, &all[j]); ok && r.startsLine(&all[j]) {
			return "it reads only the first check comment above an instruction; put the names there"
		}
	}
	return ""
}

// lastReset returns the index of the last comment behind the one with index k and
// above ins that resets, -1 for none. It looks once for each instruction: the first
// comment that asks is the uppermost.
func (r *reader) lastReset(k int, ins *dockerfile.Instruction) int {
	if r.resetAbove != ins {
		r.resetAbove, r.reset = ins, -1
		all := r.f.Comments
		for j := k + 1; j < len(all) && all[j].Range.Start < ins.Lines.Start; j++ {
			if r.resets(&all[j]) {
				r.reset = j
			}
		}
	}
	return r.reset
}

func (r *reader) startsLine(c *dockerfile.Comment) bool {
	text := r.f.Source.Text[:c.Range.Start]
	return text == "" || text == source.BOM || strings.HasSuffix(text, "\n")
}

// resets reports whether BuildKit forgets the comments above at c.
func (r *reader) resets(c *dockerfile.Comment) bool { return c.Text == "" && r.startsLine(c) }
