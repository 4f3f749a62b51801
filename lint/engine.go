package lint

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/pragma"
)

// Engine runs rules over documents. It keeps no state between documents and is
// safe for concurrent use.
type Engine struct {
	rules   []*Rule
	names   *Names
	checks  []active
	reviews []active
	config  Config
	ran     map[string]bool // IDs of the checks
}

// active is a rule that runs.
type active struct {
	rule    *Rule
	setting Setting
	options any
	// only and never are the codes that are selected (nil for all) and ignored,
	// codes the settings of single ones; in capitals.
	only, never map[string]bool
	codes       map[string]Setting
}

// New returns an engine that runs the rules as the configuration says. An
// unknown name in the configuration is an error with a suggestion.
func New(rules []*Rule, config Config) (*Engine, error) {
	rules = slices.Concat(rules, config.Custom)
	e := &Engine{rules: rules, names: NewNames(rules), config: config, checks: make([]active, 0, len(rules)), ran: make(map[string]bool, len(rules))}
	if err := e.names.check(config); err != nil {
		return nil, err
	}
	chosen, ignored := e.names.set(config.Select), e.names.set(config.Ignore)
	for _, r := range rules {
		a := active{rule: r, setting: e.setting(r)}
		on := r.Off == "" && (!r.Preview || config.Preview)
		if a.setting.Switch != Default {
			on = a.setting.Switch == On
		}
		e.readCodes(&a)
		switch {
		case len(config.Select) > 0:
			on = chosen[r.ID]
		case !on:
			on = a.codesOn()
		}
		if !on || ignored[r.ID] && !e.onlyCodes(r, config.Ignore) {
			continue
		}
		a.options = a.setting.Options
		if a.options == nil && r.Options != nil {
			a.options = r.Options()
		}
		if r.Review != nil {
			e.reviews = append(e.reviews, a)
		} else {
			e.checks = append(e.checks, a)
			e.ran[r.ID] = true
		}
	}
	return e, nil
}

// onlyCodes reports whether those of the names that mean r are codes of it, and
// not the rule.
func (e *Engine) onlyCodes(r *Rule, names []string) bool {
	if r.HasCode == nil {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool {
		return e.names.Means(name, r) && !r.HasCode(strings.ToUpper(name))
	})
}

// readCodes finds what the configuration says of single codes of the rule.
func (e *Engine) readCodes(a *active) {
	if a.rule.HasCode == nil {
		return
	}
	codes := func(names []string) (set map[string]bool, whole bool) {
		for _, name := range names {
			switch {
			case a.rule.HasCode(strings.ToUpper(name)):
				if set == nil {
					set = map[string]bool{}
				}
				set[strings.ToUpper(name)] = true
			case e.names.Means(name, a.rule):
				whole = true
			}
		}
		return set, whole
	}
	only, whole := codes(e.config.Select)
	if !whole {
		a.only = only
	}
	a.never, _ = codes(e.config.Ignore)
	for name, s := range e.config.Rules {
		if code := strings.ToUpper(name); a.rule.HasCode(code) {
			if a.codes == nil {
				a.codes = map[string]Setting{}
			}
			a.codes[code] = s
		}
	}
}

// codesOn leaves those codes of a rule that is off which the configuration switches
// on, and reports whether there are any.
func (a *active) codesOn() bool {
	for code, s := range a.codes {
		if s.Switch == On {
			if a.only == nil {
				a.only = map[string]bool{}
			}
			a.only[code] = true
		}
	}
	return a.only != nil
}

// keep applies the settings of the finding's code, and reports whether it
// stays.
func (a *active) keep(d *Document, x *Diagnostic) bool {
	if x.Code == "" {
		return true
	}
	s := a.codes[x.Code]
	if s.Severity != Unset {
		x.Severity = s.Severity
	}
	if len(s.Stages) > 0 && inStages(d, x.Range.Start, s.Stages) {
		return false
	}
	return s.Switch != Off && !a.never[x.Code] && (a.only == nil || a.only[x.Code])
}

// setting merges what the configuration says of r, the special over the
// general.
func (e *Engine) setting(r *Rule) Setting {
	var s Setting
	if len(e.config.Rules) == 0 {
		return s
	}
	keys := append([]string{"all", r.Category}, r.Aliases...)
	for _, key := range append(keys, r.ID, r.Category+"/"+r.ID) {
		t, ok := e.config.Rules[key]
		if !ok {
			continue
		}
		if t.Switch != Default {
			s.Switch = t.Switch
		}
		if t.Severity != Unset {
			s.Severity = t.Severity
		}
		if t.Options != nil {
			s.Options = t.Options
		}
		s.Stages = append(s.Stages, t.Stages...)
	}
	return s
}

// Rules returns all rules the engine knows, running or not.
func (e *Engine) Rules() []*Rule { return e.rules }

