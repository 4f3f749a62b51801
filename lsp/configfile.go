package lsp

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/protocol"

	"github.com/dlint/dlint/lint/config"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// schema is the part of a JSON schema that completion and hovers read.
type schema struct {
	Ref         string             `json:"$ref"`
	Description string             `json:"description"`
	Properties  map[string]*schema `json:"properties"`
	Items       *schema            `json:"items"`
	Additional  json.RawMessage    `json:"additionalProperties"`
	Enum        []any              `json:"enum"`
	AnyOf       []*schema          `json:"anyOf"`
	OneOf       []*schema          `json:"oneOf"`
	Type        json.RawMessage    `json:"type"`
	Defs        map[string]*schema `json:"$defs"`
}

// schemas holds the schema of a set of rules.
type schemas struct {
	once sync.Once
	root *schema
}

func (s *Server) configSchema() *schema {
	s.schema.once.Do(func() {
		s.schema.root = &schema{}
		_ = json.Unmarshal(config.Schema(s.opts.Rules), s.schema.root)
	})
	return s.schema.root
}

// all returns a schema with everything it refers to and chooses from.
func (x *schema) all(root *schema) []*schema {
	var out []*schema
	var add func(*schema, int)
	add = func(s *schema, depth int) {
		if s == nil || depth > 8 {
			return
		}
		if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
			add(root.Defs[name], depth+1)
		}
		out = append(out, s)
		for _, o := range append(slices.Clone(s.AnyOf), s.OneOf...) {
			add(o, depth+1)
		}
	}
	add(x, 0)
	return out
}

// child returns the schemas of a member of a mapping, and of an item when name
// is "-".
func child(in []*schema, root *schema, name string) []*schema {
	var out []*schema
	for _, s := range in {
		switch {
		case name == "-" && s.Items != nil:
			out = append(out, s.Items.all(root)...)
		case s.Properties[name] != nil:
			out = append(out, s.Properties[name].all(root)...)
		default:
			var more schema
			if json.Unmarshal(s.Additional, &more) == nil {
				out = append(out, (&more).all(root)...)
			}
		}
	}
	return out
}

// yamlPlace is where in a YAML text an offset lies, judged by the indentation.
type yamlPlace struct {
	path  []string // keys around; "-" for an item of a list
	key   string   // of the line, "" when it is being written
	word  source.Range
	value bool // the offset is behind the colon
}

// yamlAt reads the lines up to off. It needs no sound document: while a user
// types there is none.
func yamlAt(src *source.File, off int) yamlPlace {
	line := src.Line(off)
	r := src.LineRange(line)
	text := src.Slice(r)
	indent, item := yamlIndent(text)
	p := yamlPlace{word: source.Range{Start: min(r.Start+indent, off), End: off}}
	if k, after, ok := strings.Cut(text[min(indent, len(text)):], ":"); ok {
		p.key = strings.Trim(strings.TrimSpace(k), `"'`)
		if colon := r.Start + indent + len(k); off > colon {
			p.value = true
			p.word.Start = min(colon+1+len(after)-len(strings.TrimLeft(after, " ")), off)
		} else {
			p.word.End = colon
		}
	}
	if i := strings.LastIndexAny(src.Text[p.word.Start:off], "[,"); i >= 0 && (p.value || item) {
		p.word.Start += i + 1
		for p.word.Start < off && src.Text[p.word.Start] == ' ' {
			p.word.Start++
		}
	}
	want := indent
	if item {
		p.path = append(p.path, "-")
		want = strings.Index(text, "-") + 1
	}
	for l := line - 1; l >= 0 && want > 0; l-- {
		t := src.Slice(src.LineRange(l))
		if s := strings.TrimSpace(t); s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		in, isItem := yamlIndent(t)
		k, _, ok := strings.Cut(t[min(in, len(t)):], ":")
		if in >= want || !ok {
			continue
		}
		p.path = append(p.path, strings.Trim(strings.TrimSpace(k), `"'`))
		want = in
		if isItem {
			p.path = append(p.path, "-")
			want = strings.Index(t, "-") + 1
		}
	}
	slices.Reverse(p.path)
	return p
}

