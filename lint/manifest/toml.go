package manifest

import (
	"strconv"
	"strings"
)

// TOML is a TOML file: for each table its keys with their raw values. An array
// of tables has a number in its name: "bin#0".
type TOML map[string]map[string]string

// ReadTOML reads the subset of TOML that manifests use. Values that span lines
// are joined.
func ReadTOML(text string) TOML {
	t := TOML{"": {}}
	table := ""
	counts := map[string]int{}
	lines := strings.Split(text, "\n")
	for k := 0; k < len(lines); k++ {
		line := strings.TrimSpace(stripTOMLComment(lines[k]))
		switch {
		case line == "":
		case strings.HasPrefix(line, "[["):
			name := strings.TrimSpace(strings.Trim(line, "[]"))
			table = name + "#" + strconv.Itoa(counts[name])
			counts[name]++
			t[table] = map[string]string{}
		case strings.HasPrefix(line, "["):
			table = strings.ReplaceAll(strings.TrimSpace(strings.Trim(line, "[]")), `"`, "")
			if t[table] == nil {
				t[table] = map[string]string{}
			}
		default:
			key, value, ok := strings.Cut(line, "=")
			if !ok {
				continue
			}
			var v tomlValue
			v.add(strings.TrimSpace(value))
			for v.open() && k+1 < len(lines) {
				k++
				v.add(" " + strings.TrimSpace(stripTOMLComment(lines[k])))
			}
			t[table][strings.Trim(strings.TrimSpace(key), `"'`)] = v.text.String()
		}
	}
	return t
}

// tomlValue is a value as far as it has been read, line by line.
type tomlValue struct {
	text  strings.Builder
	depth int  // of brackets
	quote byte // that is open, or 0
}

func (v *tomlValue) add(text string) {
	v.text.WriteString(text)
	for i := range len(text) {
		switch c := text[i]; {
		case v.quote != 0:
			if c == v.quote {
				v.quote = 0
			}
		case c == '"' || c == '\'':
			v.quote = c
		case c == '[' || c == '{':
			v.depth++
		case c == ']' || c == '}':
			v.depth--
		}
	}
}

// open reports whether the value goes on in the next line.
func (v *tomlValue) open() bool {
	if text := v.text.String(); strings.HasPrefix(text, `"""`) {
		return len(text) < 6 || !strings.HasSuffix(text, `"""`)
	}
	return v.depth > 0
}

func stripTOMLComment(line string) string {
	quote := byte(0)
	for i := range len(line) {
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			return line[:i]
		}
	}
	return line
}

// String returns the string value of a key, "" when there is none.
func (t TOML) String(table, key string) string {
	return strings.Trim(t[table][key], `"'`)
}

// Strings returns the strings of an array.
func (t TOML) Strings(table, key string) []string {
	var out []string
	value := t[table][key]
	for value != "" {
		at := strings.IndexAny(value, `"'`)
		if at < 0 {
			break
		}
		end := strings.IndexByte(value[at+1:], value[at])
		if end < 0 {
			break
		}
		out = append(out, value[at+1:at+1+end])
		value = value[at+end+2:]
	}
	return out
}

// Has reports whether the table exists.
func (t TOML) Has(table string) bool { return t[table] != nil }
