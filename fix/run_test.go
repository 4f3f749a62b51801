package fix_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/fix"
	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/buildctx"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// toy returns a rule that looks at every instruction of the kind.
func toy(id, name string, check func(p *lint.Pass, ins *dockerfile.Instruction)) *lint.Rule {
	return &lint.Rule{ID: id, Category: "toys", Summary: id, Severity: lint.Warning, Fixable: true, Check: func(p *lint.Pass) {
		for ins := range p.Instructions(name) {
			check(p, ins)
		}
	}}
}

// once reports one finding with one fix.
func once(p *lint.Pass, r source.Range, a lint.Applicability, edits ...lint.Edit) {
	p.Report(lint.Diagnostic{Range: r, Message: "found", Fixes: []lint.Fix{{Title: "Mend it", Applicability: a, Edits: edits}}})
}

// capitals writes keywords in capitals.
var capitals = &lint.Rule{ID: "capitals", Category: "toys", Severity: lint.Style, Fixable: true, Check: func(p *lint.Pass) {
	for ins := range p.Instructions() {
		if ins.Keyword.Value != ins.Name {
			once(p, ins.Keyword.Range, lint.Safe, lint.Replace(ins.Keyword.Range, ins.Name))
		}
	}
}}

// noUser adds a user behind the last line; unsafe.
var noUser = &lint.Rule{ID: "no-user", Category: "toys", Severity: lint.Warning, Fixable: true, Check: func(p *lint.Pass) {
	for range p.Instructions("USER") {
		return
	}
	longer := document(p.Source.Text + "\nUSER app\n").Tree().Instructions
	if n := len(longer); n == 0 || longer[n-1].Name != "USER" {
		return // the last instruction would take the new line
	}
	for ins := range p.Instructions("FROM") {
		once(p, ins.Range, lint.Unsafe, lint.Insert(len(p.Source.Text), "USER app\n"))
	}
}}

// sudo deletes the word in front of commands.
var sudo = toy("sudo", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
	if strings.HasPrefix(p.Source.Slice(ins.ArgsRange), "sudo ") && !strings.HasPrefix(p.Source.Slice(ins.ArgsRange), "sudo -") {
		start := ins.ArgsRange.Start
		once(p, ins.ArgsRange, lint.Safe, lint.Delete(source.Range{Start: start, End: start + len("sudo ")}))
	}
})

