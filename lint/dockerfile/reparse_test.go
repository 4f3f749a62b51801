package dockerfile

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/source"
)

// dump writes down everything a file says.
func dump(f *File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%c %+v\n", f.Escape, f.Directives)
	for _, c := range f.Comments {
		fmt.Fprintf(&b, "comment %v %q", c.Range, c.Text)
		if c.Inside != nil {
			fmt.Fprintf(&b, " inside %d", c.Inside.Index)
			if f.Instructions[c.Inside.Index] != c.Inside {
				b.WriteString(" of another file")
			}
		}
		b.WriteString("\n")
	}
	for _, ins := range f.Instructions {
		dumpInstruction(&b, ins)
	}
	for _, e := range f.Errors {
		fmt.Fprintf(&b, "error %+v\n", *e)
	}
	return b.String()
}

func dumpInstruction(b *strings.Builder, ins *Instruction) {
	c := *ins
	c.Node, c.Err, c.joined, c.Parent, c.Trigger = nil, nil, nil, nil, nil
	fmt.Fprintf(b, "%+v typed %T joined %+v", c, ins.Typed(), *ins.joined)
	if ins.Err != nil {
		fmt.Fprintf(b, " err %+v", *ins.Err)
	}
	if n := ins.Node; n != nil {
		fmt.Fprintf(b, " node %d-%d %q %q %v %+v", n.StartLine, n.EndLine, n.Original, n.PrevComment, n.Flags, n.Heredocs)
	}
	b.WriteString("\n")
	if ins.Trigger != nil {
		fmt.Fprintf(b, "trigger %v ", ins.Trigger.Parent == ins)
		dumpInstruction(b, ins.Trigger)
	}
}

// shuffled makes a random edit of the kind that people make, or a worse one.
func shuffled(rnd *rand.Rand, text string) string {
	pieces := [...]string{"", "x", " ", "\n", "\r\n", "\\", "\\\n", "# c\n", "RUN y\n", "FROM z\n", "<<EOF", "EOF\n", "\"", "  w\n", "$", "ONBUILD ", "\ufeff"}
	a := rnd.IntN(len(text) + 1)
	b := min(a+rnd.IntN(6)*rnd.IntN(6), len(text))
	if rnd.IntN(8) == 0 { // a line is gone
		a = strings.LastIndexByte(text[:a], '\n') + 1
		if n := strings.IndexByte(text[a:], '\n'); n >= 0 {
			b = a + n + 1
		}
	}
	return text[:a] + pieces[rnd.IntN(len(pieces))] + text[max(a, b):]
}

// reparses edits a text time and again and compares with a fresh reading. It
// returns how often the edit alone was read.
func reparses(t *testing.T, rnd *rand.Rand, text string, edits int) (patched int) {
	t.Helper()
	f := Parse(source.NewFile("Dockerfile", text))
	for range edits {
		before, kept := text, dump(f)
		text = shuffled(rnd, text)
		src := source.NewFile("Dockerfile", text)
		g := Reparse(f, src)
		if f.patched(src) != nil {
			patched++
		}
		if diff := cmp.Diff(dump(Parse(src)), dump(g)); diff != "" {
			t.Fatalf("%q after %q (-want +got):\n%s", text, before, diff)
		}
		if dump(f) != kept {
			t.Fatalf("%q changed what was made of %q", text, before)
		}
		f = g
	}
	return patched
}

func TestReparse(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	patched, edits := 0, 0
	for range 4 {
		for _, s := range seeds {
			patched += reparses(t, rnd, s+"RUN a\n# b\nCOPY c d\n", 20)
			edits += 20
		}
	}
	if patched < edits/3 {
		t.Errorf("only %d of %d edits were read alone", patched, edits)
	}
}

func TestReparseCorpus(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("DLINT_CORPUS")
	if dir == "" {
		t.Skip("DLINT_CORPUS names no folder of Dockerfiles")
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".dockerignore") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		reparses(t, rnd, string(data), 12)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzReparse(f *testing.F) {
	for k, s := range seeds {
		f.Add(s, k, 3*k, "x")
		f.Add(s, 2*k, 2*k, "# d\nRUN <<EOF\n")
	}
	f.Fuzz(func(t *testing.T, text string, a, b int, piece string) {
		if a < 0 || b < a || b > len(text) {
			t.Skip()
		}
		prev := Parse(source.NewFile("Dockerfile", text))
		src := source.NewFile("Dockerfile", text[:a]+piece+text[b:])
		if diff := cmp.Diff(dump(Parse(src)), dump(Reparse(prev, src))); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

// BenchmarkReparse measures an edit in the middle of a long file.
func BenchmarkReparse(b *testing.B) {
	text := strings.Repeat("FROM a\nRUN x && y \\\n  && z\nCOPY a b\nENV c=d\n\n", 200)
	at := len(text) / 2
	texts := [2]*source.File{source.NewFile("", text), source.NewFile("", text[:at]+"x"+text[at:])}
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			Parse(texts[1])
		}
	})
	b.Run("reparse", func(b *testing.B) {
		f, k := Parse(texts[0]), 0
		for b.Loop() {
			k++
			f = Reparse(f, texts[k%2])
		}
	})
}
