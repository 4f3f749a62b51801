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

// Default returns a .dlint.yaml to start from: every key, most of them behind a
// "#" without a blank, and the rules that want a decision.
func Default(rules []*lint.Rule) []byte {
	var b bytes.Buffer
	b.WriteString(`# Configuration of dlint. It counts for the Dockerfiles in this folder and below.

# Do not look for configuration in the folders above.
root: true

# The least severity that fails a run: error, warning, info, style or never.
fail-on: warning

# Other files to read first.
#extends: []

# The folder that images are built from, relative to this file.
#context: .

# What is built: arguments, the stage and the platform.
#build-args:
#  VERSION: "1.2"
#target: app
#platform: linux/amd64

# Paths that are passed over when folders are searched.
#exclude:
#  - vendor/

# Rules not to run, and the only rules to run. "dlint rules" lists them all.
#ignore: []
#select: []

# Run rules that are previews, and heed comments that switch rules off.
#preview: false
#pragmas: true

# Settings of single rules: off, on, a severity, or in detail.
`)
	writeChoices(&b, rules)
	b.WriteString(`
# Settings for some paths only.
#overrides:
#  - files: ["**/test/*.Dockerfile"]
#    ignore: []
#    rules: {}

# Rules of your own: by instruction, flag, argument, command, image or labels.
#custom:
#  - id: no-npm-install
#    message: Use npm ci instead.
#    command: npm install
`)
	return b.Bytes()
}

// writeChoices shows a setting in detail and lists the rules that are off by
// default or have options.
func writeChoices(b *bytes.Buffer, rules []*lint.Rule) {
	sorted := slices.Clone(rules)
	slices.SortFunc(sorted, func(x, y *lint.Rule) int { return strings.Compare(x.ID, y.ID) })
	b.WriteString("#rules:\n")
	plain := func(r *lint.Rule) bool { return r.Options == nil && r.Off == "" && !r.Preview }
	if k := slices.IndexFunc(sorted, plain); k >= 0 {
		r := sorted[k]
		fmt.Fprintf(b, "#  %s: # %s\n", r.ID, oneLine(r.Summary))
		fmt.Fprintf(b, "#    severity: %v\n#    ignore: [\"test/**\"]\n#    ignore-stages: [build]\n", r.Severity)
	}
	for _, r := range sorted {
		switch {
		case r.Options != nil:
			fmt.Fprintf(b, "#  %s: # %s\n#    options:\n", r.ID, oneLine(r.Summary))
			b.WriteString(commentOut(defaultsYAML(r), "#      "))
		case r.Off != "":
			fmt.Fprintf(b, "#  %s: on # %s (off by default: %s)\n", r.ID, oneLine(r.Summary), oneLine(r.Off))
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// defaultsYAML writes the options of a rule as they are by default.
func defaultsYAML(r *lint.Rule) string {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if errors.Join(enc.Encode(r.Options()), enc.Close()) != nil {
		return ""
	}
	return b.String()
}

// commentOut puts prefix in front of each line.
func commentOut(text, prefix string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(prefix + line)
	}
	return b.String()
}

// FromHadolint turns the text of a .hadolint.yaml into that of a .dlint.yaml
// for these rules. The notes say what could not be carried over, one sentence
// each. A file that hadolint would not read is an error.
func FromHadolint(rules []*lint.Rule, data []byte) (text []byte, notes []string, err error) {
	const path = ".hadolint.yaml"
	r := newHadolintReader(newBook(rules), path)
	n := r.parse(data)
	if n != nil && !isNull(n) {
		r.top(n)
	}
	if err := r.err(); err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	b.WriteString("# Converted from " + path + ".\n")
	s := &r.file.set
	if s.failOn != nil {
		name := "never"
		if *s.failOn != lint.Unset {
			name = s.failOn.String()
		}
		b.WriteString("fail-on: " + name + "\n")
	}
	if s.pragmas == lint.Off {
		b.WriteString("pragmas: false\n")
	}
	if len(s.ignore) > 0 {
		b.WriteString("ignore:\n")
		r.writeIgnored(&b, n)
	}
	if err := r.writeRules(&b); err != nil {
		return nil, nil, err
	}
	for _, w := range r.file.warnings {
		notes = append(notes, fmt.Sprintf("line %d: %s", w.Line, w.Message))
	}
	if s.format != "" {
		notes = append(notes, "the format is no part of the configuration: use --format "+s.format)
	}
	return b.Bytes(), notes, nil
}

// writeIgnored writes the ignored codes under their names here, keeping the
// comments beside them.
func (r *hadolintReader) writeIgnored(b *bytes.Buffer, n *yaml.Node) {
	again := document{}
	seen := map[string]bool{}
	again.entries(n, "", func(key, value *yaml.Node) {
		if key.Value != "ignored" {
			return
		}
		again.list(value, "", func(item *yaml.Node, code string) {
			name, _, ok := r.book.key(code)
			if !ok || seen[name] {
				return
			}
			seen[name] = true
			b.WriteString("  - " + name + " # " + code)
			if why := oneLine(strings.TrimLeft(item.LineComment, "# ")); why != "" {
				b.WriteString(": " + why)
			}
			b.WriteString("\n")
		})
	})
}

// writeRules writes severities and options.
func (r *hadolintReader) writeRules(b *bytes.Buffer) error {
	rules := object{}
	for name, s := range r.file.set.rules {
		switch options := r.options[name]; {
		case options != nil && s.Severity != lint.Unset:
			rules[name] = object{"severity": s.Severity.String(), "options": bare(options)}
		case options != nil:
			rules[name] = object{"options": bare(options)}
		default:
			rules[name] = s.Severity.String()
		}
	}
	if len(rules) == 0 {
		return nil
	}
	enc := yaml.NewEncoder(b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(object{"rules": rules}), enc.Close()); err != nil {
		return fmt.Errorf("writing the rules: %w", err)
	}
	return nil
}

// bare returns n without comments, which would land in odd places.
func bare(n *yaml.Node) *yaml.Node {
	m := *n
	m.HeadComment, m.LineComment, m.FootComment = "", "", ""
	m.Content = make([]*yaml.Node, len(n.Content))
	for k, x := range n.Content {
		m.Content[k] = bare(x)
	}
	return &m
}
