package config

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
)

// tallyFormats are tally's names for formats that dlint has.
var tallyFormats = map[string]string{"text": "text", "json": "json", "sarif": "sarif", "github-actions": "github"}

// tallyReader turns a .tally.toml into a .dlint.yaml.
type tallyReader struct {
	book  *book
	notes []string
	errs  []error

	failOn  string
	pragmas bool
	ignore  []ignoredCode
	rules   map[string]*tallyRule
}

// ignoredCode is a code of tally's with the name that it has here.
type ignoredCode struct{ name, code string }

type tallyRule struct {
	off      bool
	on       bool
	severity string
	ignore   *yaml.Node
	options  object
}

// FromTally turns the text of a .tally.toml into that of a .dlint.yaml for these
// rules. The notes say what could not be carried over, one sentence each. A file
// that is no TOML is an error.
func FromTally(rules []*lint.Rule, data []byte) (text []byte, notes []string, err error) {
	entries, err := readTOML(string(data))
	if err != nil {
		return nil, nil, fmt.Errorf("reading .tally.toml: %w", err)
	}
	r := &tallyReader{book: newBook(rules), pragmas: true, rules: map[string]*tallyRule{}}
	for _, e := range entries {
		r.entry(e)
	}
	if err := errors.Join(r.errs...); err != nil {
		return nil, nil, fmt.Errorf("reading .tally.toml: %w", err)
	}
	text, err = r.write()
	return text, r.notes, err
}

func (r *tallyReader) note(e tomlEntry, format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf("line %d: ", e.line)+fmt.Sprintf(format, args...))
}

func (r *tallyReader) fail(e tomlEntry, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("line %d: %s", e.line, fmt.Sprintf(format, args...)))
}

func (r *tallyReader) entry(e tomlEntry) {
	name := strings.Join(e.path, ".")
	switch {
	case name == "rules.include":
		r.include(e)
	case name == "rules.exclude":
		r.exclude(e)
	case e.path[0] == "rules" && len(e.path) >= 4:
		r.rule(e)
	case name == "output.fail-level":
		r.threshold(e)
	case name == "output.format":
		if f := tallyFormats[e.value.Value]; f != "" {
			r.note(e, "the format is no part of the configuration: use --format %s", f)
		} else {
			r.note(e, "dlint has no format %s", short(e.value.Value))
		}
	case name == "output.path":
		r.note(e, "the output is no part of the configuration: use --output")
	case name == "output.show-source":
		r.note(e, "dlint shows the source in its text format")
	case name == "inline-directives.enabled":
		r.pragmas = e.value.Value != "false"
	case name == "inline-directives.warn-unused":
		r.note(e, "the rule unused-pragma reports comments that hide nothing")
	case name == "inline-directives.validate-rules":
		r.note(e, "the rule unknown-pragma-rule reports names that do not exist")
	case e.path[0] == "ai", e.path[0] == "slow-checks", e.path[0] == "file-validation":
		r.note(e, "dlint has nothing like %s", name)
	default:
		r.note(e, "dlint has no setting for %s", name)
	}
}

// tallyCode returns the name of a rule of tally's as rules here know it.
func tallyCode(namespace, name string) string {
	switch namespace {
	case "buildkit", "hadolint", "shellcheck":
		return name
	}
	return namespace + "/" + name
}

// find resolves a code; it notes one that means nothing here.
func (r *tallyReader) find(e tomlEntry, code string) (name string, ok bool) {
	if name, _, ok = r.book.key(code); !ok {
		r.note(e, "dlint has no rule for %s", code)
	}
	return name, ok
}

// patterns yields the codes in a list, and notes those with wildcards.
func (r *tallyReader) patterns(e tomlEntry, use func(code string)) {
	if e.value.Kind != yaml.SequenceNode {
		r.fail(e, "%s must be a list", strings.Join(e.path, "."))
		return
	}
	for _, item := range e.value.Content {
		namespace, name, ok := strings.Cut(item.Value, "/")
		if !ok {
			namespace, name = "tally", item.Value
		}
		if strings.Contains(item.Value, "*") || item.Value == namespace {
			r.note(e, "%s is not carried over: a rule of dlint may stand for codes of several tools, so name rules or categories", item.Value)
			continue
		}
		use(tallyCode(namespace, name))
	}
}

