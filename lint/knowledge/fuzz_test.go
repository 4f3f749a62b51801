package knowledge_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dlint/dlint/lint/knowledge"
)

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"DB_PASSWORD", "dbPassword", "${X:-y}", "$$x", "a=b;password=c", "://:@", "node:20-alpine@sha256:0", "ÄPassword1", "-", "0x", "${"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		_ = knowledge.ClassifyName(name).String()
		_ = knowledge.ClassifyValue(name, value).String()
		if masked := knowledge.Mask(value); len(value) > 8 && strings.Contains(masked, value) {
			t.Errorf("Mask(%q) shows it: %q", value, masked)
		}
		ref, err := knowledge.ParseRef(name)
		if err != nil {
			return
		}
		if !utf8.ValidString(name) {
			t.Errorf("%q is no name", name)
		}
		again, err := knowledge.ParseRef(ref.String())
		if err != nil || again != ref {
			t.Errorf("%q is written %q, which reads as %+v, %v", name, ref, again, err)
		}
		knowledge.WellKnownImage(ref)
		knowledge.EOL(ref.Name(), ref.Tag)
		knowledge.CheckSPDX(value)
		knowledge.SignalNumber(value)
		knowledge.ParsePlatform(value)
	})
}