func engine(tb testing.TB, rules ...*lint.Rule) *lint.Engine {
	tb.Helper()
	e, err := lint.New(rules, lint.Config{})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func document(text string) *lint.Document {
	return lint.NewDocument(source.NewFile("Dockerfile", text), lint.Build{})
}

func TestRun(t *testing.T) {
	t.Parallel()
	type counts = map[string]int
	manual := toy("manual", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Range, lint.Manual, lint.Delete(ins.Lines))
	})
	second := toy("second", "STOPSIGNAL", func(p *lint.Pass, ins *dockerfile.Instruction) {
		if ins.Args[0].Value == "SIGTERM" {
			return
		}
		p.Report(lint.Diagnostic{Range: ins.Range, Message: "found", Fixes: []lint.Fix{
			{Title: "Delete it", Applicability: lint.Unsafe, Edits: []lint.Edit{lint.Delete(ins.Lines)}},
			{Title: "Name it", Applicability: lint.Safe, Edits: []lint.Edit{lint.Replace(ins.Args[0].Range, "SIGTERM")}},
		}})
	})
	shout := toy("upper", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		if text := p.Source.Slice(ins.ArgsRange); text != strings.ToUpper(text) {
			once(p, ins.ArgsRange, lint.Safe, lint.Replace(ins.ArgsRange, strings.ToUpper(text)))
		}
	})
	for name, tc := range map[string]struct {
		rules  []*lint.Rule
		text   string
		least  lint.Applicability
		want   string
		rounds int
		counts counts
	}{
		"nothing to do": {[]*lint.Rule{capitals}, "FROM a\n", lint.Safe, "FROM a\n", 0, nil},
		"one round":     {[]*lint.Rule{capitals}, "from a\nrun b\n", lint.Safe, "FROM a\nRUN b\n", 1, counts{"capitals: Mend it": 2}},
		"touching edits wait": {
			[]*lint.Rule{sudo},
			"FROM a\nRUN sudo sudo sudo b\n", lint.Safe,
			"FROM a\nRUN b\n", 3,
			counts{"sudo: Mend it": 3},
		},
		"equal insertions count once": {
			[]*lint.Rule{noUser}, "FROM a\nFROM b", lint.Unsafe, "FROM a\nFROM b\nUSER app", 1, counts{"no-user: Mend it": 2},
		},
		"edits of two rules in one place": {
			[]*lint.Rule{sudo, shout},
			"FROM a\nRUN sudo b\nRUN c\n", lint.Safe, "FROM a\nRUN B\nRUN C\n", 2,
			counts{"sudo: Mend it": 1, "upper: Mend it": 2},
		},
		"unsafe is not safe": {[]*lint.Rule{noUser}, "FROM a\n", lint.Safe, "FROM a\n", 0, nil},
		"never manual":       {[]*lint.Rule{manual}, "FROM a\nRUN b\n", lint.Manual, "FROM a\nRUN b\n", 0, nil},
		"first that applies": {[]*lint.Rule{second}, "FROM a\nSTOPSIGNAL 9\n", lint.Safe, "FROM a\nSTOPSIGNAL SIGTERM\n", 1, counts{"second: Name it": 1}},
		"first of all":       {[]*lint.Rule{second}, "FROM a\nSTOPSIGNAL 9\n", lint.Unsafe, "FROM a\n", 1, counts{"second: Delete it": 1}},
		"broken stays broken": {
			[]*lint.Rule{capitals}, "from a\nRUM b\nrun c\n", lint.Safe, "FROM a\nRUM b\nRUN c\n", 1, counts{"capitals: Mend it": 2},
		},
		"two rules, CRLF and BOM": {
			[]*lint.Rule{capitals, noUser, sudo},
			"\ufefffrom a\r\nrun sudo b\r\n", lint.Unsafe,
			"\ufeffFROM a\r\nRUN b\r\nUSER app\r\n", 1,
			counts{"capitals: Mend it": 2, "no-user: Mend it": 1, "sudo: Mend it": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := fix.Run(t.Context(), engine(t, tc.rules...), document(tc.text), tc.least)
			if err != nil {
				t.Fatal(err)
			}
			if got.Text != tc.want || got.Changed != (tc.text != tc.want) || got.Rounds != tc.rounds {
				t.Errorf("got %q, changed %v, in %d rounds; want %q in %d", got.Text, got.Changed, got.Rounds, tc.want, tc.rounds)
			}
			var applied counts
			for _, a := range got.Applied {
				if applied == nil {
					applied = counts{}
				}
				applied[a.Rule.ID+": "+a.Title] = a.Count
			}
			if diff := cmp.Diff(tc.counts, applied); diff != "" {
				t.Error(diff)
			}
			if got.Document.Source.Text != got.Text {
				t.Error("the document is not the fixed one")
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	restless := toy("restless", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Range, lint.Safe, lint.Insert(ins.ArgsRange.Start, "x"))
	})
	breaking := toy("breaking", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Keyword.Range, lint.Safe, lint.Replace(ins.Keyword.Range, "RUM"))
	})
	above := toy("above", "FROM", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Range, lint.Safe, lint.Insert(ins.Lines.Start, "RUN x\n"))
	})
	trigger := toy("trigger", "ONBUILD", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Range, lint.Safe, lint.Replace(ins.Trigger.Keyword.Range, "RUM"))
	})
	invalid := toy("invalid", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Range, lint.Safe, lint.Delete(source.Range{Start: 3, End: 999}))
	})
	still := toy("still", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		once(p, ins.Range, lint.Safe, lint.Replace(ins.Keyword.Range, "RUN"))
	})
	for _, tc := range []struct {
		rule   *lint.Rule
		text   string
		reason string
	}{
		// The first round has a finding less behind it: it makes FROM of from.
		{restless, "FROM a\nRUN b\n", "do not come to rest in 11 rounds"},
		{restless, "FROM a\nRUN b\nRUN c\n", "do not come to rest in 11 rounds"},
		{breaking, "FROM a\nRUN b\n", "break the Dockerfile"},
		{breaking, "FROM a\nRUN b\nRUN c\n", "break the Dockerfile"},
		{above, "FROM a\n", "break the Dockerfile"},
		{trigger, "FROM a\nONBUILD RUN b\n", "break the Dockerfile"},
		{invalid, "FROM a\nRUN b\n", "are not valid (edit of bytes 3 to 999 does not lie in the 13 bytes of the text)"},
		{still, "FROM a\nRUN b\n", "are not valid (the edits change nothing)"},
	} {
		t.Run(tc.rule.ID, func(t *testing.T) {
			t.Parallel()
			got, err := fix.Run(t.Context(), engine(t, capitals, tc.rule), document(strings.Replace(tc.text, "FROM", "from", 1)), lint.Safe)
			var failed *fix.Error
			if !errors.As(err, &failed) || got != nil {
				t.Fatalf("got %v, %v", got, err)
			}
			if failed.Reason != tc.reason || failed.Rules[0] != tc.rule || len(failed.Rules) != 1 {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(err.Error(), tc.rule.ID) {
				t.Errorf("%q does not name the rule", err)
			}
		})
	}
}

