package custom

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/knowledge"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

// check is the Check of the rule.
func (m *matcher) check(p *lint.Pass) {
	switch {
	case len(m.labels) > 0:
		m.checkLabels(p)
	case len(m.allow)+len(m.deny) > 0:
		m.checkImages(p)
	case m.required:
		m.checkRequired(p)
	default:
		for ins := range p.WithTriggers(m.names...) {
			m.find(p, ins, func(r source.Range) { p.Report(lint.Diagnostic{Range: r, Message: m.message}) })
		}
	}
}

// find calls found for each place of ins that meets the conditions.
func (m *matcher) find(p *lint.Pass, ins *dockerfile.Instruction, found func(source.Range)) {
	at := ins.Keyword.Range
	if len(m.flags) > 0 {
		f := m.flag(ins)
		if f == nil {
			return
		}
		at = f.Range
	}
	if len(m.commands) > 0 {
		if len(m.args) > 0 && m.argument(p, ins) == nil {
			return
		}
		for _, c := range p.Shell(ins).All() {
			if m.command(c) {
				found(c.NameRange)
			}
		}
		return
	}
	if len(m.args) > 0 {
		ranges := m.argument(p, ins)
		for _, r := range ranges {
			found(r)
		}
		return
	}
	found(at)
}

func (m *matcher) flag(ins *dockerfile.Instruction) *dockerfile.Flag {
	for k := range ins.Flags {
		f := &ins.Flags[k]
		text := "--" + f.Name
		if f.Has && anyMatch(m.flags, text+"="+f.Value) || !f.Has && anyMatch(m.flags, text) {
			return f
		}
	}
	return nil
}

// argument returns the words of ins that match.
func (m *matcher) argument(p *lint.Pass, ins *dockerfile.Instruction) []source.Range {
	var out []source.Range
	if len(ins.Pairs) > 0 {
		for k := range ins.Pairs {
			pair := &ins.Pairs[k]
			text := strings.Trim(pair.Key.Value, `"'`)
			if pair.Has {
				text += "=" + unquoted(p, ins, pair.Value.Value)
			}
			if anyMatch(m.args, text) {
				out = append(out, pair.Range)
			}
		}
		return out
	}
	for k := range ins.Args {
		w := &ins.Args[k]
		if anyMatch(m.args, w.Value, strings.Trim(w.Value, `"'`)) {
			out = append(out, firstLine(p, w.Range))
		}
	}
	return out
}

// unquoted is a value with its quotes resolved, where that needs no variables.
func unquoted(p *lint.Pass, ins *dockerfile.Instruction, value string) string {
	if !strings.ContainsAny(value, "\"'\\`") || strings.Contains(value, "$") {
		return value
	}
	if x := p.Stages().ScopeAt(ins).Expand(value); x.Err == nil {
		return x.Value
	}
	return value
}

// firstLine cuts a range at the end of its first line.
func firstLine(p *lint.Pass, r source.Range) source.Range {
	if line := p.Source.LineRange(p.Source.Line(r.Start)); line.End < r.End {
		r.End = line.End
	}
	return r
}

// command reports whether one of the patterns matches c.
func (m *matcher) command(c *shell.Command) bool {
	for k := range m.commands {
		if m.commands[k].matches(c) {
			return true
		}
	}
	return false
}

func (m *command) matches(c *shell.Command) bool {
	if c.Name == "" || !m.program(c.Name) && !m.program(c.Family) {
		return false
	}
	for _, p := range m.flags {
		if !hasFlag(c, p) {
			return false
		}
	}
	rest := m.args
	words := c.Args()
	for k := range words {
		if len(rest) > 0 && rest[0](words[k].Value) {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

func hasFlag(c *shell.Command, p pattern) bool {
	for _, f := range c.Flags() {
		if p(f.Name) || f.Has && p(f.Name+"="+f.Value.Value) {
			return true
		}
	}
	for _, w := range c.Args() {
		if strings.HasPrefix(w.Value, "-") && p(w.Value) {
			return true
		}
	}
	return false
}

// checkRequired reports a stage that is built without what must be there.
func (m *matcher) checkRequired(p *lint.Pass) {
	target := p.Stages().Target
	if target == nil {
		return
	}
	met := false
	for s := range target.Chain() {
		for _, ins := range s.Body {
			if ins.Err == nil && (len(m.names) == 0 || ins.Is(m.names...)) {
				m.find(p, ins, func(source.Range) { met = true })
			}
		}
	}
	if !met {
		p.Report(lint.Diagnostic{Range: target.Image.Range, Message: m.message})
	}
}

// checkLabels reports labels that the image lacks.
func (m *matcher) checkLabels(p *lint.Pass) {
	target := p.Stages().Target
	if target == nil {
		return
	}
	have := map[string]bool{}
	for s := range target.Chain() {
		for _, ins := range s.Body {
			if ins.Name != "LABEL" || ins.Err != nil {
				continue
			}
			for k := range ins.Pairs {
				have[strings.Trim(ins.Pairs[k].Key.Value, `"'`)] = true
			}
		}
	}
	var missing []string
	for _, key := range m.labels {
		if !have[key] {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		p.Report(lint.Diagnostic{Range: target.Image.Range, Message: m.message + " (missing: " + strings.Join(missing, ", ") + ")"})
	}
}

// checkImages reports images that are denied, or not allowed. Those that a
// variable decides are left alone.
func (m *matcher) checkImages(p *lint.Pass) {
	for _, s := range p.Stages().Stages {
		for _, u := range s.Uses {
			if u.Stage != nil || u.Context || u.ByIndex {
				continue
			}
			name := u.Ref.Value
			if u.Kind == stage.FromStage {
				if !s.Base.Known {
					continue
				}
				name = s.Base.Name
			}
			if m.refused(name) {
				p.Report(lint.Diagnostic{Range: u.Ref.Range, Message: m.message})
			}
		}
	}
}

// refused reports whether an image is denied or not allowed. It is compared as it
// is written, in its short form and in full.
func (m *matcher) refused(name string) bool {
	if name == "" || strings.Contains(name, "$") {
		return false
	}
	texts := []string{name}
	if ref, err := knowledge.ParseRef(name); err == nil {
		if ref.IsScratch() {
			return false
		}
		full := ref.Registry + "/" + ref.Repository
		if ref.Tag != "" {
			full += ":" + ref.Tag
		}
		texts = append(texts, ref.Name(), ref.String(), ref.Registry+"/"+ref.Repository, full)
	}
	return anyMatch(m.deny, texts...) || len(m.allow) > 0 && !anyMatch(m.allow, texts...)
}
