package manifest

import "strings"

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
			table = name + "#" + string(rune('0'+counts[name]%10))
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
			value = strings.TrimSpace(value)
			for open(value) && k+1 < len(lines) {
				k++
				value += " " + strings.TrimSpace(stripTOMLComment(lines[k]))
			}
			t[table][strings.Trim(strings.TrimSpace(key), `"'`)] = value
		}
	}
	return t
}

// open reports whether a value goes on in the next line.
func open(value string) bool {
	if strings.HasPrefix(value, `"""`) {
		return len(value) < 6 || !strings.HasSuffix(value, `"""`)
	}
	depth, quote := 0, byte(0)
	for i := range len(value) {
		switch c := value[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
	}
	return depth > 0
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
