package shell

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// sameScript compares readings with all that they hold but how their commands hang
// together, which is a graph: neighbours tells that.
var sameScript = cmp.Options{
	cmp.AllowUnexported(Script{}, Command{}, Word{}, Piece{}),
	cmpopts.IgnoreFields(Script{}, "Instruction", "once", "index", "bindOnce", "bindings", "checkOnce", "check"),
	cmpopts.IgnoreFields(Command{}, "script", "flags", "op", "Stmt", "Call", "Outer", "Prev", "Next", "Piece"),
	cmpopts.IgnoreFields(Context{}, "Group"),
	cmpopts.IgnoreFields(Word{}, "Raw", "piece"),
	cmpopts.IgnoreFields(Assign{}, "Array"),
	cmpopts.IgnoreFields(Piece{}, "File"),
}

// neighbours returns for each command the places of those that it names and of its
// piece, -1 for none.
func neighbours(s *Script) [][5]int {
	if s == nil {
		return nil
	}
	place := func(c *Command) int {
		if c == nil {
			return -1
		}
		return c.Index
	}
	var out [][5]int
	for _, c := range s.Commands {
		out = append(out, [5]int{place(c.Outer), place(c.Prev), place(c.Next), place(c.Group), slices.Index(s.Pieces, c.Piece)})
	}
	return out
}

// checkMoved reads a file again with lines in front of it, and compares the
// scripts of the one, moved, with those of the other.
func checkMoved(t *testing.T, text string) {
	t.Helper()
	const more = "# one\nLABEL a=b\n"
	f := dockerfile.Parse(source.NewFile("Dockerfile", text))
	if len(f.Instructions) == 0 || f.Instructions[0].Lines.Start > 0 {
		return // directives count at the start only
	}
	g := dockerfile.Parse(source.NewFile("Dockerfile", more+text))
	for k, ins := range f.Instructions {
		other := g.Instructions[k+1]
		want := Read(g, other, Default())
		got := ReadCopy(f, ins, Default()).Moved(triggerOf(other))
		if got == nil {
			if want != nil && want.Form != ExecForm {
				t.Errorf("%q is not moved", text[ins.Range.Start:ins.Range.End])
			}
			continue
		}
		if d := cmp.Diff(want, got, sameScript); d != "" {
			t.Errorf("%q (-read +moved):\n%s", text[ins.Range.Start:ins.Range.End], d)
		}
		if d := cmp.Diff(neighbours(want), neighbours(got)); d != "" {
			t.Errorf("%q (-read +moved):\n%s", text[ins.Range.Start:ins.Range.End], d)
		}
		if got.Instruction != want.Instruction {
			t.Errorf("%q: moved to another instruction", text[ins.Range.Start:ins.Range.End])
		}
	}
}

func triggerOf(ins *dockerfile.Instruction) *dockerfile.Instruction {
	if ins.Trigger != nil {
		return ins.Trigger
	}
	return ins
}

func TestMoved(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		typicalRun,
		"FROM a\nRUN a \\\n # c\n\n  b 'x \\\n y' && c\\\nd\n",
		"FROM a\nRUN <<EOF\nset -e\ncat <<-X > /f\n\ta $b\n\tX\nEOF\n",
		"FROM a\nRUN bash <<-A && cat <<'B' >/f\n\techo \\$x `y`\n\tA\nz \"\nB\n",
		"FROM a\nRUN [\"bash\",\"-c\", \\\n # c\n \"set -e \\\n && x\"]\n",
		"FROM a\nONBUILD RUN sh -c 'a \"b c\"' \\\n && bash -c \"x \\\"\\$y\\\" $z\"\n",
		"FROM a\nHEALTHCHECK --interval=1s CMD curl -f x || exit 1\n",
		"FROM a\nRUN sudo env A=1 timeout 3 x > f 2>&1 | y; eval 'q \"r\"'; find . -exec a {} \\;\n",
		"FROM a\nRUN if x; then y \"$(z)\"; fi; [[ a == b ]]; export A=1 B; C=(1 2)\n",
		"FROM a\nRUN { a; (b) < i; } > o && c\n",
		"FROM a\nRUN a && b ) c; d\nRUN a 'b\nRUN x ;; y; z\n",
	} {
		if !strings.HasPrefix(text, "FROM ") {
			text = "FROM a\n" + text
		}
		checkMoved(t, text)
	}
}
