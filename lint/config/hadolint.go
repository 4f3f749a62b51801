package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
)

// hadolintOptions says which key of hadolint's becomes which option of the
// rules that carry one of its codes.
var hadolintOptions = []struct {
	key    string
	codes  []string
	option string
}{
	{"trustedRegistries", []string{"DL3026"}, "registries"},
	{"label-schema", []string{"DL3049", "DL3050", "DL3051", "DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3057", "DL3058"}, "labels"},
	{"strict-labels", []string{"DL3050", "DL3049"}, "strict"},
}

// hadolintFormats are hadolint's names for formats that dlint has.
var hadolintFormats = map[string]string{
	"tty": "text", "json": "json", "checkstyle": "checkstyle", "gnu": "gnu", "sarif": "sarif",
	"codeclimate": "gitlab", "gitlab_codeclimate": "gitlab", "sonarqube": "sonarqube",
}

// hadolintReader reads a .hadolint.yaml.
type hadolintReader struct {
	fileReader
	noFail bool
	// options collects a mapping for each rule, by ID.
	options map[string]*yaml.Node
	rules   []*lint.Rule // those in options, in order
}

// readHadolint reads the text of a .hadolint.yaml. What dlint does not know is
// a warning: hadolint's users list codes that dlint has no need of.
func readHadolint(b *book, path string, data []byte) (*file, error) {
	r := newHadolintReader(b, path)
	n := r.parse(data)
	if n == nil || isNull(n) {
		return r.file, r.err()
	}
	r.top(n)
	return r.file, r.err()
}

func newHadolintReader(b *book, path string) *hadolintReader {
	return &hadolintReader{
		fileReader: fileReader{document: document{path: path}, book: b, file: &file{path: path}},
		options:    map[string]*yaml.Node{},
	}
}

func (r *hadolintReader) warn(n *yaml.Node, format string, args ...any) {
	r.file.warnings = append(r.file.warnings, r.at(n, format, args...))
}

func (r *hadolintReader) top(n *yaml.Node) {
	s := &r.file.set
	s.rules = map[string]ruleSetting{}
	quiet := func(*yaml.Node) {}
	f := fields{
		"ignored":               func(v *yaml.Node) { s.ignore = r.codes(v, "ignored") },
		"override":              r.override,
		"failure-threshold":     r.threshold,
		"no-fail":               func(v *yaml.Node) { r.noFail, _ = r.boolean(v, "no-fail") },
		"disable-ignore-pragma": r.disablePragmas,
		"format":                r.format,
		"trustedRegistries":     func(v *yaml.Node) { r.option("trustedRegistries", v) },
		"label-schema":          func(v *yaml.Node) { r.option("label-schema", v) },
		"strict-labels": func(v *yaml.Node) {
			if on, _ := r.boolean(v, "strict-labels"); on {
				r.option("strict-labels", v)
			}
		},
		"no-color": quiet, "verbose": quiet,
	}
	r.entries(n, "the configuration", func(key, value *yaml.Node) {
		read, ok := f[key.Value]
		switch {
		case !ok:
			r.warn(key, "unknown key %q in a file of hadolint's", key.Value)
		case !isNull(value):
			read(value)
		}
	})
	if r.noFail {
		never := lint.Unset
		s.failOn = &never
	}
	r.decodeOptions()
}

// codes reads a list of codes and returns those that mean a rule.
func (r *hadolintReader) codes(n *yaml.Node, what string) []string {
	known := []string{}
	r.list(n, what, func(item *yaml.Node, code string) {
		if _, _, ok := r.book.key(code); !ok {
			r.warn(item, "dlint has no rule for %s", code)
			return
		}
		known = append(known, code)
	})
	return known
}

func (r *hadolintReader) override(n *yaml.Node) {
	severities := []string{"error", "warning", "info", "style"}
	r.entries(n, "override", func(key, value *yaml.Node) {
		if !slices.Contains(severities, key.Value) {
			r.fail(key, "unknown severity %q in override: %s", key.Value, advice(key.Value, severities))
			return
		}
		severity, _ := lint.ParseSeverity(key.Value)
		if isNull(value) {
			return
		}
		for _, code := range r.codes(value, "override") {
			name, only, _ := r.book.key(code)
			s := r.file.set.rules[name]
			s.Severity = severity
			if only != nil {
				s.Switch = lint.On
			}
			r.file.set.rules[name] = s
		}
	})
}

// threshold reads failure-threshold. "ignore" is hadolint's lowest severity.
func (r *hadolintReader) threshold(n *yaml.Node) {
	value, ok := r.str(n, "failure-threshold")
	if !ok {
		return
	}
	name := strings.ToLower(value)
	switch name {
	case "none":
		name = "never"
	case "ignore":
		name = "style"
	}
	s, err := ParseFailOn(name)
	if err != nil {
		words := []string{"error", "warning", "info", "style", "ignore", "none"}
		r.fail(n, "unknown failure-threshold %q: %s", short(value), advice(value, words))
		return
	}
	r.file.set.failOn = &s
}

func (r *hadolintReader) disablePragmas(n *yaml.Node) {
	if on, _ := r.boolean(n, "disable-ignore-pragma"); on {
		r.file.set.pragmas = lint.Off
	}
}

func (r *hadolintReader) format(n *yaml.Node) {
	value, ok := r.str(n, "format")
	if !ok {
		return
	}
	if r.file.set.format = hadolintFormats[value]; r.file.set.format == "" {
		r.warn(n, "dlint has no format %s", short(value))
	}
}

// option puts the value into the options of the rules that want it.
func (r *hadolintReader) option(key string, value *yaml.Node) {
	if isEmpty(value) {
		return
	}
	used := false
	for _, m := range hadolintOptions {
		if m.key != key {
			continue
		}
		for _, rule := range r.book.withOption(m.codes, m.option) {
			r.add(rule, m.option, value)
			used = true
		}
	}
	if !used {
		r.warn(value, "dlint has no rule for %s", key)
	}
}

func isEmpty(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode && len(n.Content) == 0 }

// withOption returns the rules that have one of the codes and such an option.
func (b *book) withOption(codes []string, option string) []*lint.Rule {
	var out []*lint.Rule
	for _, code := range codes {
		for _, rule := range b.names.Rules(code) {
			if hasOption(rule, option) && !slices.Contains(out, rule) {
				out = append(out, rule)
			}
		}
	}
	return out
}

func (r *hadolintReader) add(rule *lint.Rule, option string, value *yaml.Node) {
	n := r.options[rule.ID]
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: value.Line, Column: value.Column}
		r.options[rule.ID] = n
		r.rules = append(r.rules, rule)
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: option}, value)
}

func (r *hadolintReader) decodeOptions() {
	for _, rule := range r.rules {
		options := r.decode(rule, r.options[rule.ID])
		if options == nil {
			continue
		}
		s := r.file.set.rules[rule.ID]
		s.Options, s.Switch = options, lint.On
		r.file.set.rules[rule.ID] = s
	}
}
