package pragma_test

import (
	"slices"
	"testing"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/pragma"
	"github.com/dlint/dlint/lint/source"
	"github.com/dlint/dlint/lint/stage"
)

func FuzzPragmas(f *testing.F) {
	for _, seed := range []string{
		"# dlint ignore=a,b -- c\nFROM x\n",
		"FROM a\nRUN x \\\n# dlint ignore = a , b\n y\n",
		"FROM a\n# dlint ignore-stage: q\n# hadolint global ignore=DL3000\n# hadolint shell=/bin/sh\nRUN x\n",
		"# check=skip=A,B;error=true x\n# escape=`\nFROM a\n",
		"FROM a\n# check=skip=all\n#\n# check=skip=A\nRUN x",
		"#!/x\n# dlint ignore-file=x",
		"\ufeff# dlint ignroe=x\r\nFROM a\r\n",
	} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, off int) {
		df := dockerfile.Parse(source.NewFile("Dockerfile", text))
		for _, p := range pragma.Read(df, stage.New(df, stage.Options{})) {
			checkPragma(t, df, p)
		}
		if off < 0 || off > len(text) {
			return
		}
		checkInsert(t, df, off)
	})
}

// checkPragma checks that the ranges nest and that edits stay in bounds.
func checkPragma(t *testing.T, f *dockerfile.File, p *pragma.Pragma) {
	t.Helper()
	all := f.Source.All()
	if !all.Contains(p.Range) || !all.Contains(p.Target) || p.Target.Start > p.Target.End {
		t.Fatalf("ranges of %+v leave the text", p)
	}
	if !p.Range.Contains(p.Key) {
		t.Errorf("key %v outside of %v", p.Key, p.Range)
	}
	if len(p.Names) == 0 && p.Kind != pragma.Shell && !p.Error && p.Bad == "" && p.Tool != "check" {
		t.Errorf("%q names nothing and is not bad", f.Source.Slice(p.Range))
	}
	end := p.Range.Start
	for _, n := range p.Names {
		if n.Range.Start < end || n.Range.End > p.Range.End || n.Range.Empty() {
			t.Errorf("name %+v in %+v", n, p.Range)
		}
		end = n.Range.End
		r, _ := pragma.RemoveName(f, p, n)
		if !all.Contains(r) || r.Start > r.End {
			t.Errorf("removing %q takes %v", n.Value, r)
		}
	}
}

// checkInsert checks that a pragma inserted is a pragma read, at least where
// the file is sound.
func checkInsert(t *testing.T, f *dockerfile.File, off int) {
	t.Helper()
	text := f.Source.Text
	for _, kind := range []pragma.Kind{pragma.Line, pragma.Stage, pragma.File} {
		at, add := pragma.Insert(f, kind, off, []string{"some-rule"}, "")
		if at < 0 || at > len(text) {
			t.Fatalf("insertion at %d", at)
		}
		if len(f.Errors) > 0 {
			continue
		}
		g := dockerfile.Parse(source.NewFile("Dockerfile", text[:at]+add+text[at:]))
		if len(g.Instructions) != len(f.Instructions) || len(g.Directives) != len(f.Directives) || len(g.Errors) > 0 {
			t.Fatalf("inserting %q at %d changed the file: %v", add, at, g.Errors)
		}
		found := slices.ContainsFunc(pragma.Read(g, stage.New(g, stage.Options{})), func(p *pragma.Pragma) bool {
			return p.All || slices.ContainsFunc(p.Names, func(n *pragma.Name) bool { return n.Value == "some-rule" })
		})
		if !found {
			t.Fatalf("inserted %q at %d is no pragma", add, at)
		}
	}
}
