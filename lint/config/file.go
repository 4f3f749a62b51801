package config

import (
	"cmp"
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/worktree"
)

// file is one configuration file as read, without what it extends.
type file struct {
	path    string
	root    bool
	extends []extension
	set     settings
	exclude []glob
	// overrides are in the order of the file.
	overrides []override
	// custom are the rules that the file defines, refs the custom rules that it
	// names.
	custom   []*lint.Rule
	refs     []customRef
	warnings []*Error
}

// extension is an item of extends.
type extension struct {
	path string
	node *yaml.Node
}

// settings are the keys of a file that a nearer file overrides. Nil and empty
// mean not set.
type settings struct {
	sel, ignore               []string
	preview, pragmas          lint.Switch
	failOn                    *lint.Severity
	context, target, platform string
	format                    string
	args                      map[string]string
	rules                     map[string]ruleSetting
}

// ruleSetting is an entry below "rules". Nil and zero mean not set.
type ruleSetting struct {
	lint.Setting
	ignore []glob
	base   string // the folder that ignore is relative to
}

// override is an entry below "overrides".
type override struct {
	files  []glob
	ignore []string
	rules  map[string]ruleSetting
}

// over returns s with what t says laid over it.
func (s ruleSetting) over(t ruleSetting) ruleSetting {
	if s.Switch != lint.Default {
		t.Switch = s.Switch
	}
	if s.Severity != lint.Unset {
		t.Severity = s.Severity
	}
	if s.Options != nil {
		t.Options = s.Options
	}
	if s.Stages != nil {
		t.Stages = s.Stages
	}
	if s.ignore != nil {
		t.ignore, t.base = s.ignore, s.base
	}
	return t
}

// book resolves the names of rules for a configuration.
type book struct {
	rules []*lint.Rule
	names *lint.Names
	group map[string]string // categories and "all": lower case to as written
}

func newBook(rules []*lint.Rule) *book {
	b := &book{rules: rules, names: lint.NewNames(rules), group: map[string]string{"all": "all"}}
	for _, r := range rules {
		b.group[strings.ToLower(r.Category)] = r.Category
	}
	return b
}

// key returns the name under which an engine looks for a setting, and the rule
// when only one is meant. ok is false for an unknown name.
func (b *book) key(name string) (key string, only *lint.Rule, ok bool) {
	found := b.names.Rules(name)
	if g, isGroup := b.group[strings.ToLower(name)]; isGroup && len(found) > 0 {
		return g, nil, true
	}
	switch len(found) {
	case 0:
		return "", nil, false
	case 1:
		if code := strings.ToUpper(name); found[0].HasCode != nil && found[0].HasCode(code) {
			return code, nil, true // one of the many codes of the rule, not all of them
		}
		return found[0].ID, found[0], true
	}
	for _, a := range found[0].Aliases {
		if strings.EqualFold(a, name) {
			return a, nil, true
		}
	}
	return name, nil, true
}

// fileReader reads a .dlint.yaml.
type fileReader struct {
	document
	book *book
	file *file
	tree string // that its paths may not lead out of; empty for anywhere
}

// readDlint reads the text of a .dlint.yaml that belongs to a tree.
func readDlint(b *book, path string, data []byte, tree string) (*file, error) {
	r := &fileReader{document: document{path: path}, book: b, file: &file{path: path}, tree: tree}
	if n := r.parse(data); n != nil && !isNull(n) {
		r.top(n)
	}
	return r.file, r.err()
}

