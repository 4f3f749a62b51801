package lsp

import (
	"bytes"
	"encoding/json"
)

// value is any JSON, read leniently: what has another type than expected is as
// good as missing. The strict decoder of package protocol would refuse whole
// messages for it.
type value struct{ v any }

// parseJSON reads data.
func parseJSON(data []byte) (value, bool) {
	if len(data) == 0 {
		return value{}, false
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return value{}, false
	}
	return value{v}, true
}

// get returns the member at the end of a path of names.
func (v value) get(path ...string) value {
	for _, name := range path {
		m, _ := v.v.(map[string]any)
		v = value{m[name]}
	}
	return v
}

// kind returns 's', 'n', 'b', 'o' or 'a' for string, number, boolean, object
// and array, and 0 for null and what is missing.
func (v value) kind() byte {
	switch v.v.(type) {
	case string:
		return 's'
	case json.Number:
		return 'n'
	case bool:
		return 'b'
	case map[string]any:
		return 'o'
	case []any:
		return 'a'
	}
	return 0
}

func (v value) str() string { s, _ := v.v.(string); return s }
func (v value) yes() bool   { b, _ := v.v.(bool); return b }

// isFalse reports whether the value is there and false.
func (v value) isFalse() bool { b, ok := v.v.(bool); return ok && !b }

func (v value) integer() (int64, bool) {
	n, ok := v.v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return i, err == nil
}

func (v value) list() []value {
	a, _ := v.v.([]any)
	out := make([]value, len(a))
	for k := range a {
		out[k] = value{a[k]}
	}
	return out
}

func (v value) strings() []string {
	var out []string
	for _, e := range v.list() {
		if e.kind() == 's' {
			out = append(out, e.str())
		}
	}
	return out
}

// texts returns the members of an object that are strings.
func (v value) texts() map[string]string {
	m, _ := v.v.(map[string]any)
	var out map[string]string
	for name, e := range m {
		if s, ok := e.(string); ok {
			if out == nil {
				out = map[string]string{}
			}
			out[name] = s
		}
	}
	return out
}

// raw returns any value as JSON, for fields of type LSPAny.
func raw(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return data
}