func TestRunOthers(t *testing.T) {
	t.Parallel()
	create := func(text string) lint.FileEdit {
		return lint.FileEdit{Path: ".dockerignore", Create: true, Edits: []lint.Edit{lint.Insert(0, text)}}
	}
	ignore := toy("ignore", "COPY", func(p *lint.Pass, ins *dockerfile.Instruction) {
		p.Report(lint.Diagnostic{Range: ins.Range, Message: "found", Fixes: []lint.Fix{{
			Title: "Create it", Applicability: lint.Safe, Others: []lint.FileEdit{create(".git\n")},
		}}})
	})
	rival := toy("rival", "RUN", func(p *lint.Pass, ins *dockerfile.Instruction) {
		p.Report(lint.Diagnostic{Range: ins.Range, Message: "found", Fixes: []lint.Fix{{
			Title: "Create another", Applicability: lint.Safe,
			Edits:  []lint.Edit{lint.Replace(ins.ArgsRange, "never without its file")},
			Others: []lint.FileEdit{create("node_modules\n")},
		}}})
	})
	missing := toy("missing", "ADD", func(p *lint.Pass, ins *dockerfile.Instruction) {
		p.Report(lint.Diagnostic{Range: ins.Range, Message: "found", Fixes: []lint.Fix{{
			Title: "Edit it", Applicability: lint.Safe, Others: []lint.FileEdit{{Path: "x", Edits: []lint.Edit{lint.Insert(0, "a")}}},
		}}})
	})
	e := engine(t, ignore, rival, missing)
	got, err := fix.Run(t.Context(), e, document("FROM a\nCOPY . .\nCOPY b c\nRUN d\n"), lint.Safe)
	if err != nil {
		t.Fatal(err)
	}
	want := []fix.OtherFile{{Path: ".dockerignore", Text: ".git\n", Create: true}}
	if diff := cmp.Diff(want, got.Others); diff != "" {
		t.Error(diff)
	}
	if got.Changed || got.Rounds != 1 || len(got.Applied) != 1 || got.Applied[0].Count != 2 {
		t.Errorf("got %+v", got)
	}
	if _, err = fix.Run(t.Context(), e, document("FROM a\nADD . .\n"), lint.Safe); err == nil {
		t.Error("a file that cannot be read was edited")
	}
}