// top reads the outermost mapping.
func (r *fileReader) top(n *yaml.Node) {
	f, s := r.file, &r.file.set
	r.object(n, "the configuration", fields{
		"root":       func(v *yaml.Node) { f.root, _ = r.boolean(v, "root") },
		"extends":    r.extends,
		"fail-on":    func(v *yaml.Node) { s.failOn = r.failOn(v) },
		"select":     func(v *yaml.Node) { s.sel = r.rules(v, "select") },
		"ignore":     func(v *yaml.Node) { s.ignore = r.rules(v, "ignore") },
		"preview":    func(v *yaml.Node) { s.preview = r.toggle(v, "preview") },
		"pragmas":    func(v *yaml.Node) { s.pragmas = r.toggle(v, "pragmas") },
		"context":    func(v *yaml.Node) { s.context = r.folder(v) },
		"target":     func(v *yaml.Node) { s.target, _ = r.str(v, "target") },
		"platform":   func(v *yaml.Node) { s.platform, _ = r.str(v, "platform") },
		"build-args": func(v *yaml.Node) { s.args = r.buildArgs(v) },
		"exclude":    func(v *yaml.Node) { f.exclude = r.globs(v, "exclude") },
		"rules":      func(v *yaml.Node) { s.rules = r.settings(v, true) },
		"overrides":  r.overrides,
		"custom":     r.custom,
	})
}

func (r *fileReader) extends(n *yaml.Node) {
	r.list(n, "extends", func(item *yaml.Node, value string) {
		switch {
		case value == "":
			r.fail(item, "extends wants the path of a file")
		case strings.Contains(value, "://"):
			r.fail(item, "extends takes files of this machine, no addresses")
		default:
			r.file.extends = append(r.file.extends, extension{r.local(value), item})
		}
	})
}

// local returns the path of a file named in this one.
func (r *fileReader) local(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(filepath.Dir(r.path), path)
}

func (r *fileReader) folder(n *yaml.Node) string {
	value, ok := r.str(n, "context")
	switch {
	case !ok:
		return ""
	case value == "":
		r.fail(n, "context wants the path of a folder")
		return ""
	case r.tree != "" && !worktree.Holds(r.tree, r.local(value)):
		r.fail(n, "context leads out of %s: give it with --context", r.tree)
		return ""
	}
	return r.local(value)
}

func (r *fileReader) failOn(n *yaml.Node) *lint.Severity {
	value, ok := r.str(n, "fail-on")
	if !ok {
		return nil
	}
	s, err := ParseFailOn(value)
	if err != nil {
		r.fail(n, "fail-on: %v", err)
		return nil
	}
	return &s
}

func (r *fileReader) toggle(n *yaml.Node, what string) lint.Switch {
	switch value, ok := r.boolean(n, what); {
	case !ok:
		return lint.Default
	case value:
		return lint.On
	}
	return lint.Off
}

// rules reads a list of names of rules. It is never nil.
func (r *fileReader) rules(n *yaml.Node, what string) []string {
	names := []string{}
	r.list(n, what, func(item *yaml.Node, value string) {
		if _, _, ok := r.key(item, value); !ok {
			r.fail(item, "%v", r.book.names.Unknown(value))
			return
		}
		names = append(names, value)
	})
	return names
}

func (r *fileReader) buildArgs(n *yaml.Node) map[string]string {
	args := map[string]string{}
	r.entries(n, "build-args", func(key, value *yaml.Node) {
		if isNull(value) {
			return
		}
		if v, ok := r.str(value, "build argument "+strconv.Quote(key.Value)); ok {
			args[key.Value] = v
		}
	})
	return args
}

// globs reads a list of patterns. It is never nil.
func (r *fileReader) globs(n *yaml.Node, what string) []glob {
	globs := []glob{}
	r.list(n, what, func(item *yaml.Node, value string) {
		g, err := compileGlob(value)
		if err != nil {
			r.fail(item, "%s: %v", what, err)
			return
		}
		globs = append(globs, g)
	})
	return globs
}

// settings reads what stands below "rules". Paths says whether a rule may be
// ignored for some paths.
func (r *fileReader) settings(n *yaml.Node, paths bool) map[string]ruleSetting {
	out := map[string]ruleSetting{}
	lines := map[string]int{}
	r.entries(n, "rules", func(key, value *yaml.Node) {
		name, only, ok := r.key(key, key.Value)
		if !ok {
			r.fail(key, "%v", r.book.names.Unknown(key.Value))
			return
		}
		if line := lines[name]; line > 0 {
			r.fail(key, "%s means the same rule as line %d", key.Value, line)
			return
		}
		lines[name] = key.Line
		if !isNull(value) {
			out[name] = r.setting(key.Value, only, value, paths)
		}
	})
	return out
}

