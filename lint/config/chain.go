package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/worktree"
)

// The names of configuration files, the preferred one first.
var (
	ownNames      = []string{".dlint.yaml", ".dlint.yml"}
	hadolintNames = []string{".hadolint.yaml", ".hadolint.yml"}
)

// maxFiles bounds the files that count for one folder.
const maxFiles = 64

// kind says whose files a chain is made of.
type kind uint8

const (
	none kind = iota
	hadolints
	owns
)

// chain is the files that count for a folder, put together.
type chain struct {
	id       string
	kind     kind
	err      error
	parts    []part // the farthest first
	paths    []string
	warnings []*Error

	set       settings
	exclude   []scoped
	overrides []scopedOverride
	ignored   []ignoredRule
	custom    []*lint.Rule

	resolved map[string]*Resolved // by what match returns
}

// part is a file with the folder that its patterns are relative to: its own or,
// when it was extended, that of the file which extends it.
type part struct {
	*file
	base string
}

type scopedOverride struct {
	scoped
	override
}

// ignoredRule is a rule that is ignored for some paths.
type ignoredRule struct {
	scoped
	name string
}

// newChain puts files together.
func newChain(parts []part, k kind, err error) *chain {
	c := &chain{kind: k, parts: parts, err: err, resolved: map[string]*Resolved{}}
	for _, p := range parts {
		s := p.set
		s.rules = make(map[string]ruleSetting, len(p.set.rules))
		for name, rs := range p.set.rules {
			rs.base = p.base
			s.rules[name] = rs
		}
		c.set = s.over(c.set)
		c.paths = append(c.paths, p.path)
		c.warnings = append(c.warnings, p.warnings...)
		if len(p.exclude) > 0 {
			c.exclude = append(c.exclude, scoped{p.base, p.exclude})
		}
		for _, o := range p.overrides {
			c.overrides = append(c.overrides, scopedOverride{scoped{p.base, o.files}, o})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.set.rules)) {
		if rs := c.set.rules[name]; len(rs.ignore) > 0 {
			c.ignored = append(c.ignored, ignoredRule{scoped{rs.base, rs.ignore}, name})
		}
	}
	c.id = strings.Join(c.paths, "\x00")
	if err := c.define(); c.err == nil {
		c.err = err
	}
	return c
}

// match returns which overrides and which path-bound ignores hold for the path:
// a byte '1' or '0' for each.
func (c *chain) match(l *Loader, abs string) []byte {
	hits := make([]byte, 0, len(c.overrides)+len(c.ignored))
	hit := func(s *scoped) {
		b := byte('0')
		if s.match(l, abs) {
			b = '1'
		}
		hits = append(hits, b)
	}
	for k := range c.overrides {
		hit(&c.overrides[k].scoped)
	}
	for k := range c.ignored {
		hit(&c.ignored[k].scoped)
	}
	return hits
}

// settle writes the rules, with the overrides that hit, into config.
func (c *chain) settle(config *lint.Config, hits []byte) {
	rules := c.set.rules
	for k := range c.overrides {
		if hits[k] == '1' {
			rules = mergedRules(rules, c.overrides[k].rules)
			config.Ignore = append(slices.Clip(config.Ignore), c.overrides[k].ignore...)
		}
	}
	for k := range c.ignored {
		if hits[len(c.overrides)+k] == '1' {
			config.Ignore = append(slices.Clip(config.Ignore), c.ignored[k].name)
		}
	}
	if len(rules) == 0 {
		return
	}
	config.Rules = make(map[string]lint.Setting, len(rules))
	for name, rs := range rules {
		config.Rules[name] = rs.Setting
	}
}

// chain returns the files that count in the folder dir. The lock is held.
func (l *Loader) chain(dir string) *chain {
	if l.fixed != nil {
		return l.fixed
	}
	if c := l.chains[dir]; c != nil {
		return c
	}
	c := l.find(dir)
	l.chains[dir] = c
	return c
}

