package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint/dockerfile"
)

// Bounds of a configuration file. Aliases count each time they are used, so a
// file that multiplies them is refused and not expanded.
const (
	maxBytes = 1 << 20
	maxNodes = 100_000
	maxDepth = 64
)

// Error is a mistake in a configuration file.
type Error struct {
	Path         string
	Line, Column int // from one; zero for the file as a whole
	Message      string
}

// Error returns the place and the message.
func (e *Error) Error() string {
	place := e.Path
	if e.Line > 0 {
		place += ":" + strconv.Itoa(e.Line)
	}
	if e.Line > 0 && e.Column > 0 {
		place += ":" + strconv.Itoa(e.Column)
	}
	// Names and values may hold line ends; an error is one line.
	return strings.ReplaceAll(place+": "+e.Message, "\n", "␊")
}

// readFile reads a configuration file within bounds. strict refuses what is no
// plain file: opening a pipe that lies around would wait for ever.
func readFile(path string, strict bool) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && (info.IsDir() || strict && !info.Mode().IsRegular()) {
		return nil, errors.New("this is no plain file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, cause(err)
	}
	if len(data) > maxBytes {
		return nil, errors.New("larger than 1 MB, which no configuration is")
	}
	return data, nil
}

// cause drops the operation and path from err.
func cause(err error) error {
	if pe := (*os.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// document reads one YAML document and collects what is wrong with it.
type document struct {
	path string
	errs []*Error
	left int // nodes that may still be read
}

// fail notes a mistake at n.
func (d *document) fail(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, d.at(n, format, args...))
}

func (d *document) at(n *yaml.Node, format string, args ...any) *Error {
	return &Error{Path: d.path, Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)}
}

// err returns the mistakes as one error, nil when there are none.
func (d *document) err() error {
	errs := make([]error, len(d.errs))
	for k, e := range d.errs {
		errs[k] = e
	}
	return errors.Join(errs...)
}

// parse reads the only document of data, without aliases and merge keys. It is
// nil for an empty file and after a mistake.
func (d *document) parse(data []byte) *yaml.Node {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		d.errs = append(d.errs, d.syntax(err))
		return nil
	}
	if err := dec.Decode(&more); err == nil {
		d.fail(&more, "a second document begins here: a configuration is one document")
		return nil
	} else if !errors.Is(err, io.EOF) {
		d.errs = append(d.errs, d.syntax(err))
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	d.left = maxNodes
	n := d.flatten(doc.Content[0], 0)
	if len(d.errs) > 0 {
		return nil
	}
	return n
}

// syntax gives an error of the YAML parser its place.
func (d *document) syntax(err error) *Error {
	e := &Error{Path: d.path, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if rest, ok := strings.CutPrefix(e.Message, "line "); ok {
		if num, msg, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(num); err == nil {
				e.Line, e.Message = n, msg
			}
		}
	}
	e.Message = "no valid YAML: " + e.Message
	return e
}

// flatten puts aliases and merge keys in their place.
func (d *document) flatten(n *yaml.Node, depth int) *yaml.Node {
	if len(d.errs) > 0 {
		return n
	}
	d.left--
	switch {
	case d.left < 0:
		d.fail(n, "too many values: a configuration has at most %d, aliases counted each time", maxNodes)
		return n
	case depth > maxDepth:
		d.fail(n, "nested too deeply, or an alias inside of its own anchor")
		return n
	}
	switch n.Kind {
	case yaml.AliasNode:
		return d.flatten(n.Alias, depth+1)
	case yaml.SequenceNode:
		m := *n
		m.Anchor, m.Content = "", make([]*yaml.Node, len(n.Content))
		for k, x := range n.Content {
			m.Content[k] = d.flatten(x, depth+1)
		}
		return &m
	case yaml.MappingNode:
		return d.flattenMapping(n, depth)
	}
	m := *n
	m.Anchor = ""
	return &m
}

