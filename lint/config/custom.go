package config

import (
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/custom"
)

// customRef is a place that names a custom rule. The rule may stand in a file
// farther off, so that it is looked up when all files are known.
type customRef struct {
	name string
	err  *Error // what to say when there is none
}

// customNames is a regular expression for the names of custom rules.
const customNames = "^custom(/[A-Za-z0-9-]+)?$"

// isCustom reports whether a name means custom rules.
func isCustom(name string) bool {
	name = strings.ToLower(name)
	return name == custom.Category || strings.HasPrefix(name, custom.Category+"/")
}

// key is that of the book, except that it takes the name of any custom rule.
func (r *fileReader) key(n *yaml.Node, name string) (key string, only *lint.Rule, ok bool) {
	if !isCustom(name) {
		return r.book.key(name)
	}
	name = strings.ToLower(name)
	if name != custom.Category {
		err := r.at(n, "there is no rule %s: custom rules are defined below \"custom\"", name)
		r.file.refs = append(r.file.refs, customRef{name, err})
	}
	return name, nil, true
}

// custom reads the rules that the file defines.
func (r *fileReader) custom(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "custom wants a list of rules, not %s", kindOf(n))
		return
	}
	seen := map[string]int{}
	for _, x := range n.Content {
		rule := r.customRule(x)
		if rule == nil {
			continue
		}
		if line := seen[rule.ID]; line > 0 {
			r.fail(x, "rule %s is defined on line %d already", rule.ID, line)
			continue
		}
		seen[rule.ID] = x.Line
		r.file.custom = append(r.file.custom, rule)
	}
}

// customRule reads one rule; nil after a mistake.
func (r *fileReader) customRule(n *yaml.Node) *lint.Rule {
	var s custom.Spec
	at := map[string]*yaml.Node{}
	before := len(r.errs)
	text := func(name string, into *string) func(*yaml.Node) {
		return func(v *yaml.Node) { at[name] = v; *into, _ = r.str(v, name) }
	}
	list := func(name string, into *[]string) func(*yaml.Node) {
		return func(v *yaml.Node) {
			at[name] = v
			r.list(v, name, func(_ *yaml.Node, value string) { *into = append(*into, value) })
		}
	}
	r.object(n, "a custom rule", fields{
		"id":          text("id", &s.ID),
		"message":     text("message", &s.Message),
		"instruction": list("instruction", &s.Instruction),
		"flag":        list("flag", &s.Flag),
		"argument":    list("argument", &s.Argument),
		"command":     list("command", &s.Command),
		"labels":      list("labels", &s.Labels),
		"required":    func(v *yaml.Node) { at["required"] = v; s.Required, _ = r.boolean(v, "required") },
		"image": func(v *yaml.Node) {
			r.object(v, "image", fields{"allow": list("allow", &s.Allow), "deny": list("deny", &s.Deny)})
		},
		"severity": func(v *yaml.Node) {
			if value, ok := r.str(v, "severity"); ok {
				var err error
				if s.Severity, err = lint.ParseSeverity(value); err != nil {
					r.fail(v, "%v", err)
				}
			}
		},
	})
	if len(r.errs) > before {
		return nil
	}
	rule, err := custom.New(s)
	if err == nil {
		return rule
	}
	place := n
	if e := (*custom.Error)(nil); errors.As(err, &e) && at[e.Field] != nil {
		place = at[e.Field]
		if e.Index >= 0 && e.Index < len(place.Content) {
			place = place.Content[e.Index]
		}
	}
	r.fail(place, "%v", err)
	return nil
}

// define gathers the custom rules of the files, of which a nearer one wins, and
// returns an error when one is named that no file defines.
func (c *chain) define() error {
	var errs []error
	for _, p := range c.parts {
		for _, rule := range p.custom {
			same := func(o *lint.Rule) bool { return o.ID == rule.ID }
			if k := slices.IndexFunc(c.custom, same); k >= 0 {
				c.custom[k] = rule
			} else {
				c.custom = append(c.custom, rule)
			}
		}
	}
	for _, p := range c.parts {
		for _, ref := range p.refs {
			if !defines(c.custom, ref.name) {
				errs = append(errs, ref.err)
			}
		}
	}
	return errors.Join(errs...)
}

func defines(rules []*lint.Rule, name string) bool {
	return slices.ContainsFunc(rules, func(r *lint.Rule) bool { return r.ID == name })
}

// addCustom puts the custom rules into config. Names that flags and the
// environment give, for all files of a run, may be defined for some of them only:
// where they are not, they mean nothing.
func (c *chain) addCustom(config *lint.Config) {
	rules := slices.Clone(c.custom)
	names := slices.Concat(config.Select, config.Ignore)
	for name := range config.Rules {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name = strings.ToLower(name); !isCustom(name) || defines(rules, name) {
			continue
		}
		if name == custom.Category {
			if len(rules) > 0 {
				continue
			}
			name += "/none"
		}
		rules = append(rules, custom.Stub(name))
	}
	config.Custom = rules
}

// customSchema describes a custom rule.
func customSchema() object {
	patterns := func(doc string) object {
		return described(doc+" A glob with * and ?, or a regular expression between slashes; one of several must match.",
			listOf(object{"type": "string"}))
	}
	return object{
		"type": "object", "additionalProperties": false, "required": []string{"id", "message"},
		"properties": object{
			"id":          described("The name; the rule is custom/NAME.", object{"type": "string", "pattern": "^[A-Za-z0-9-]+$"}),
			"message":     described("What a finding says.", object{"type": "string"}),
			"severity":    described("The severity of what it finds.", object{"enum": severityWords, "default": lint.Warning.String()}),
			"instruction": described("Instructions, such as RUN.", listOf(object{"type": "string"})),
			"flag":        patterns("Flags of the instruction, such as --network=host."),
			"argument":    patterns("Words of the instruction; KEY=value for ENV, ARG and LABEL; all of a shell form."),
			"command":     patterns("Commands that are run: the program, options that must be there, arguments in order."),
			"required":    described("Find images in which nothing matches, rather than what matches.", object{"type": "boolean", "default": false}),
			"labels":      described("Labels that the image must have.", listOf(object{"type": "string"})),
			"image": described("Images that may be used, or may not.", object{
				"type": "object", "additionalProperties": false,
				"properties": object{"allow": patterns("Images that alone are fine."), "deny": patterns("Images that are not.")},
			}),
		},
	}
}

// knownName reports whether a flag may give the name.
func (b *book) knownName(name string) bool { return isCustom(name) || b.names.Rules(name) != nil }
