package config

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// tomlEntry is one key of a TOML file with the tables that it stands in.
type tomlEntry struct {
	line  int // from one
	path  []string
	value *yaml.Node
}

// readTOML reads what configurations are made of: tables, strings, numbers,
// booleans and arrays of them, which YAML can read once they are told apart.
// Arrays of tables, dates and strings of several lines are refused.
func readTOML(text string) ([]tomlEntry, error) {
	var out []tomlEntry
	var table []string
	lines := strings.Split(text, "\n")
	for k := 0; k < len(lines); k++ {
		number := k + 1
		line := withoutComment(lines[k])
		if name, ok := strings.CutPrefix(line, "["); ok {
			name, closed := strings.CutSuffix(name, "]")
			if table, ok = tomlPath(name); !ok || !closed {
				return nil, fmt.Errorf("line %d: %s is no table that can be read", number, short(line))
			}
			continue
		}
		if line == "" {
			continue
		}
		var whole strings.Builder
		whole.WriteString(line)
		for open := openBrackets(line); open > 0 && k+1 < len(lines); {
			k++
			line = withoutComment(lines[k])
			open += openBrackets(line)
			whole.WriteString(" " + line)
		}
		more, err := tomlKey(number, table, whole.String())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		out = append(out, more...)
	}
	return out, nil
}

// tomlKey reads a key with its value. A table in one line gives several entries.
func tomlKey(line int, table []string, text string) ([]tomlEntry, error) {
	key, value, found := cutOutside(text, '=')
	path, ok := tomlPath(key)
	if !found || !ok {
		return nil, fmt.Errorf("%s is no key with a value", short(text))
	}
	path = append(table[:len(table):len(table)], path...)
	value = strings.TrimSpace(value)
	inner, ok := strings.CutPrefix(value, "{")
	if !ok {
		node, err := tomlValue(value)
		return []tomlEntry{{line, path, node}}, err
	}
	inner, ok = strings.CutSuffix(inner, "}")
	if !ok {
		return nil, fmt.Errorf("%s is no table", short(value))
	}
	var out []tomlEntry
	for more := strings.TrimSpace(inner) != ""; more; {
		var one string
		one, inner, more = cutOutside(inner, ',')
		entries, err := tomlKey(line, path, strings.TrimSpace(one))
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	return out, nil
}

// tomlValue reads a value. Those that are told apart here are written the same in
// TOML and YAML.
func tomlValue(text string) (*yaml.Node, error) {
	bad := fmt.Errorf("%s is no value that can be read", short(text))
	if strings.HasPrefix(text, `"""`) || strings.HasPrefix(text, `'''`) {
		return nil, bad
	}
	if strings.HasPrefix(text, "'") && strings.Count(text, "'") == 2 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.Trim(text, "'")}, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 {
		return nil, bad
	}
	n := doc.Content[0]
	plain := n.Kind == yaml.ScalarNode && n.Style == 0 && n.Tag == "!!str"
	if plain || n.Kind != yaml.ScalarNode && n.Kind != yaml.SequenceNode {
		return nil, bad
	}
	return n, nil
}

// tomlPath splits a name with dots, parts of which may be quoted.
func tomlPath(name string) ([]string, bool) {
	var out []string
	for more := true; more; {
		var part string
		part, name, more = cutOutside(name, '.')
		part = strings.Trim(strings.TrimSpace(part), `"'`)
		if part == "" || strings.ContainsAny(part, `"'[]{} `) {
			return nil, false
		}
		out = append(out, part)
	}
	return out, true
}

// outside calls each for the bytes of s that are in no quotes, until it returns
// false.
func outside(s string, each func(i int, c byte) bool) {
	quote := byte(0)
	for i := range len(s) {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case !each(i, c):
			return
		}
	}
}

// cutOutside is strings.Cut at the first c in no quotes and no brackets.
func cutOutside(s string, c byte) (before, after string, found bool) {
	at, depth := -1, 0
	outside(s, func(i int, b byte) bool {
		switch b {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if b == c && depth == 0 {
			at = i
		}
		return at < 0
	})
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+1:], true
}

func withoutComment(line string) string {
	outside(line, func(i int, c byte) bool {
		if c == '#' {
			line = line[:i]
		}
		return c != '#'
	})
	return strings.TrimSpace(line)
}

// openBrackets counts those that nothing closes.
func openBrackets(s string) int {
	depth := 0
	outside(s, func(_ int, c byte) bool {
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		}
		return true
	})
	return depth
}
