package config

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/dlint/dlint/lint"
)

// object is a JSON object. Its keys are written in alphabetical order.
type object = map[string]any

// severityWords are the severities that a rule can be given.
var severityWords = []string{"error", "warning", "info", "style"}

// Schema returns the JSON Schema (draft 2020-12) of a .dlint.yaml for these
// rules, indented, with a newline at its end.
func Schema(rules []*lint.Rule) []byte {
	s := object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "dlint configuration",
		"description":          "Settings of dlint, the linter for Dockerfiles. Read from .dlint.yaml beside the Dockerfile and above.",
		"type":                 "object",
		"additionalProperties": false,
		"properties":           topSchema(),
		"$defs":                definitions(rules),
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // nothing in it can fail to be written
	}
	return append(data, '\n')
}

// described is a schema with a description.
func described(doc string, s object) object {
	s["description"] = doc
	return s
}

func ref(name string) object { return object{"$ref": "#/$defs/" + name} }

func text() object { return object{"type": []string{"string", "null"}} }

// listOf is a list of items, or a single one.
func listOf(item object) object {
	return object{"anyOf": []object{item, {"type": "array", "items": item}, {"type": "null"}}}
}

func topSchema() object {
	return object{
		"root":     described("Do not look for files in the folders above.", object{"type": "boolean", "default": false}),
		"extends":  described("Files to read first, relative to this one.", listOf(object{"type": "string"})),
		"fail-on":  described("The least severity that fails a run.", object{"enum": append(slices.Clone(severityWords), "never"), "default": "warning"}),
		"select":   described("Run these rules only, whether they are off by default or not.", listOf(ref("name"))),
		"ignore":   described("Do not run these rules.", listOf(ref("name"))),
		"preview":  described("Run rules that are previews.", object{"type": "boolean", "default": false}),
		"pragmas":  described("Heed comments that switch rules off.", object{"type": "boolean", "default": true}),
		"context":  described("The folder of the build context, relative to this file.", text()),
		"target":   described("The stage that is built.", text()),
		"platform": described("The platform that is built for, such as linux/arm64.", text()),
		"build-args": described("Build arguments.", object{
			"type": "object", "additionalProperties": object{"type": []string{"string", "number", "boolean", "null"}},
		}),
		"custom":  described("Rules of your own, without code.", object{"type": "array", "items": customSchema()}),
		"exclude": described("Paths that are passed over when folders are searched. ** stands for any folders.", ref("globs")),
		"rules":   described("Settings of single rules, by name.", ref("rules")),
		"overrides": described("Settings for some paths. The last that fits wins.", object{"type": "array", "items": object{
			"type": "object", "additionalProperties": false, "required": []string{"files"},
			"properties": object{
				"files":  described("The paths, relative to this file.", ref("globs")),
				"ignore": described("Do not run these rules.", listOf(ref("name"))),
				"rules": described("Settings of single rules, by name.", object{
					"$ref": "#/$defs/rules",
					// The paths stand in files already.
					"additionalProperties": object{"not": object{"type": "object", "required": []string{"ignore"}}},
				}),
			},
		}}),
	}
}

// definitions returns what the rest of the schema refers to.
func definitions(rules []*lint.Rule) object {
	b := newBook(rules)
	byName := object{}
	for _, name := range b.names.All() {
		key, only, _ := b.key(name)
		switch {
		case only == nil:
			byName[name] = described("Every rule that "+key+" stands for.", settingSchema(nil))
		case name == only.ID:
			byName[name] = described(ruleDoc(only), settingSchema(only))
		default:
			byName[name] = described("Another name of "+only.ID+".", settingSchema(only))
		}
	}
	names := slices.Clone(b.names.All())
	for _, r := range rules {
		full := r.Category + "/" + r.ID
		names = append(names, full)
		byName[full] = described("Another name of "+r.ID+".", settingSchema(r))
	}
	slices.Sort(names)
	defs := object{
		"name": object{"anyOf": []object{
			{"enum": slices.Compact(names)},
			{"type": "string", "pattern": customNames},
		}},
		"globs": listOf(object{"type": "string"}),
		"word":  object{"enum": []any{"off", "on", false, true, "error", "warning", "info", "style"}},
		"rules": object{
			"type": []string{"object", "null"}, "additionalProperties": false, "properties": byName,
			"patternProperties": object{customNames: settingSchema(nil)},
		},
	}
	for _, r := range rules {
		if r.Options != nil {
			defs["options-"+r.ID] = optionsSchema(r)
		}
	}
	return defs
}

func ruleDoc(r *lint.Rule) string {
	doc := r.Summary + "."
	if r.Off != "" {
		doc += " Off by default: " + strings.TrimSuffix(r.Off, ".") + "."
	}
	return doc
}

// settingSchema is the setting of a rule, or of a group when r is nil.
func settingSchema(r *lint.Rule) object {
	p := object{
		"enabled":       described("Whether it runs.", object{"type": "boolean"}),
		"severity":      described("The severity of what it finds.", object{"enum": severityWords}),
		"ignore":        described("Paths whose findings are hidden.", ref("globs")),
		"ignore-stages": described("Names or numbers of stages whose findings are hidden.", listOf(object{"type": []string{"string", "integer"}})),
	}
	if r != nil && r.Options != nil {
		p["options"] = ref("options-" + r.ID)
	}
	return object{"anyOf": []object{
		ref("word"),
		{"type": "null"},
		{"type": "object", "additionalProperties": false, "properties": p},
	}}
}

// optionsSchema describes the options of a rule with their defaults.
func optionsSchema(r *lint.Rule) object {
	v := reflect.ValueOf(r.Options())
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return typeSchema(v.Type(), v, nil)
}

// typeSchema describes a type. An invalid value means that no default is known.
func typeSchema(t reflect.Type, v reflect.Value, enum []string) object {
	for t.Kind() == reflect.Pointer {
		t, v = t.Elem(), reflect.Value{}
	}
	if reflect.PointerTo(t).Implements(unmarshalerType) {
		return object{}
	}
	var s object
	switch t.Kind() {
	case reflect.Struct:
		return structSchema(t, v)
	case reflect.Slice, reflect.Array:
		s = object{"type": "array", "items": typeSchema(t.Elem(), reflect.Value{}, enum)}
	case reflect.Map:
		s = object{"type": "object", "additionalProperties": typeSchema(t.Elem(), reflect.Value{}, enum)}
	default:
		s = scalarSchema(t, enum)
	}
	if v.IsValid() && !v.IsZero() && t != durationType {
		s["default"] = v.Interface()
	}
	return s
}

func structSchema(t reflect.Type, v reflect.Value) object {
	p := object{}
	for _, f := range optionFields(t) {
		var value reflect.Value
		if v.IsValid() {
			value = v.Field(f.index)
		}
		s := typeSchema(f.typ, value, f.enum)
		if f.doc != "" {
			s["description"] = f.doc
		}
		p[f.name] = s
	}
	return object{"type": "object", "additionalProperties": false, "properties": p}
}

func scalarSchema(t reflect.Type, enum []string) object {
	if len(enum) > 0 {
		return object{"enum": enum}
	}
	if t == durationType {
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.String:
		return object{"type": "string"}
	}
	return object{}
}