func (r *tallyReader) include(e tomlEntry) {
	r.patterns(e, func(code string) {
		if name, ok := r.find(e, code); ok {
			r.setting(name).on = true
		}
	})
}

func (r *tallyReader) exclude(e tomlEntry) {
	r.patterns(e, func(code string) {
		name, ok := r.find(e, code)
		if ok && !slices.ContainsFunc(r.ignore, func(i ignoredCode) bool { return i.name == name }) {
			r.ignore = append(r.ignore, ignoredCode{name, code})
		}
	})
}

func (r *tallyReader) setting(name string) *tallyRule {
	if r.rules[name] == nil {
		r.rules[name] = &tallyRule{options: object{}}
	}
	return r.rules[name]
}

// rule reads a key of [rules.NAMESPACE.NAME].
func (r *tallyReader) rule(e tomlEntry) {
	path := e.path[1:]
	last := len(path) - 1
	if path[last] == "paths" && path[last-1] == "exclude" {
		last-- // exclude.paths
	}
	key := strings.Join(path[last:], ".")
	code := tallyCode(path[0], strings.Join(path[1:last], "/"))
	name, _, ok := r.book.key(code)
	if !ok {
		if key == "severity" || len(r.notes) == 0 || !strings.HasSuffix(r.notes[len(r.notes)-1], code) {
			r.find(e, code)
		}
		return
	}
	switch key {
	case "severity":
		r.severity(e, name)
	case "exclude.paths":
		r.setting(name).ignore = e.value
	case "fix":
		r.note(e, "which fixes are applied is no part of the configuration: use --fix and --unsafe-fixes")
	case "trusted-registries":
		for _, rule := range r.book.withOption([]string{code}, "registries") {
			r.setting(rule.ID).options["registries"] = bare(e.value)
			r.setting(rule.ID).on = true
			return
		}
		fallthrough
	default:
		r.note(e, "%s has no option like %s", name, key)
	}
}

func (r *tallyReader) severity(e tomlEntry, name string) {
	s := r.setting(name)
	if s.off = e.value.Value == "off"; s.off {
		return
	}
	if _, err := lint.ParseSeverity(e.value.Value); err != nil {
		r.fail(e, "unknown severity %q", short(e.value.Value))
		return
	}
	s.severity = e.value.Value
}

func (r *tallyReader) threshold(e tomlEntry) {
	name := e.value.Value
	if name == "none" {
		name = "never"
	}
	if _, err := ParseFailOn(name); err != nil {
		r.fail(e, "unknown fail-level %q", short(e.value.Value))
		return
	}
	r.failOn = name
}

func (r *tallyReader) write() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# Converted from .tally.toml.\n")
	if r.failOn != "" {
		b.WriteString("fail-on: " + r.failOn + "\n")
	}
	if !r.pragmas {
		b.WriteString("pragmas: false\n")
	}
	if len(r.ignore) > 0 {
		b.WriteString("ignore:\n")
		for _, i := range r.ignore {
			b.WriteString("  - " + i.name + " # " + i.code + "\n")
		}
	}
	rules := object{}
	for name, s := range r.rules {
		rules[name] = s.value()
	}
	if len(rules) == 0 {
		return b.Bytes(), nil
	}
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(object{"rules": rules}), enc.Close()); err != nil {
		return nil, fmt.Errorf("writing the rules: %w", err)
	}
	return b.Bytes(), nil
}

// value returns the setting as a .dlint.yaml writes it.
func (s *tallyRule) value() any {
	if s.off {
		return "off"
	}
	word := s.severity
	if word == "" {
		word = "on"
	}
	if s.ignore == nil && len(s.options) == 0 {
		return word
	}
	out := object{}
	if s.severity != "" {
		out["severity"] = s.severity
	}
	if s.ignore != nil {
		out["ignore"] = bare(s.ignore)
	}
	if len(s.options) > 0 {
		out["options"] = s.options
	}
	return out
}
