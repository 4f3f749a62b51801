package buildctx

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint/source"
)

// value is what a bake file gives for an attribute.
type value struct {
	kind   valueKind
	text   string
	list   []value
	fields []attribute
	rng    source.Range
	// heredoc: the body's lines stand in the file as they are, indent removed.
	exact  bool
	indent int
}

type valueKind uint8

const (
	unknownValue valueKind = iota
	stringValue
	otherValue // number, bool or null, spelled in text
	listValue
	objectValue
)

type attribute struct {
	key   string
	rng   source.Range // of the key
	value value
}

func (v *value) field(name string) *value {
	for i := range v.fields {
		if v.fields[i].key == name {
			return &v.fields[i].value
		}
	}
	return nil
}

// bakeTarget is a target block; variables give literal defaults.
type bakeTarget struct {
	name string
	rng  source.Range
	body value
	own  *layer // what it says itself, once that is made
}

// bakeDoc is a bake file. The budget, in bytes that are made of it, ends the
// reading of one that is made to be slow.
type bakeDoc struct {
	targets   []bakeTarget
	byName    map[string]*bakeTarget // the first of each name
	variables map[string]string
	budget    int
}

const (
	bakeBudget = 32 << 20
	layerCost  = 256 // of what a target inherits, and of each argument in it
)

func newBakeDoc() *bakeDoc {
	return &bakeDoc{byName: map[string]*bakeTarget{}, variables: map[string]string{}, budget: bakeBudget}
}

func (d *bakeDoc) pay(n int) bool {
	d.budget -= n
	return d.budget > 0
}

// entries turns targets into entries of the file. Those that only serve as base
// for others are left out.
func (d *bakeDoc) entries(p *parsedFile) {
	inherited := map[string]bool{}
	for i := range d.targets {
		if t := &d.targets[i]; d.byName[t.name] == nil {
			d.byName[t.name] = t
		}
		for _, name := range d.targets[i].inherits() {
			inherited[name] = true
		}
	}
	for i := range d.targets {
		t := &d.targets[i]
		layers := d.layers(t, map[string]bool{})
		own := layers[0]
		says := own.context.set || own.dockerfile.set || own.inline != nil
		if strings.HasPrefix(t.name, "_") || !says && (inherited[t.name] || len(t.body.fields) == 0) {
			continue
		}
		p.entries = append(p.entries, fileEntry{t.name, t.rng, layers})
	}
}

func (t *bakeTarget) inherits() []string {
	v := t.body.field("inherits")
	if v == nil {
		return nil
	}
	var out []string
	for i := range v.list {
		if v.list[i].kind == stringValue {
			out = append(out, v.list[i].text)
		}
	}
	return out
}

// layers returns what the target says, then what it inherits: later names win.
func (d *bakeDoc) layers(t *bakeTarget, seen map[string]bool) []*layer {
	seen[t.name] = true
	if t.own == nil {
		t.own = d.layer(t)
	}
	out := []*layer{t.own}
	if !d.pay(layerCost * (1 + len(t.own.args))) {
		return out
	}
	names := t.inherits()
	for i := len(names) - 1; i >= 0; i-- {
		if base := d.byName[names[i]]; base != nil && !seen[base.name] {
			out = append(out, d.layers(base, seen)...)
		}
	}
	return out
}

func (d *bakeDoc) layer(t *bakeTarget) *layer {
	l := &layer{
		context:    d.text(t.body.field("context")),
		dockerfile: d.text(t.body.field("dockerfile")),
		target:     d.text(t.body.field("target")),
	}
	if v := t.body.field("args"); v != nil {
		for i := range v.fields {
			f := &v.fields[i]
			s := d.text(&f.value)
			l.args = append(l.args, Arg{Name: f.key, Value: s.value, Known: s.set && s.known})
		}
	}
	if v := t.body.field("contexts"); v != nil {
		for i := range v.fields {
			if s := d.text(&v.fields[i].value); s.set && s.known {
				l.contexts = append(l.contexts, pair{v.fields[i].key, s.value})
			}
		}
	}
	if v := t.body.field("platforms"); v != nil {
		for i := range v.list {
			if s := d.text(&v.list[i]); s.set && s.known {
				l.platforms = append(l.platforms, s.value)
			}
		}
	}
	if v := t.body.field("dockerfile-inline"); v != nil && v.kind == stringValue {
		l.inline = &InlineDockerfile{
			Name: t.name, Text: v.text, Range: v.rng, Exact: v.exact, Indent: v.indent,
		}
	}
	return l
}

func (d *bakeDoc) text(v *value) text {
	if v == nil || v.kind == otherValue && v.text == "null" {
		return text{}
	}
	switch v.kind {
	case stringValue:
		s, ok := d.expand(v.text)
		return text{value: s, set: true, known: ok}
	case otherValue:
		if s, ok := d.variables[v.text]; ok {
			return text{value: s, set: true, known: true}
		}
		if isName(v.text) && v.text != "true" && v.text != "false" {
			return text{set: true}
		}
		return text{value: v.text, set: true, known: true}
	case unknownValue, listValue, objectValue:
	}
	return text{set: true}
}