// Names resolves the names and aliases of the rules.
func (e *Engine) Names() *Names { return e.names }

// Running reports whether the rule with that ID runs.
func (e *Engine) Running(id string) bool {
	is := func(a active) bool { return a.rule.ID == id }
	return slices.ContainsFunc(e.checks, is) || slices.ContainsFunc(e.reviews, is)
}

// PanicError is a rule that panicked on a document.
type PanicError struct {
	Rule  *Rule
	Value any
	Stack []byte
}

// Error names the rule and what it said.
func (e *PanicError) Error() string {
	return fmt.Sprintf("rule %s failed: %v; please report this", e.Rule.ID, e.Value)
}

// Lint runs the rules over d. Findings are sorted by place. When a rule panics,
// the findings of the others are returned with a *PanicError; when ctx is done,
// its error alone.
func (e *Engine) Lint(ctx context.Context, d *Document) ([]Diagnostic, error) {
	var failed error
	p := &Pass{Document: d, ctx: ctx, found: make([]Diagnostic, 0, 16)} // one for all: there are many rules
	for k := range e.checks {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := e.run(p, &e.checks[k], nil); err != nil && failed == nil {
			failed = err
		}
	}
	found, err := e.finish(ctx, d, p.found)
	return found, cmp.Or(failed, err)
}

// run runs one rule, in a pass that others may have used, and applies its setting.
// What it finds is behind what they found; nothing when it panics.
func (e *Engine) run(p *Pass, a *active, out *Outcome) (err error) {
	first := len(p.found)
	p.Rule = a.rule
	if a.options != nil || p.Options != nil { // hardly any rule has some, and there are many rules
		p.Options = a.options
	}
	defer func() {
		if v := recover(); v != nil {
			p.found, err = p.found[:first], &PanicError{Rule: a.rule, Value: v, Stack: debug.Stack()}
		}
	}()
	if out != nil {
		a.rule.Review(p, out)
	} else {
		a.rule.Check(p)
	}
	if len(p.found) > first {
		kept := a.settle(p, p.found[first:])
		p.found = p.found[:first+len(kept)]
	}
	return nil
}

// settle applies the setting of a rule to what it found, in place.
func (a *active) settle(p *Pass, found []Diagnostic) []Diagnostic {
	if a.setting.Severity != Unset {
		for k := range found {
			found[k].Severity = a.setting.Severity
		}
	}
	if a.rule.HasCode != nil {
		kept := found[:0]
		for k := range found {
			if a.keep(p.Document, &found[k]) {
				kept = append(kept, found[k])
			}
		}
		found = kept
	}
	if len(a.setting.Stages) > 0 {
		found = slices.DeleteFunc(found, func(x Diagnostic) bool {
			return inStages(p.Document, x.Range.Start, a.setting.Stages)
		})
	}
	return found
}

// inStages reports whether the place lies in a stage with one of the names or
// numbers.
func inStages(d *Document, off int, stages []string) bool {
	ins := d.Tree().At(off)
	if ins == nil {
		return false
	}
	s := d.Stages().StageOf(ins)
	if s == nil {
		return false
	}
	return slices.ContainsFunc(stages, func(name string) bool {
		return s.Name != "" && strings.EqualFold(name, s.Name) || name == strconv.Itoa(s.Index)
	})
}

// outcome prepares what reviews look at.
func (e *Engine) outcome(d *Document) *Outcome {
	out := &Outcome{
		Ran:   e.ran,
		Known: e.names.Resolve,
		Names: e.names.All,
		Used:  map[*pragma.Name]bool{},
	}
	if len(e.reviews) == 0 && d.quiet() {
		return out
	}
	if !e.config.NoPragmas {
		out.Pragmas = d.Pragmas()
	}
	return out
}

// suppress drops the findings that a pragma hides and notes which pragma did.
func (e *Engine) suppress(d *Document, out *Outcome, found []Diagnostic) []Diagnostic {
	if e.config.NoPragmas || d.quiet() || len(out.Pragmas) == 0 {
		return found
	}
	// From the first place to the last, each pragma is looked at where it may count.
	order := make([]int, len(found))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(found[a].Range.Start, found[b].Range.Start) })
	var files, ahead, active []*pragma.Pragma
	for _, p := range out.Pragmas {
		switch {
		case len(p.Names) == 0: // hides nothing
		case p.Kind == pragma.File:
			files = append(files, p)
		default:
			ahead = append(ahead, p)
		}
	}
	slices.SortStableFunc(ahead, func(a, b *pragma.Pragma) int { return cmp.Compare(a.Target.Start, b.Target.Start) })
	hidden := make([]bool, len(found))
	for _, k := range order {
		at := found[k].Range.Start
		for len(ahead) > 0 && ahead[0].Target.Start <= at {
			active, ahead = append(active, ahead[0]), ahead[1:]
		}
		active = slices.DeleteFunc(active, func(p *pragma.Pragma) bool { return p.Target.End < at })
		mine := e.hidden(out, active, &found[k])
		hidden[k] = e.hidden(out, files, &found[k]) || mine
	}
	kept := found[:0]
	for k := range found {
		if !hidden[k] {
			kept = append(kept, found[k])
		}
	}
	clear(found[len(kept):])
	return kept
}