// find looks for the files of dir and what lies above.
func (l *Loader) find(dir string) *chain {
	var own []part
	var err error
	root := false
	if path := first(dir, ownNames); path != "" {
		own, err = l.load(path, nil, true)
		root = len(own) > 0 && own[len(own)-1].root
	}
	above := l.empty
	if parent := filepath.Dir(dir); !root && parent != dir && !exists(filepath.Join(dir, ".git")) {
		above = l.chain(parent)
	}
	switch {
	case (own != nil || err != nil) && above.kind == owns:
		return newChain(slices.Concat(above.parts, own), owns, errors.Join(above.err, err))
	case own != nil || err != nil:
		return newChain(own, owns, err)
	case above.kind == owns:
		return above
	}
	if path := first(dir, hadolintNames); path != "" {
		parts, err := l.load(path, nil, true)
		return newChain(parts, hadolints, err)
	}
	return above
}

// explicit returns the chain of the only file to read.
func (l *Loader) explicit(path string) *chain {
	parts, err := l.load(l.abs(path), nil, false)
	return newChain(parts, owns, err)
}

// matters reports whether find looks for files of the name.
func matters(name string) bool {
	same := func(own string) bool { return strings.EqualFold(own, name) } // on some file systems it is
	return same(".git") || slices.ContainsFunc(ownNames, same) || slices.ContainsFunc(hadolintNames, same)
}

// first returns the first of the names that exists in dir, or "".
func first(dir string, names []string) string {
	for _, name := range names {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	return ""
}

// exists follows no link: where one leads is not looked at before it is known to
// stay in the tree.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// loaded is a file with what it extends, the farthest first.
type loaded struct {
	parts []part
	err   error
}

// load reads a file and what it extends, once. The stack holds the files that
// extend it.
func (l *Loader) load(path string, stack []string, strict bool) ([]part, error) {
	if x := l.files[path]; x != nil {
		return x.parts, x.err
	}
	x := &loaded{}
	x.parts, x.err = l.read(path, stack, strict)
	l.files[path] = x
	return x.parts, x.err
}

func leadsOut(path, tree string) error {
	return &Error{Path: path, Message: "this leads out of " + tree + ": give it with --config"}
}

func (l *Loader) read(path string, stack []string, strict bool) ([]part, error) {
	tree := "" // that what is found may not lead out of
	if strict {
		tree = worktree.Root(filepath.Dir(append(stack, path)[0]))
		if !worktree.Holds(tree, path) {
			return nil, leadsOut(path, tree)
		}
	}
	data, err := readFile(path, strict)
	if err != nil {
		return nil, &Error{Path: path, Message: "reading the configuration: " + err.Error()}
	}
	if strings.Contains(filepath.Base(path), "hadolint") {
		f, err := readHadolint(l.book, path, data)
		return []part{{f, filepath.Dir(path)}}, err
	}
	f, err := readDlint(l.book, path, data, tree)
	if err != nil {
		return nil, err
	}
	stack = append(stack[:len(stack):len(stack)], path)
	d := document{path: path}
	var parts []part
	for _, x := range f.extends {
		if slices.Contains(stack, x.path) {
			d.fail(x.node, "extends goes in a circle: %s", strings.Join(append(stack, x.path), " -> "))
			continue
		}
		var more []part
		var err error
		switch {
		case strict && !worktree.Holds(tree, x.path):
			// Not asked of load, which keeps what it says for other trees, too.
			err = leadsOut(x.path, tree)
		case !exists(x.path):
			d.fail(x.node, "there is no file %s to extend", x.path)
			continue
		default:
			more, err = l.load(x.path, stack, strict)
		}
		if err != nil {
			return nil, fmt.Errorf("%w\nextended by %s:%d", err, path, x.node.Line)
		}
		parts = append(parts, more...)
	}
	parts = append(parts, part{file: f})
	if len(parts) > maxFiles {
		d.fail(f.extends[0].node, "more than %d files are extended", maxFiles)
	}
	for k := range parts {
		parts[k].base = filepath.Dir(path)
	}
	return parts, d.err()
}
