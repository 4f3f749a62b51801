package config_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/config"
)

type node = map[string]any

func dig(t *testing.T, n any, path ...string) any {
	t.Helper()
	for _, key := range path {
		m, ok := n.(node)
		if !ok || m[key] == nil {
			t.Fatalf("no %q of %v in %v", key, path, n)
		}
		n = m[key]
	}
	return n
}

func TestSchema(t *testing.T) {
	t.Parallel()
	var s node
	if err := json.Unmarshal(config.Schema(testRules()), &s); err != nil {
		t.Fatal(err)
	}
	if got := dig(t, s, "$schema"); got != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("$schema is %v", got)
	}
	want := node{
		"type": "object", "additionalProperties": false,
		"properties": node{
			"registries": node{
				"type": "array", "items": node{"type": "string"}, "description": "Registries that are trusted.",
				"default": []any{"docker.io"},
			},
			"mode":    node{"enum": []any{"strict", "loose"}, "description": "How much is checked.", "default": "loose"},
			"timeout": node{"type": "string"},
			"most":    node{"type": "integer", "minimum": 0.0},
			"deep":    node{"type": "object", "additionalProperties": false, "properties": node{"on": node{"type": "boolean"}}},
		},
	}
	if diff := cmp.Diff(any(want), dig(t, s, "$defs", "options-untrusted-registry")); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	rules := dig(t, s, "$defs", "rules", "properties")
	for name, doc := range map[string]string{
		"untrusted-registry":    "Image of a registry that is not trusted. Off by default: it needs a list of registries.",
		"DL3064":                "Another name of secret-in-env.",
		"secrets/secret-in-env": "Another name of secret-in-env.",
		"packages":              "Every rule that packages stands for.",
		"pins":                  "Every rule that pins stands for.",
		"all":                   "Every rule that all stands for.",
	} {
		if got := dig(t, rules, name, "description"); got != doc {
			t.Errorf("%s: %v", name, got)
		}
	}
	// Overrides have paths of their own.
	override := dig(t, s, "properties", "overrides", "items", "properties", "rules")
	if got := dig(t, override, "additionalProperties", "not", "required"); !cmp.Equal(got, []any{"ignore"}) {
		t.Errorf("the rules of an override may have paths: %v", override)
	}
	checkRefs(t, s, s)
}

// checkRefs checks that every $ref leads somewhere.
func checkRefs(t *testing.T, root, n any) {
	t.Helper()
	switch n := n.(type) {
	case []any:
		for _, x := range n {
			checkRefs(t, root, x)
		}
	case node:
		if r, ok := n["$ref"].(string); ok {
			dig(t, root, "$defs", strings.TrimPrefix(r, "#/$defs/"))
		}
		for _, x := range n {
			checkRefs(t, root, x)
		}
	}
}

// Every key that the reader takes is in the schema, and no other.
func TestSchemaHasTheReadersKeys(t *testing.T) {
	t.Parallel()
	_, err := look(t, lay(t, "-- .dlint.yaml --\nzzzzzzzzzzzz: 1\n"), "Dockerfile", config.Options{})
	if err == nil {
		t.Fatal("an unknown key is taken")
	}
	_, list, _ := strings.Cut(err.Error(), ": use ")
	want := map[string]bool{}
	for key := range strings.SplitSeq(strings.Replace(list, " or ", ", ", 1), ", ") {
		want[key] = true
	}
	var s node
	if err := json.Unmarshal(config.Schema(testRules()), &s); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for key := range dig(t, s, "properties").(node) {
		got[key] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-reader +schema):\n%s", diff)
	}
}
