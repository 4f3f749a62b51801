package config

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dlint/dlint/lint"
)

// Validator is implemented by options that cannot be judged by their type alone.
type Validator interface {
	// Validate says what is wrong with the options and what to write.
	Validate() error
}

// options decodes n strictly into the options of the rule. Nil after a mistake.
func (r *fileReader) options(name string, only *lint.Rule, n *yaml.Node) any {
	if only == nil {
		r.fail(n, "%s means several rules: options belong to a single one", name)
		return nil
	}
	if only.Options == nil {
		r.fail(n, "rule %s has no options", only.ID)
		return nil
	}
	return r.decode(only, n)
}

// decode fills fresh options of the rule from n.
func (d *document) decode(rule *lint.Rule, n *yaml.Node) any {
	into := rule.Options()
	before := len(d.errs)
	d.conform(n, reflect.TypeOf(into), "options of "+rule.ID, "")
	if len(d.errs) > before {
		return nil
	}
	if err := n.Decode(into); err != nil {
		d.fail(n, "options of %s: %s", rule.ID, strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	if v, ok := into.(Validator); ok {
		if err := v.Validate(); err != nil {
			d.fail(n, "options of %s: %v", rule.ID, err)
			return nil
		}
	}
	return into
}

// optionField is a field of an options struct.
type optionField struct {
	name  string
	doc   string   // the tag "doc"
	enum  []string // the tag "enum", split at commas
	typ   reflect.Type
	index int
}

// optionFields lists the fields of a struct under their YAML names.
func optionFields(t reflect.Type) []optionField {
	var out []optionField
	for k := range t.NumField() {
		f := t.Field(k)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		o := optionField{name: name, doc: f.Tag.Get("doc"), typ: f.Type, index: k}
		if e := f.Tag.Get("enum"); e != "" {
			o.enum = strings.Split(e, ",")
		}
		out = append(out, o)
	}
	return out
}

var (
	durationType    = reflect.TypeFor[time.Duration]()
	unmarshalerType = reflect.TypeFor[yaml.Unmarshaler]()
)

// conform notes where n does not fit t. The enum is that of the field.
func (d *document) conform(n *yaml.Node, t reflect.Type, what, enum string) {
	for t.Kind() == reflect.Pointer {
		if t.Implements(unmarshalerType) {
			return
		}
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(unmarshalerType) || isNull(n) {
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.conformStruct(n, t, what)
	case reflect.Slice, reflect.Array:
		if n.Kind != yaml.SequenceNode {
			d.fail(n, "%s wants a list, not %s", what, kindOf(n))
			return
		}
		for _, x := range n.Content {
			d.conform(x, t.Elem(), "an item of "+what, enum)
		}
	case reflect.Map:
		d.entries(n, what, func(key, value *yaml.Node) { d.conform(value, t.Elem(), what+"."+key.Value, enum) })
	case reflect.Interface:
	default:
		d.conformScalar(n, t, what, enum)
	}
}

func (d *document) conformStruct(n *yaml.Node, t reflect.Type, what string) {
	all := optionFields(t)
	d.entries(n, what, func(key, value *yaml.Node) {
		k := slices.IndexFunc(all, func(o optionField) bool { return o.name == key.Value })
		if k < 0 {
			names := make([]string, len(all))
			for j, o := range all {
				names[j] = o.name
			}
			d.fail(key, "unknown option %q in %s: %s", key.Value, what, advice(key.Value, names))
			return
		}
		d.conform(value, all[k].typ, all[k].name, strings.Join(all[k].enum, ","))
	})
}

func (d *document) conformScalar(n *yaml.Node, t reflect.Type, what, enum string) {
	if n.Kind != yaml.ScalarNode || n.Decode(reflect.New(t).Interface()) != nil {
		d.fail(n, "%s wants %s, not %s", what, wanted(t), kindOf(n))
		return
	}
	if enum == "" {
		return
	}
	if words := strings.Split(enum, ","); !slices.Contains(words, n.Value) {
		d.fail(n, "%s cannot be %q: %s", what, short(n.Value), advice(n.Value, words))
	}
}

// wanted names a scalar type for people.
func wanted(t reflect.Type) string {
	if t == durationType {
		return "a duration such as 30s"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number that is not negative"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a single value"
}

// hasOption reports whether the rule has an option of that name.
func hasOption(rule *lint.Rule, name string) bool {
	if rule.Options == nil {
		return false
	}
	t := reflect.TypeOf(rule.Options())
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct &&
		slices.ContainsFunc(optionFields(t), func(o optionField) bool { return o.name == name })
}
