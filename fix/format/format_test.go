package format

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

func text(in string) string { return Text(dockerfile.Parse(source.NewFile("Dockerfile", in))) }

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"nothing but blanks", "  \n\n", ""},
		{"laid out", "FROM a AS b\nRUN c\n", "FROM a AS b\nRUN c\n"},
		{"keywords", "from a as b\nrun c\n", "FROM a AS b\nRUN c\n"},
		{"no line end", "FROM a", "FROM a\n"},
		{"blanks instead of a line end", "FROM a\n\n  \n ", "FROM a\n"},
		{"blanks behind the last word", "FROM a  ", "FROM a\n"},
		{"indentation", "  FROM a\n\tRUN b\n", "FROM a\nRUN b\n"},
		{"blanks between words", "FROM   a   AS   b\nCOPY   --from=b   c d\n", "FROM a AS b\nCOPY --from=b c d\n"},
		{"blank lines", "\n\n# a\n\n\n\nFROM a\n\n\n", "# a\n\nFROM a\n"},
		{"blank lines of blanks", "FROM a\n  \nRUN b\n", "FROM a\n\nRUN b\n"},
		{"a comment that would become a directive", "\n# escape=`\nFROM a\\\n\n", "\n# escape=`\nFROM a\\\n\n"},
		{"directives", "# syntax=x\n# escape=`\n\nFROM a\nRUN b `\n  c\n", "# syntax=x\n# escape=`\n\nFROM a\nRUN b `\n  c\n"},
		{"the text of a command", "FROM a\nRUN  b   c \\  \n  d   e  \n", "FROM a\nRUN b   c \\\n  d   e  \n"},
		{"a comment in a command", "FROM a\nRUN b && \\\n# why\n    c\n", "FROM a\nRUN b && \\\n    # why\n    c\n"},
		{"an empty line in a command", "FROM a\nRUN b && \\\n\n    c\n", "FROM a\nRUN b && \\\n    c\n"},
		{"continued values", "FROM a\nENV b=c   \\\n  d=e\\\n\tf=g\n", "FROM a\nENV b=c \\\n    d=e \\\n    f=g\n"},
		{"a word over two lines", "FROM a\nCOPY b\\\nc d\n", "FROM a\nCOPY b\\\nc d\n"},
		{"a quoted value over two lines", "FROM a\nLABEL b=\"c \\\n   d\"\n", "FROM a\nLABEL b=\"c \\\n   d\"\n"},
		{"a heredoc", "FROM a\nrun  <<EOF\n  b  \n\n\n c\nEOF\n", "FROM a\nRUN <<EOF\n  b  \n\n\n c\nEOF\n"},
		{"a heredoc of COPY", "FROM a\ncopy <<-\"E\" /x\n\t a \n\tE\n", "FROM a\nCOPY <<-\"E\" /x\n\t a \n\tE\n"},
		{"ONBUILD", "FROM a\nonbuild  copy   b c\n", "FROM a\nONBUILD copy   b c\n"},
		{"CRLF", "from a\r\n\r\n\r\nrun b\r\n", "FROM a\r\n\r\nRUN b\r\n"},
		{"a byte order mark", "\ufefffrom a\n", "\ufeffFROM a\n"},
		{"a byte order mark inside", "run a\n\ufefffrom b\n  run c\n", "RUN a\n\ufefffrom b\nRUN c\n"},
		{"a broken instruction", "FROM a\nfoo   bar  \nrun b\n", "FROM a\nfoo   bar  \nRUN b\n"},
		{"exec form", "FROM a\ncmd   [\"b\",   \"c\"]  \n", "FROM a\nCMD [\"b\",   \"c\"]\n"},
		{"a continuation at the end", "FROM a\nRUN b \\\n", "FROM a\nRUN b \\\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := text(tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if again := text(got); again != got {
				t.Errorf("formatting again changes it to %q", again)
			}
		})
	}
}

// same reports whether BuildKit reads both texts alike.
func same(t *testing.T, a, b string) {
	t.Helper()
	f := dockerfile.Parse(source.NewFile("Dockerfile", a))
	g := dockerfile.Parse(source.NewFile("Dockerfile", b))
	if len(f.Instructions) != len(g.Instructions) || len(f.Errors) != len(g.Errors) || f.Escape != g.Escape {
		t.Fatalf("%q became %q", a, b)
	}
	for k := range f.Instructions {
		if !sameNode(f.Instructions[k].Node, g.Instructions[k].Node, true) {
			t.Fatalf("%q became %q in %q", f.Source.Slice(f.Instructions[k].Range), g.Source.Slice(g.Instructions[k].Range), b)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"from a\nrun b \\\n# c\n  d\n", "# escape=`\nENV a=b `\n c=d\n", "RUN <<E\n x\nE", "\ufeff\r\nlabel a='b \\\n c'\r\n",
		"onbuild   run  a\\\n\n b", "COPY [\"a\",  \"b\"] \\\n  # x\n", "HEALTHCHECK  --interval=1s  CMD  a",
	} {
		f.Add(seed)
	}
	files, _ := filepath.Glob(filepath.Join("..", "..", "testdata", "lsp", "*.txtar"))
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(string(data))
		}
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := text(in)
		same(t, in, out)
		if again := text(out); again != out {
			t.Errorf("%q became %q, then %q", in, out, again)
		}
	})
}