func (d *document) flattenMapping(n *yaml.Node, depth int) *yaml.Node {
	m := *n
	m.Anchor, m.Content = "", nil
	seen := map[string]*yaml.Node{}
	var merges []*yaml.Node
	for k := 0; k+1 < len(n.Content); k += 2 {
		key, value := n.Content[k], n.Content[k+1]
		if key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge" {
			merges = append(merges, d.flatten(value, depth+1))
			continue
		}
		key = d.flatten(key, depth+1)
		if key.Kind != yaml.ScalarNode {
			d.fail(key, "a key is a single word")
			return n
		}
		if first := seen[key.Value]; first != nil {
			d.fail(key, "%q stands here twice, first on line %d", key.Value, first.Line)
			return n
		}
		seen[key.Value] = key
		m.Content = append(m.Content, key, d.flatten(value, depth+1))
	}
	for _, merge := range merges {
		d.merge(&m, merge, seen)
	}
	return &m
}

// merge adds the keys of a mapping, or of a list of them, that m does not have.
func (d *document) merge(m, from *yaml.Node, seen map[string]*yaml.Node) {
	switch from.Kind {
	case yaml.SequenceNode:
		for _, x := range from.Content {
			if x.Kind != yaml.MappingNode {
				d.fail(x, "<< takes mappings")
				return
			}
			d.merge(m, x, seen)
		}
	case yaml.MappingNode:
		for k := 0; k+1 < len(from.Content); k += 2 {
			if key := from.Content[k]; seen[key.Value] == nil {
				seen[key.Value] = key
				m.Content = append(m.Content, key, from.Content[k+1])
			}
		}
	default:
		d.fail(from, "<< takes a mapping")
	}
}

// fields are the keys that a mapping may have, and what to do with each value.
type fields map[string]func(*yaml.Node)

// object reads a mapping with these keys. A null value is one left out.
func (d *document) object(n *yaml.Node, what string, f fields) {
	d.entries(n, what, func(key, value *yaml.Node) {
		read, ok := f[key.Value]
		if !ok {
			names := slices.Sorted(maps.Keys(f))
			d.fail(key, "unknown key %q in %s: %s", key.Value, what, advice(key.Value, names))
			return
		}
		if !isNull(value) {
			read(value)
		}
	})
}

// advice suggests the nearest of the names, or lists all of them.
func advice(word string, names []string) string {
	if near := dockerfile.Nearest(word, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "use " + anyOf(names)
}

// anyOf lists words as "a, b or c".
func anyOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// entries calls each for the entries of a mapping.
func (d *document) entries(n *yaml.Node, what string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s wants keys and values, not %s", what, kindOf(n))
		return
	}
	for k := 0; k+1 < len(n.Content); k += 2 {
		each(n.Content[k], n.Content[k+1])
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// kindOf names what n is, for messages.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!null":
			return "nothing"
		case "!!str":
			return strconv.Quote(short(n.Value))
		}
		return short(n.Value)
	}
	return "an alias"
}

// short cuts a value for a message.
func short(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:60], "") + "…"
}

// str reads a scalar as it is written.
func (d *document) str(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.fail(n, "%s wants a single value, not %s", what, kindOf(n))
		return "", false
	}
	return n.Value, true
}

// boolean reads true or false.
func (d *document) boolean(n *yaml.Node, what string) (value, ok bool) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" {
		return strings.EqualFold(n.Value, "true"), true
	}
	d.fail(n, "%s wants true or false, not %s", what, kindOf(n))
	return false, false
}

// list calls each for the items of a list; a single value is a list of one.
func (d *document) list(n *yaml.Node, what string, each func(item *yaml.Node, value string)) {
	items := n.Content
	switch n.Kind {
	case yaml.ScalarNode:
		items = []*yaml.Node{n}
	case yaml.MappingNode:
		d.fail(n, "%s wants a list, not a mapping", what)
		return
	}
	for _, x := range items {
		if value, ok := d.str(x, "an item of "+what); ok {
			each(x, value)
		}
	}
}
