package linttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shellcheck"
	"github.com/dlint/dlint/lint/source"
)

// verdict is what checking a case came to.
type verdict struct {
	problems []string
	// sections are the sections .fixed and .unsafe as they should be.
	sections map[string]string
	// tried says that fixing went well and sections can be trusted.
	tried bool
	// fixed are the rules that offered a fix.
	fixed map[string]bool
}

func (v *verdict) say(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

// check lints and fixes the case.
func (c *Case) check(ctx context.Context, rules []*lint.Rule) *verdict {
	v := &verdict{sections: map[string]string{}, fixed: map[string]bool{}}
	e, err := c.Engine(rules)
	if err != nil {
		v.say("%v", err)
		return v
	}
	d := c.Document()
	found, err := e.Lint(ctx, d)
	var panicked *lint.PanicError
	if errors.As(err, &panicked) {
		v.say("%v\n%s", err, panicked.Stack)
	} else if err != nil {
		v.say("%v", err)
	}
	for k := range found {
		v.inspect(d, &found[k])
	}
	c.compare(v, d.Source, found)
	if len(v.problems) > 0 {
		return v // what follows would only repeat it
	}
	safe := c.fix(ctx, v, e, lint.Safe)
	unsafe := c.fix(ctx, v, e, lint.Unsafe)
	if safe != nil && unsafe != nil {
		v.tried = true
		c.record(v, safe, fixedSuffix, c.untouched())
		c.record(v, unsafe, unsafeSuffix, safe)
		c.compareSections(v)
	}
	return v
}

// compare matches findings with annotations.
func (c *Case) compare(v *verdict, f *source.File, found []lint.Diagnostic) {
	left := make([]*lint.Diagnostic, len(found))
	for k := range found {
		left[k] = &found[k]
	}
	for _, w := range c.wants {
		k := slices.IndexFunc(left, w.matches)
		if k < 0 {
			v.say("no finding for line %d of the Dockerfile: %s", w.line, w.text)
			continue
		}
		left = slices.Delete(left, k, k+1)
	}
	for _, d := range left {
		v.say("finding of %s without annotation; if it is right, write\n%s", d.Rule.ID, suggest(f, d))
	}
}

// inspect checks one finding and its fixes by themselves.
func (v *verdict) inspect(d *lint.Document, x *lint.Diagnostic) {
	id, text := x.Rule.ID, d.Source.Text
	if x.Range.Start < 0 || x.Range.End < x.Range.Start || x.Range.End > len(text) {
		v.say("%s: the range %v does not lie in the %d bytes of the text", id, x.Range, len(text))
	}
	if x.Message == "" || strings.HasSuffix(x.Message, ".") || strings.TrimSpace(x.Message) != x.Message {
		v.say("%s: the message %q is empty, ends in a period, or has blanks around it", id, x.Message)
	}
	if len(x.Fixes) > 0 {
		v.fixed[id] = true
		if !x.Rule.Fixable {
			v.say("%s: there is a fix, but the rule does not say Fixable", id)
		}
	}
	for k := range x.Fixes {
		f := &x.Fixes[k]
		if f.Title == "" || strings.HasSuffix(f.Title, ".") || f.Title[:1] != strings.ToUpper(f.Title[:1]) {
			v.say("%s: the title %q of a fix is no verb phrase such as: Replace a by b", id, f.Title)
		}
		if err := alone(d, f); err != nil {
			v.say("%s: fix %q: %v", id, f.Title, err)
		}
	}
}

// alone applies one fix, manual ones included, and looks at the result.
func alone(d *lint.Document, f *lint.Fix) error {
	if len(f.Edits)+len(f.Others) == 0 {
		return errors.New("it has no edits")
	}
	if err := fix.Valid(d.Source.Text, f.Edits); err != nil {
		return err
	}
	for _, o := range f.Others {
		old := ""
		if !o.Create {
			data, err := d.Build.Context.ReadFile(o.Path, 0)
			if err != nil {
				return err
			}
			old = string(data)
		}
		if err := fix.Valid(old, o.Edits); err != nil {
			return fmt.Errorf("%s: %w", o.Path, err)
		}
	}
	after := lint.NewDocument(source.NewFile(d.Source.Path, fix.Apply(d.Source.Text, f.Edits)), d.Build)
	if more := after.Tree().Errors; len(more) > len(d.Tree().Errors) {
		return fmt.Errorf("it breaks the Dockerfile: %s\n%s", more[0].Message, after.Source.Text)
	}
	return nil
}

// state is a Dockerfile and the other files of its context.
type state struct {
	text   string
	others map[string]string
}

func (c *Case) untouched() *state { return &state{c.Text, c.Context} }

// fix fixes the case twice; nil when that fails.
func (c *Case) fix(ctx context.Context, v *verdict, e *lint.Engine, least lint.Applicability) *state {
	res, err := fix.Run(ctx, e, c.Document(), least)
	if err != nil {
		v.say("with %s fixes: %v", least, err)
		return nil
	}
	s := &state{res.Text, maps.Clone(c.Context)}
	for _, o := range res.Others {
		s.others[o.Path] = o.Text
	}
	again, err := fix.Run(ctx, e, c.document(s.text, s.others), least)
	switch {
	case err != nil:
		v.say("a second run with %s fixes: %v", least, err)
	case again.Changed || len(again.Others) > 0:
		v.say("a second run with %s fixes still applies %q of %s to\n%s", least, again.Applied[0].Title, again.Applied[0].Rule.ID, s.text)
	}
	for _, p := range res.Panics {
		v.say("%v\n%s", p, p.Stack)
	}
	return s
}

// record notes the sections for what differs between two states.
func (c *Case) record(v *verdict, s *state, suffix string, before *state) {
	if s.text != before.text {
		v.sections[dockerfileName+suffix] = decode(s.text)
		if c.encode(decode(s.text)) != s.text {
			v.say("fixing mixes line ends or drops the byte order mark:\n%q", s.text)
		}
	}
	for name, text := range s.others {
		if old, ok := before.others[name]; !ok || old != text {
			v.sections[name+suffix] = text
		}
	}
}

// compareSections compares the results of fixing with the archive.
func (c *Case) compareSections(v *verdict) {
	for _, name := range slices.Sorted(maps.Keys(v.sections)) {
		got := v.sections[name]
		want, ok := c.expected[name]
		switch {
		case !ok:
			v.say("section %s is missing (go test -update writes it):\n%s", name, got)
		case want != got:
			v.say("section %s differs (go test -update writes it):\n%s", name, fix.Diff(name, want, got, false))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.expected)) {
		if _, ok := v.sections[name]; !ok {
			v.say("section %s is there, but fixing changes nothing (go test -update removes it)", name)
		}
	}
}

// example turns an example of a rule, a Dockerfile or an archive, into a case.
// A plain Dockerfile has no build context.
func example(text string) (*Case, error) {
	text = strings.Trim(text, "\n") + "\n"
	if !strings.HasPrefix(text, "-- ") && !strings.Contains(text, "\n-- ") {
		return &Case{File: "example", Text: text, Context: map[string]string{}, flags: flags{stdin: true}}, nil
	}
	cases, err := parse("example", txtar.Parse([]byte(text)))
	if err != nil {
		return nil, err
	}
	if len(cases) != 1 {
		return nil, errors.New("an example is one case")
	}
	return cases[0], nil
}

// checkRule checks metadata and examples of a rule.
func checkRule(ctx context.Context, r *lint.Rule, rules []*lint.Rule) []string {
	v := &verdict{problems: metadata(r), fixed: map[string]bool{}}
	good, err := example(r.Good)
	if err != nil {
		v.say("Good: %v", err)
		return v.problems
	}
	bad, err := example(r.Bad)
	if err != nil {
		v.say("Bad: %v", err)
		return v.problems
	}
	if r.HasCode != nil {
		if shellcheck.Find() == nil {
			return v.problems // its findings are those of a program that is not here
		}
		bad.flags.shellcheck, good.flags.shellcheck = true, true
	}
	config := lint.Config{Select: []string{r.ID}}
	if r.Review != nil {
		config.Select = []string{"all"} // it looks at the findings of the others
	}
	e, err := lint.New(rules, config)
	if err != nil {
		v.say("%v", err)
		return v.problems
	}
	if bad.flags.options != "" {
		bad.rule = r.ID
		if e, err = bad.Engine(rules); err != nil {
			v.say("Bad: %v", err)
			return v.problems
		}
	}
	v.examples(ctx, e, r, bad, good)
	return v.problems
}

func (v *verdict) examples(ctx context.Context, e *lint.Engine, r *lint.Rule, bad, good *Case) {
	find := func(name string, d *lint.Document) []lint.Diagnostic {
		found, err := e.Lint(ctx, d)
		if err != nil {
			v.say("%s: %v", name, err)
		}
		return slices.DeleteFunc(found, func(x lint.Diagnostic) bool { return x.Rule != r })
	}
	found := find("Bad", bad.Document())
	if len(found) != 1 {
		v.say("Bad is found %d times instead of once", len(found))
	}
	if more := find("Good", good.Document()); len(more) > 0 {
		v.say("Good is found: %s", more[0].Message)
	}
	if broken := good.Document().Tree().Errors; len(broken) > 0 {
		v.say("Good has a syntax error: %v", broken[0])
	}
	if len(found) != 1 || found[0].Fix(lint.Unsafe) == nil {
		return
	}
	res, err := fix.Run(ctx, e, bad.Document(), lint.Unsafe)
	if err != nil {
		v.say("fixing Bad: %v", err)
		return
	}
	if res.Text != good.Text {
		v.say("fixing Bad does not make Good:\n%s", fix.Diff(dockerfileName, good.Text, res.Text, false))
	}
	for _, o := range res.Others {
		if good.Context[o.Path] != o.Text {
			v.say("fixing Bad does not make Good:\n%s", fix.Diff(o.Path, good.Context[o.Path], o.Text, false))
		}
	}
}

// metadata checks what a rule says of itself.
func metadata(r *lint.Rule) []string {
	var out []string
	must := func(ok bool, format string, args ...any) {
		if !ok {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	kebab := r.ID != "" && strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		strings.Trim(r.ID, "-") == r.ID && !strings.Contains(r.ID, "--")
	must(kebab, "ID %q is not in kebab-case", r.ID)
	must(r.Category != "", "there is no Category")
	must(r.Summary != "" && !strings.HasSuffix(r.Summary, ".") && !strings.Contains(r.Summary, "\n"),
		"Summary is empty, ends in a period, or has several lines")
	must(strings.TrimSpace(r.Doc) != "", "there is no Doc")
	must(!strings.Contains(r.Doc, "`"), "Doc has backquotes, which its syntax does not know")
	must(r.Bad != "" && r.Good != "", "Bad or Good is missing")
	must(r.Severity > lint.Unset && r.Severity <= lint.Error, "there is no Severity")
	must(r.Since != "", "there is no Since")
	must((r.Check == nil) != (r.Review == nil), "a rule has one of Check and Review")
	for k, a := range r.Aliases {
		must(a != "" && a != r.ID && !slices.Contains(r.Aliases[:k], a), "alias %q is empty or there already", a)
	}
	if r.Options != nil {
		must(r.Options() != nil && r.Options() != r.Options(), "Options returns no fresh value")
	}
	return out
}
