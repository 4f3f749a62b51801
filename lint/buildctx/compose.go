package buildctx

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint/source"
)

// The compose file is read as a tree of YAML nodes, and only the few keys that
// matter are looked at: an alias is followed where it is met and never copied,
// so that a file of nested aliases costs nothing.

const yamlDepth = 20 // aliases and merges inside one another

func parseYAML(text string) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not valid YAML: %v", r)
		}
	}()
	var doc yaml.Node
	if err := yaml.NewDecoder(strings.NewReader(text)).Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return &yaml.Node{}, nil
		}
		return nil, err
	}
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		return doc.Content[0], nil
	}
	return &doc, nil
}

// deref follows aliases.
func deref(n *yaml.Node) *yaml.Node {
	for range yamlDepth {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

// yamlReader looks things up in one file. The budget, counted in nodes looked
// at, ends the search in files made to be slow.
type yamlReader struct{ budget int }

func newYAMLReader() *yamlReader { return &yamlReader{5_000_000} }

func (r *yamlReader) pay(n int) bool {
	r.budget -= n
	return r.budget > 0
}

// field returns the value of a key, looking through merges ("<<").
func (r *yamlReader) field(n *yaml.Node, key string) *yaml.Node {
	return r.fieldWithin(n, key, yamlDepth)
}

func (r *yamlReader) fieldWithin(n *yaml.Node, key string, depth int) *yaml.Node {
	n = deref(n)
	if n == nil || n.Kind != yaml.MappingNode || depth == 0 || !r.pay(1+len(n.Content)) {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return deref(n.Content[i+1])
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != "<<" {
			continue
		}
		for _, m := range merged(n.Content[i+1]) {
			if v := r.fieldWithin(m, key, depth-1); v != nil {
				return v
			}
		}
	}
	return nil
}

// merged lists what the value of "<<" names.
func merged(n *yaml.Node) []*yaml.Node {
	n = deref(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	return n.Content
}

// pairs lists a mapping with its merges, or a list of "key=value". has is false
// for a key without a value.
func (r *yamlReader) pairs(n *yaml.Node, depth int, yield func(key string, value *yaml.Node, has bool)) {
	n = deref(n)
	if n == nil || depth == 0 || !r.pay(1+10*len(n.Content)) {
		return
	}
	if n.Kind == yaml.SequenceNode {
		for _, e := range n.Content {
			if e = deref(e); e == nil || e.Kind != yaml.ScalarNode {
				continue
			}
			key, value, has := strings.Cut(e.Value, "=")
			yield(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}, has)
		}
		return
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], deref(n.Content[i+1])
		if k.Value != "<<" {
			yield(k.Value, v, v != nil && v.Kind == yaml.ScalarNode && v.Tag != "!!null")
			continue
		}
		for _, m := range merged(v) {
			if m = deref(m); m != nil && m.Kind == yaml.MappingNode {
				r.pairs(m, depth-1, yield)
			}
		}
	}
}

func scalar(n *yaml.Node) text {
	n = deref(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return text{}
	}
	value, ok := interpolate(n.Value)
	return text{value: value, set: true, known: ok}
}

// composeReader turns the services of one file into entries.
type composeReader struct {
	*yamlReader
	file     *parsedFile
	services *yaml.Node
}

func parseCompose(p *parsedFile) error {
	root, err := parseYAML(p.src.Text)
	if err != nil {
		return err
	}
	r := composeReader{yamlReader: newYAMLReader(), file: p}
	r.services = r.field(root, "services")
	if r.services == nil || r.services.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(r.services.Content); i += 2 {
		name, service := r.services.Content[i], r.services.Content[i+1]
		layers := r.layers(name.Value, service, 0)
		if len(layers) == 0 {
			continue
		}
		start := nodeOffset(p.src, name)
		end := min(start+len(name.Value), len(p.src.Text))
		p.entries = append(p.entries, fileEntry{name.Value, source.Range{Start: start, End: end}, layers})
	}
	return nil
}

func nodeOffset(f *source.File, n *yaml.Node) int {
	return f.Offset(source.Position{Line: max(n.Line-1, 0), Column: max(n.Column-1, 0)}, source.UTF32)
}

// layers returns what a service says, then what it extends in the same file.
func (r composeReader) layers(name string, service *yaml.Node, depth int) []*layer {
	if depth > yamlDepth {
		return nil
	}
	var out []*layer
	if b := r.field(service, "build"); b != nil {
		if l := r.layer(name, b); l != nil {
			if p := scalar(r.field(service, "platform")); l.platforms == nil && p.set && p.known {
				l.platforms = []string{p.value}
			}
			out = append(out, l)
		}
	}
	from := r.field(service, "extends")
	if from != nil && from.Kind == yaml.MappingNode {
		if r.field(from, "file") != nil {
			return out
		}
		from = r.field(from, "service")
	}
	if from != nil && from.Kind == yaml.ScalarNode {
		if base := r.field(r.services, from.Value); base != nil {
			out = append(out, r.layers(name, base, depth+1)...)
		}
	}
	return out
}

func (r composeReader) layer(name string, build *yaml.Node) *layer {
	l := &layer{}
	switch build.Kind {
	case yaml.ScalarNode:
		l.context = scalar(build)
		if !l.context.set {
			return nil
		}
		return l
	case yaml.MappingNode:
	default:
		return nil
	}
	l.context = scalar(r.field(build, "context"))
	l.dockerfile = scalar(r.field(build, "dockerfile"))
	l.target = scalar(r.field(build, "target"))
	r.pairs(r.field(build, "args"), 3, func(key string, value *yaml.Node, has bool) {
		t := text{}
		if has {
			t = scalar(value)
		}
		l.args = append(l.args, Arg{Name: key, Value: t.value, Known: t.set && t.known})
	})
	r.pairs(r.field(build, "additional_contexts"), 3, func(key string, value *yaml.Node, has bool) {
		if t := scalar(value); has && t.known {
			l.contexts = append(l.contexts, pair{key, t.value})
		}
	})
	if n := r.field(build, "platforms"); n != nil && n.Kind == yaml.SequenceNode {
		for _, e := range n.Content {
			if t := scalar(e); t.set && t.known {
				l.platforms = append(l.platforms, t.value)
			}
		}
	}
	if n := r.field(build, "dockerfile_inline"); n != nil && n.Kind == yaml.ScalarNode && n.Tag != "!!null" && r.pay(len(n.Value)) {
		l.inline = inlineYAML(r.file.src, name, n)
	}
	return l
}

// inlineYAML finds the place of a Dockerfile inside a YAML file. Compose expands
// variables in it, where "$$" is a dollar; that is left to the reader.
func inlineYAML(f *source.File, name string, n *yaml.Node) *InlineDockerfile {
	in := &InlineDockerfile{Name: name, Text: n.Value}
	in.Line = max(n.Line-1, 0)
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		start := nodeOffset(f, n)
		in.Range = source.Range{Start: start, End: max(start, f.LineRange(in.Line).End)}
		return in
	}
	in.Line++ // the text starts below "|"
	first := f.LineRange(in.Line)
	for first.Empty() && in.Line+1 < f.Lines() && !strings.HasPrefix(n.Value, "\n") {
		in.Line++
		first = f.LineRange(in.Line)
	}
	lines := strings.Split(strings.TrimRight(n.Value, "\n"), "\n")
	in.Range = source.Range{Start: first.Start, End: f.LineRange(in.Line + len(lines) - 1).End}
	for i, l := range lines {
		if l != "" {
			in.Indent = max(f.LineRange(in.Line+i).Len()-len(l), 0)
			break
		}
	}
	in.Exact = n.Style&yaml.LiteralStyle != 0
	for i, l := range lines {
		got := f.Slice(f.LineRange(in.Line + i))
		in.Exact = in.Exact && strings.HasSuffix(got, l) && (l == "" || len(got)-len(l) == in.Indent)
	}
	return in
}

// interpolate expands ${NAME:-default} to its default and "$$" to a dollar. ok is
// false when a variable without a default remains.
func interpolate(s string) (out string, ok bool) {
	if strings.IndexByte(s, '$') < 0 {
		return s, true
	}
	return interpolateDeep(s, 0)
}

func interpolateDeep(s string, depth int) (string, bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		switch {
		case strings.HasPrefix(s, "$"):
			b.WriteByte('$')
			s = s[1:]
			continue
		case !strings.HasPrefix(s, "{") || depth > yamlDepth:
			return "", false
		}
		end := closingBrace(s)
		if end < 0 {
			return "", false
		}
		_, value, ok := strings.Cut(s[1:end], "-")
		// ":-" and "-" give a default; "?" and "+" do not.
		if name := strings.TrimRight(s[1:end-len(value)], ":-"); !ok || strings.ContainsAny(name, "?+") {
			return "", false
		}
		value, ok = interpolateDeep(value, depth+1)
		if !ok {
			return "", false
		}
		b.WriteString(value)
		s = s[end+1:]
	}
}

// closingBrace returns the place of the brace that closes the one at s[0].
func closingBrace(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