// yamlIndent returns the column of the first key of a line, behind the dash of
// an item.
func yamlIndent(line string) (int, bool) {
	n := len(line) - len(strings.TrimLeft(line, " "))
	if rest := line[n:]; rest == "-" || strings.HasPrefix(rest, "- ") {
		inner := strings.TrimLeft(rest[1:], " ")
		return n + len(rest) - len(inner), true
	}
	return n, false
}

// schemasAt returns the schemas of a place.
func (s *Server) schemasAt(path []string) []*schema {
	root := s.configSchema()
	at := root.all(root)
	for _, name := range path {
		at = child(at, root, name)
	}
	return at
}

// hoverConfig explains a key of the configuration or a rule in it.
func (s *Server) hoverConfig(f *file, off int) (string, source.Range) {
	r := wordAt(f.src, off)
	if rule := s.rule(f.src.Slice(r)); rule != nil {
		return s.ruleText(rule, true), r
	}
	p := yamlAt(f.src, off)
	if p.key == "" {
		return "", source.Range{}
	}
	for _, x := range s.schemasAt(append(slices.Clone(p.path), p.key)) {
		if x.Description != "" {
			return "**" + p.key + "**\n\n" + x.Description, r
		}
	}
	return "", source.Range{}
}

// wordAt returns the word of a configuration around an offset.
func wordAt(src *source.File, off int) source.Range {
	word := func(c byte) bool { return dockerfile.IsNameByte(c) || c == '-' || c == '/' }
	r := source.Range{Start: off, End: off}
	for r.Start > 0 && word(src.Text[r.Start-1]) {
		r.Start--
	}
	for r.End < len(src.Text) && word(src.Text[r.End]) {
		r.End++
	}
	return r
}

// completeConfig offers keys, values and rules.
func (c *completion) completeConfig() {
	p := yamlAt(c.f.src, c.off)
	root := c.s.configSchema()
	if !p.value {
		at := c.s.schemasAt(p.path)
		for _, x := range at {
			for _, name := range c.s.rulesFirst(x.Properties) {
				doc := ""
				for _, y := range x.Properties[name].all(root) {
					if doc == "" {
						doc = y.Description
					}
				}
				text := name + ": "
				if _, rest, ok := strings.Cut(c.f.src.Slice(c.f.src.LineRange(c.f.src.Line(c.off))), ":"); ok || rest != "" {
					text = name
				}
				c.itemText(p.word, name, text, protocol.CompletionItemKindProperty, "", doc)
			}
		}
		c.enums(at, p.word)
		return
	}
	at := c.s.schemasAt(append(slices.Clone(p.path), p.key))
	c.enums(at, p.word)
	c.enums(child(at, root, "-"), p.word)
}

// rulesFirst returns names in their order, those of rules before the codes by
// which other linters call them.
func (s *Server) rulesFirst(names map[string]*schema) []string {
	var first, other []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if r := s.rule(name); r != nil && r.ID != name {
			other = append(other, name)
		} else {
			first = append(first, name)
		}
	}
	return append(first, other...)
}

// enums offers the values of schemas, and rules where rules are wanted.
func (c *completion) enums(at []*schema, word source.Range) {
	for _, x := range at {
		for _, e := range x.Enum {
			if name, ok := e.(string); ok {
				doc := ""
				if r := c.s.rule(name); r != nil {
					doc = c.s.ruleText(r, false)
				}
				c.item(word, name, protocol.CompletionItemKindEnumMember, "", doc)
			}
		}
		if string(x.Type) == `"boolean"` {
			c.item(word, "true", protocol.CompletionItemKindValue, "", "")
			c.item(word, "false", protocol.CompletionItemKindValue, "", "")
		}
	}
}