// settingWords are the settings that are one word.
var settingWords = []string{"off", "on", "error", "warning", "info", "style"}

// setting reads the setting of one rule, or of a group of them when only is nil.
func (r *fileReader) setting(name string, only *lint.Rule, n *yaml.Node, paths bool) ruleSetting {
	var s ruleSetting
	if n.Kind == yaml.ScalarNode {
		s.Switch, s.Severity = r.word(name, n)
	} else {
		r.detailed(name, only, n, paths, &s)
	}
	// Whoever says how a rule should run wants it to run, be it off by default.
	if only != nil && s.Switch == lint.Default && (s.Severity != lint.Unset || s.Options != nil) {
		s.Switch = lint.On
	}
	return s
}

// word reads "off", "on" or a severity.
func (r *fileReader) word(name string, n *yaml.Node) (lint.Switch, lint.Severity) {
	switch n.Value {
	case "off", "false":
		return lint.Off, lint.Unset
	case "on", "true":
		return lint.On, lint.Unset
	}
	severity, err := lint.ParseSeverity(n.Value)
	if err != nil {
		r.fail(n, "%q is no setting for %s: %s", short(n.Value), name, advice(n.Value, settingWords))
	}
	return lint.Default, severity
}

// detailed reads a setting written as a mapping.
func (r *fileReader) detailed(name string, only *lint.Rule, n *yaml.Node, paths bool, s *ruleSetting) {
	f := fields{
		"enabled": func(v *yaml.Node) { s.Switch = r.toggle(v, "enabled") },
		"severity": func(v *yaml.Node) {
			if value, ok := r.str(v, "severity"); ok {
				var err error
				if s.Severity, err = lint.ParseSeverity(value); err != nil {
					r.fail(v, "%v", err)
				}
			}
		},
		"ignore-stages": func(v *yaml.Node) {
			s.Stages = []string{}
			r.list(v, "ignore-stages", func(_ *yaml.Node, value string) { s.Stages = append(s.Stages, value) })
		},
		"options": func(v *yaml.Node) { s.Options = r.options(name, only, v) },
	}
	if paths {
		f["ignore"] = func(v *yaml.Node) { s.ignore = r.globs(v, "ignore") }
	}
	r.object(n, "the setting of "+name, f)
}

// overrides reads settings for some paths.
func (r *fileReader) overrides(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "overrides wants a list, not %s", kindOf(n))
		return
	}
	for _, x := range n.Content {
		var o override
		r.object(x, "an override", fields{
			"files":  func(v *yaml.Node) { o.files = r.globs(v, "files") },
			"ignore": func(v *yaml.Node) { o.ignore = r.rules(v, "ignore") },
			"rules":  func(v *yaml.Node) { o.rules = r.settings(v, false) },
		})
		if x.Kind == yaml.MappingNode && o.files == nil {
			r.fail(x, "an override wants files: the patterns of the paths it is for")
		}
		r.file.overrides = append(r.file.overrides, o)
	}
}

// over returns s laid over t, key by key.
func (s *settings) over(t settings) settings {
	if s.sel != nil {
		t.sel = s.sel
	}
	if s.ignore != nil {
		t.ignore = s.ignore
	}
	if s.preview != lint.Default {
		t.preview = s.preview
	}
	if s.pragmas != lint.Default {
		t.pragmas = s.pragmas
	}
	if s.failOn != nil {
		t.failOn = s.failOn
	}
	t.context = cmp.Or(s.context, t.context)
	t.target = cmp.Or(s.target, t.target)
	t.platform = cmp.Or(s.platform, t.platform)
	t.format = cmp.Or(s.format, t.format)
	t.args = merged(t.args, s.args)
	t.rules = mergedRules(t.rules, s.rules)
	return t
}

// mergedRules returns a with b laid over it; neither is changed.
func mergedRules(a, b map[string]ruleSetting) map[string]ruleSetting {
	out := make(map[string]ruleSetting, len(a)+len(b))
	maps.Copy(out, a)
	for name, s := range b {
		out[name] = s.over(out[name])
	}
	return out
}