func TestRunPanicAndCancel(t *testing.T) {
	t.Parallel()
	bad := toy("bad", "FROM", func(*lint.Pass, *dockerfile.Instruction) { panic("oh") })
	got, err := fix.Run(t.Context(), engine(t, bad, capitals), document("from a\n"), lint.Safe)
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != "FROM a\n" || len(got.Panics) != 1 || got.Panics[0].Rule != bad {
		t.Errorf("got %q, %v", got.Text, got.Panics)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fix.Run(ctx, engine(t, capitals), document("from a\n"), lint.Safe); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// FuzzFix checks that fixes come to rest, break nothing, and leave nothing for a
// second run.
func FuzzFix(f *testing.F) {
	for _, s := range []string{
		"from a\nrun sudo b\n", "\ufefffrom a\r\nrun sudo \\\r\n  b", "from a as b\nrun <<EOF\nsudo x\nEOF\n",
		"# escape=`\nfrom a\nrun sudo `\n# c\n b", "onbuild run sudo x", "from", "", "FROM a\nrun sudo sudo b # c\n",
	} {
		f.Add(s)
	}
	e := engine(f, capitals, noUser, sudo)
	f.Fuzz(func(t *testing.T, text string) {
		before := document(text)
		got, err := fix.Run(t.Context(), e, before, lint.Unsafe)
		if err != nil {
			if strings.Contains(err.Error(), "come to rest") && strings.Count(text, "sudo") > 9 {
				return
			}
			t.Fatal(err)
		}
		after := document(got.Text)
		if len(after.Tree().Errors) > len(before.Tree().Errors) {
			t.Fatalf("%q has errors: %v", got.Text, after.Tree().Errors)
		}
		again, err := fix.Run(t.Context(), e, after, lint.Unsafe)
		if err != nil || again.Changed {
			t.Fatalf("%q becomes %q, %v", got.Text, again.Text, err)
		}
	})
}

// TestRunSeesOthers lets a rule look at the ignore file that its fix made.
func TestRunSeesOthers(t *testing.T) {
	t.Parallel()
	ignore := toy("ignore", "COPY", func(p *lint.Pass, ins *dockerfile.Instruction) {
		c := p.Build.Context
		file := lint.FileEdit{Path: ".dockerignore"}
		if ig := c.Ignore(); ig != nil {
			file.Path = ig.Path
		}
		switch ig := c.Ignore(); {
		case ig == nil:
			file.Create, file.Edits = true, []lint.Edit{lint.Insert(0, "a\n")}
		case !strings.Contains(ig.File.Text, "c"):
			text := strings.TrimSpace(ig.File.Text)
			file.Edits = []lint.Edit{lint.Insert(len(ig.File.Text), string(text[len(text)-1]+1)+"\n")}
		default:
			return
		}
		p.Report(lint.Diagnostic{Range: ins.Range, Message: "found", Fixes: []lint.Fix{{
			Title: "Add a pattern", Applicability: lint.Safe, Others: []lint.FileEdit{file},
		}}})
	})
	for name, tc := range map[string]struct {
		files  map[string][]byte
		want   fix.OtherFile
		rounds int
	}{
		"own": {
			map[string][]byte{".dockerignore": []byte("x\n"), "Dockerfile.dockerignore": []byte("a\n")},
			fix.OtherFile{Path: "Dockerfile.dockerignore", Old: "a\n", Text: "a\nb\nc\n"},
			2,
		},
		"created": {map[string][]byte{"a": nil}, fix.OtherFile{Path: ".dockerignore", Text: "a\nb\nc\n", Create: true}, 3},
		"edited": {
			map[string][]byte{".dockerignore": []byte("x\r\na\r\n")},
			fix.OtherFile{Path: ".dockerignore", Old: "x\r\na\r\n", Text: "x\r\na\r\nb\r\nc\r\n"},
			2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := lint.NewDocument(source.NewFile("Dockerfile", "FROM a\nCOPY . .\n"), lint.Build{Context: buildctx.FromFiles(tc.files).For("Dockerfile")})
			got, err := fix.Run(t.Context(), engine(t, ignore), d, lint.Safe)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]fix.OtherFile{tc.want}, got.Others); diff != "" {
				t.Error(diff)
			}
			if len(got.Remaining) > 0 || got.Rounds != tc.rounds {
				t.Errorf("%d rounds, remaining %v", got.Rounds, got.Remaining)
			}
		})
	}
}

// TestRunMergesOthers lets the fixes of two findings edit one other file: where
// they do not touch, one round is enough.
func TestRunMergesOthers(t *testing.T) {
	t.Parallel()
	drop := func(id, name, pattern string) *lint.Rule {
		return toy(id, name, func(p *lint.Pass, ins *dockerfile.Instruction) {
			at := strings.Index(p.Build.Context.Ignore().File.Text, pattern)
			if at < 0 {
				return
			}
			p.Report(lint.Diagnostic{Range: ins.Range, Message: "found", Fixes: []lint.Fix{{
				Title: "Drop " + pattern, Applicability: lint.Safe, Others: []lint.FileEdit{{
					Path: ".dockerignore", Edits: []lint.Edit{lint.Delete(source.Range{Start: at, End: at + len(pattern) + 1})},
				}},
			}}})
		})
	}
	for text, rounds := range map[string]int{"a\nb\nc\nd\n": 1, "a\nc\n": 2} {
		files := map[string][]byte{".dockerignore": []byte(text)}
		d := lint.NewDocument(source.NewFile("Dockerfile", "FROM a\nCOPY . .\n"), lint.Build{Context: buildctx.FromFiles(files)})
		got, err := fix.Run(t.Context(), engine(t, drop("one", "FROM", "a"), drop("two", "COPY", "c")), d, lint.Safe)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer("a\n", "", "c\n", "").Replace(text)
		if got.Rounds != rounds || len(got.Others) != 1 || got.Others[0].Text != want {
			t.Errorf("%q: %d rounds, %+v", text, got.Rounds, got.Others)
		}
	}
}