// hidden reports whether one of the pragmas hides the finding, and notes all names
// that do.
func (e *Engine) hidden(out *Outcome, pragmas []*pragma.Pragma, x *Diagnostic) bool {
	hidden := false
	for _, p := range pragmas {
		if !p.Target.Has(x.Range.Start) && (p.Kind != pragma.File || p.Target.Empty()) {
			continue
		}
		for _, n := range p.Names {
			if e.hides(p, n, x) {
				out.Used[n], hidden = true, true
			}
		}
	}
	return hidden
}

// hides reports whether the name in a pragma means the finding.
func (e *Engine) hides(p *pragma.Pragma, n *pragma.Name, x *Diagnostic) bool {
	if p.All && strings.EqualFold(n.Value, "all") {
		return p.Tool != "check" || x.Rule.inBuildKit()
	}
	return e.names.reaches(n.Value, x)
}

// inBuildKit reports whether BuildKit has the rule as well: an alias is a name in
// its manner, letters only. Its "skip=all" means its own checks and not, say,
// secrets that it never looks for.
func (r *Rule) inBuildKit() bool {
	return slices.ContainsFunc(r.Aliases, func(a string) bool {
		return strings.ToUpper(a) != a && strings.IndexFunc(a, func(c rune) bool { return !unicode.IsLetter(c) }) < 0
	})
}

// Names resolves rule names: IDs, "category/id", aliases, categories and "all".
type Names struct {
	rules []*Rule
	by    func() map[string][]*Rule // lower case
	all   func() []string
}

// NewNames returns the names of the rules. They are indexed when the first is
// looked up, which most runs never do.
func NewNames(rules []*Rule) *Names {
	return &Names{
		rules: rules,
		by:    sync.OnceValue(func() map[string][]*Rule { return index(rules) }),
		all:   sync.OnceValue(func() []string { return namesOf(rules) }),
	}
}

func index(rules []*Rule) map[string][]*Rule {
	by := make(map[string][]*Rule, 4*len(rules))
	for _, r := range rules {
		add := func(key string) { by[strings.ToLower(key)] = append(by[strings.ToLower(key)], r) }
		add(r.ID)
		add(r.Category + "/" + r.ID)
		add(r.Category)
		add("all")
		for _, a := range r.Aliases {
			add(a)
		}
	}
	return by
}

// Rules returns the rules that the name means, nil for an unknown one. Case does
// not matter.
func (n *Names) Rules(name string) []*Rule {
	found := n.by()[strings.ToLower(name)]
	for _, r := range n.rules {
		if r.HasCode != nil && r.HasCode(strings.ToUpper(name)) {
			found = append(slices.Clip(found), r)
		}
	}
	return found
}

// reaches reports whether a pragma with that name hides the finding.
func (n *Names) reaches(name string, x *Diagnostic) bool {
	if h := x.Rule.HasCode; h != nil && h(strings.ToUpper(name)) {
		return strings.EqualFold(name, x.Code)
	}
	return n.Means(name, x.Rule)
}

// Resolve returns the IDs that the name means, nil for an unknown one.
func (n *Names) Resolve(name string) []string {
	var ids []string
	for _, r := range n.Rules(name) {
		ids = append(ids, r.ID)
	}
	return ids
}

// Means reports whether the name means r.
func (n *Names) Means(name string, r *Rule) bool { return slices.Contains(n.Rules(name), r) }

// All returns every name, sorted. The list is shared and must not be changed.
func (n *Names) All() []string { return n.all() }

func namesOf(rules []*Rule) []string {
	all := make([]string, 0, 4*len(rules))
	for _, r := range rules {
		all = append(all, r.ID, r.Category)
		all = append(all, r.Aliases...)
	}
	all = append(all, "all")
	slices.Sort(all)
	return slices.Compact(all)
}

// Unknown returns an error for a name that means no rule, with a suggestion.
func (n *Names) Unknown(name string) error {
	if near := dockerfile.Nearest(name, n.All()); near != "" {
		return fmt.Errorf("unknown rule %q: did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown rule %q: dlint rules lists them all", name)
}

func (n *Names) set(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		for _, r := range n.Rules(name) {
			set[r.ID] = true
		}
	}
	return set
}

// check returns an error for the first unknown name in a configuration.
func (n *Names) check(c Config) error {
	names := append(slices.Clone(c.Select), c.Ignore...)
	for name := range c.Rules {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if n.Rules(name) == nil {
			return n.Unknown(name)
		}
	}
	return nil
}