// expand puts in the defaults of variables: ${NAME}. Other expressions are not
// known.
func (d *bakeDoc) expand(s string) (string, bool) {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, "$%")
		if i < 0 || i+1 >= len(s) {
			b.WriteString(s)
			return b.String(), true
		}
		b.WriteString(s[:i])
		switch {
		case strings.HasPrefix(s[i:], "$${") || strings.HasPrefix(s[i:], "%%{"):
			b.WriteString(s[i+1 : i+3])
			s = s[i+3:]
		case s[i+1] != '{':
			b.WriteByte(s[i])
			s = s[i+1:]
		default:
			name, rest, ok := strings.Cut(s[i+2:], "}")
			v, known := d.variables[strings.TrimSpace(name)]
			if !ok || !known || s[i] == '%' || !d.pay(len(v)) {
				return "", false
			}
			b.WriteString(v)
			s = rest
		}
	}
}

func parseBakeHCL(p *parsedFile) {
	h := &hcl{text: p.src.Text}
	if strings.HasPrefix(h.text, source.BOM) {
		h.pos = len(source.BOM)
	}
	body := h.body(0)
	doc := newBakeDoc()
	for _, f := range body.fields {
		kind, name, ok := strings.Cut(f.key, "\x00")
		if !ok {
			continue
		}
		switch kind {
		case "target":
			doc.targets = append(doc.targets, bakeTarget{name: name, rng: f.rng, body: f.value})
		case "variable":
			if v := f.value.field("default"); v != nil && (v.kind == stringValue || v.kind == otherValue && !isName(v.text)) {
				doc.variables[name] = v.text
			}
		}
	}
	doc.expandDefaults()
	doc.entries(p)
	p.setLines()
}

// expandDefaults resolves variables whose default names others, and forgets
// those that cannot be told.
func (d *bakeDoc) expandDefaults() {
	for range 5 {
		for name, v := range d.variables {
			if !strings.Contains(v, "${") {
				continue
			}
			if s, ok := d.expand(v); ok && len(s) < 4096 {
				d.variables[name] = s
			}
		}
	}
	for name, v := range d.variables {
		if strings.Contains(v, "${") {
			delete(d.variables, name)
		}
	}
}

func (p *parsedFile) setLines() {
	for i := range p.entries {
		for _, l := range p.entries[i].layers {
			if l.inline != nil {
				l.inline.Line = p.src.Line(l.inline.Range.Start)
			}
		}
	}
}

// parseBakeJSON uses the YAML reader, for it knows lines. Tabs, which YAML
// forbids in places, stand between the tokens of JSON only.
func parseBakeJSON(p *parsedFile) error {
	root, err := parseYAML(strings.ReplaceAll(p.src.Text, "\t", " "))
	if err != nil {
		return err
	}
	doc := newBakeDoc()
	r := newYAMLReader()
	if v := r.field(root, "variable"); v != nil && v.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(v.Content); i += 2 {
			if s := r.field(v.Content[i+1], "default"); s != nil && s.Kind == yaml.ScalarNode {
				doc.variables[v.Content[i].Value] = s.Value
			}
		}
	}
	doc.expandDefaults()
	if t := r.field(root, "target"); t != nil && t.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(t.Content); i += 2 {
			k := t.Content[i]
			rng := nodeRange(p.src, k)
			doc.targets = append(doc.targets, bakeTarget{name: k.Value, rng: rng, body: fromYAML(p.src, t.Content[i+1], 0)})
		}
	}
	doc.entries(p)
	p.setLines()
	return nil
}

// nodeRange marks a scalar, without its quotes when it stands on one line.
func nodeRange(f *source.File, n *yaml.Node) source.Range {
	start := nodeOffset(f, n)
	if start < len(f.Text) && f.Text[start] == '"' {
		start++
	}
	return source.Range{Start: start, End: min(start+len(n.Value), len(f.Text))}
}

func fromYAML(f *source.File, n *yaml.Node, depth int) value {
	if depth > yamlDepth {
		return value{}
	}
	v := value{}
	switch n.Kind {
	case yaml.ScalarNode:
		v = value{kind: stringValue, text: n.Value, rng: nodeRange(f, n)}
		if n.Tag != "!!str" {
			v.kind = otherValue
		}
	case yaml.SequenceNode:
		v.kind = listValue
		for _, e := range n.Content {
			v.list = append(v.list, fromYAML(f, e, depth+1))
		}
	case yaml.MappingNode:
		v.kind = objectValue
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			v.fields = append(v.fields, attribute{k.Value, nodeRange(f, k), fromYAML(f, n.Content[i+1], depth+1)})
		}
	}
	return v
}
