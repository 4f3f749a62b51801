package knowledge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/knowledge"
)

func TestInstructions(t *testing.T) {
	t.Parallel()
	all := knowledge.Instructions()
	if !slices.IsSortedFunc(all, func(a, b knowledge.InstructionDoc) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("instructions are in the order of the alphabet")
	}
	for _, d := range all {
		if got, ok := knowledge.InstructionOf(strings.ToLower(d.Name)); !ok || got.Name != d.Name {
			t.Errorf("%s is not found", d.Name)
		}
		if d.Doc == "" || d.Anchor == "" || len(d.Syntax) == 0 || !strings.HasPrefix(d.Syntax[0], d.Name) {
			t.Errorf("%s is not complete", d.Name)
		}
		for _, f := range d.Flags {
			if f.Doc == "" || f.Anchor == "" || strings.HasPrefix(f.Name, "-") || f.Value == "" && len(f.Values) == 0 {
				t.Errorf("%s --%s is not complete", d.Name, f.Name)
			}
			if got, ok := d.FlagOf(f.Name); !ok || got.Doc != f.Doc {
				t.Errorf("%s --%s is not found", d.Name, f.Name)
			}
		}
	}
	if _, ok := knowledge.InstructionOf("CROM"); ok {
		t.Error("CROM is no instruction")
	}
}

func TestMountTypes(t *testing.T) {
	t.Parallel()
	for _, m := range knowledge.MountTypes() {
		if _, ok := m.OptionOf("dst"); !ok {
			t.Errorf("%s has no target", m.Name)
		}
	}
	if m, ok := knowledge.MountTypeOf(""); !ok || m.Name != "bind" {
		t.Error("a mount without a type is a bind mount")
	}
	if m, _ := knowledge.MountTypeOf("secret"); m != nil {
		if o, ok := m.OptionOf("env"); !ok || o.Since != "1.10" {
			t.Error("the secret's env came with 1.10")
		}
	}
}
