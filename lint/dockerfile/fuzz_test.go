package dockerfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dlint/dlint/lint/source"
)

var seeds = []string{
	"",
	"FROM scratch",
	"FROM scratch\n",
	"\ufeff# syntax=docker/dockerfile:1\nFROM scratch\r\nRUN a \\\r\n  b\r\n",
	"# escape=`\nFROM windows\nRUN dir C:\\ `\n  && echo \\\nCOPY a `\n b\n",
	"FROM a AS b\nCOPY --from=b --chown=\"a b\" --link x y /z\nENV a=b c=\"d e\" f='g h'\nENV legacy some value\n",
	"FROM a\nARG x y=1 z=\"2 3\"\nLABEL a=b \\\n  # comment\n\n  c=d\n",
	"FROM a\nRUN <<EOF\necho hi\nEOF\nRUN cat <<A <<-\"B\"\na\nA\n\tb\n\tB\nCOPY <<x <<y /d\n1\nx\n2\ny\n",
	"FROM a\nRUN --mount=type=cache,target=/x,\"id=a,b\" --network=none go build\n",
	"FROM a\nONBUILD RUN --mount=type=bind,target=/y <<EOF\nx\nEOF\nONBUILD COPY [\"a b\", \"c\"]\n",
	"FROM a\nHEALTHCHECK --interval=5s CMD [\"a\",\"b\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD curl -f x\n",
	"FROM a\nCMD [\"a\", \"b\\\"c\"]\nENTRYPOINT [ 'a' ]\nSHELL [\"bash\",\"-c\"]\nUSER a\nVOLUME /a /b\nEXPOSE 80/tcp 81\n",
	"FRM a\nRUN x\n  y z\n\nCOPY a\nADD --frm=x a b\nFROM\n",
	"FROM a\n# check=skip=all\nRUN a\n",
	"FROM a\nRUN a\\\\\nRUN \\\n",
	"FROM a\nRUN cat <<EOF\nnever ends\nCOPY a b\n",
	"FROM a\nENV \\\n a=b\\\n  c=d \\ \t\n e=f\n",
	"FROM a\nWOR\u212aDIR /x\nU\u017fER b\nMA\u0131NTAINER c\n",
	"FROM a\nONBUILD ONBUILD RUN x\nonbuild --a=\"b c\" \\\n # d\n OnBuild \\\n ONBUILD COPY <<EOF /x\nONBUILD ONBUILD\n",
	"FROM a\nRUN echo \u00e9\u4e2d\U0001f600 \\\n # c\n && b\n",
}

// FuzzParse holds the laid-over ranges and BuildKit's parser together.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := Parse(source.NewFile("Dockerfile", text))
		for _, ins := range file.Instructions {
			nests(t, ins)
		}
		agrees(t, file)
	})
}

func nests(t *testing.T, ins *Instruction) {
	t.Helper()
	inside := func(what string, outer, inner source.Range) {
		t.Helper()
		if inner.Start > inner.End || !outer.Contains(inner) {
			t.Fatalf("%s: %s %v is not inside %v", ins.Name, what, inner, outer)
		}
	}
	inside("instruction", ins.Lines, ins.Range)
	inside("header", ins.Range, ins.Header)
	inside("keyword", ins.Header, ins.Keyword.Range)
	for _, fl := range ins.Flags {
		inside("flag", ins.Header, fl.Range)
		inside("flag name", fl.Range, fl.NameRange)
		inside("flag value", fl.Range, fl.ValueRange)
		for _, o := range fl.Options {
			inside("option", fl.ValueRange, o.Range)
			inside("option key", o.Range, o.KeyRange)
			inside("option value", o.Range, o.ValueRange)
		}
	}
	for _, w := range ins.Args {
		inside("word", ins.Header, w.Range)
	}
	for _, p := range ins.Pairs {
		inside("pair", ins.ArgsRange, p.Range)
	}
	for _, h := range ins.Heredocs {
		inside("body", ins.Lines, h.Body)
		inside("terminator", ins.Lines, h.Terminator)
	}
	if ins.Trigger != nil {
		nests(t, ins.Trigger)
	}
}

// agrees compares with BuildKit: the same files are accepted, with the same
// lines, and the words rebuilt from the ranges are the nodes' values.
func agrees(t *testing.T, f *File) {
	t.Helper()
	res, err := parser.Parse(strings.NewReader(f.Source.Text))
	accepted := err == nil
	if accepted {
		for _, n := range res.AST.Children {
			if _, err := instructions.ParseInstructionWithLinter(n, quiet()); err != nil {
				accepted = false
			}
		}
	}
	if accepted != (len(f.Errors) == 0) {
		t.Fatalf("BuildKit accepts: %v (%v); errors: %v", accepted, err, f.Errors)
	}
	if err != nil {
		return
	}
	if len(res.AST.Children) != len(f.Instructions) {
		t.Fatalf("%d instructions, BuildKit has %d", len(f.Instructions), len(res.AST.Children))
	}
	for k, n := range res.AST.Children {
		ins := f.Instructions[k]
		start, end := f.Source.Line(ins.Lines.Start)+1, f.Source.Line(max(ins.Lines.End-1, ins.Lines.Start))+1
		if start != n.StartLine || end != n.EndLine {
			t.Fatalf("%s stands at lines %d-%d, BuildKit says %d-%d", ins.Name, start, end, n.StartLine, n.EndLine)
		}
		rebuilt(t, f, ins)
		taken(t, ins)
		if diff := cmp.Diff(n, ins.Node, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(parser.Node{}, "Children")); ins.Node != nil && diff != "" {
			t.Fatalf("%s: the node differs (-BuildKit, +dlint):\n%s", ins.Name, diff)
		}
	}
}

// taken holds the short cut for sound instructions to what BuildKit says.
func taken(t *testing.T, ins *Instruction) {
	t.Helper()
	for ; ins != nil; ins = ins.Trigger {
		if ins.Node == nil || !sound(ins.Node, ins.Name) {
			continue
		}
		if _, err := instructions.ParseInstructionWithLinter(ins.Node, quiet()); err != nil {
			t.Fatalf("%s is called sound, BuildKit says: %v", ins.Name, err)
		}
	}
}

func rebuilt(t *testing.T, f *File, ins *Instruction) {
	t.Helper()
	for _, w := range ins.Args {
		if ins.JSON || ins.Name == "ONBUILD" {
			continue
		}
		// BuildKit writes bytes that are no characters anew in some words.
		got, word := string([]rune(ins.text(w.Range))), string([]rune(w.Value))
		// An escape character at the end of a word is dropped by BuildKit.
		if got != word && strings.TrimSuffix(got, string(f.Escape)) != word {
			t.Fatalf("%s: the range holds %q, the word is %q", ins.Name, got, w.Value)
		}
	}
	if ins.Trigger != nil && ins.Trigger.Node != nil {
		rebuilt(t, f, ins.Trigger)
	}
}

// text returns the joined text between the places that r marks.
func (i *Instruction) text(r source.Range) string {
	j := i.joined
	if r.Empty() {
		return ""
	}
	var b strings.Builder
	for k := range len(j.text) {
		if r.Has(j.offset(k)) {
			b.WriteByte(j.text[k])
		}
	}
	return b.String()
}
