package shell

import (
	"strings"
	"testing"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

// FuzzMask holds the text that is given to the shell parser against BuildKit's,
// all ranges against the source, and readings that were moved against new ones.
func FuzzMask(f *testing.F) {
	for _, seed := range []string{
		typicalRun,
		"FROM a\nRUN a \\\n # c\n\n  b 'x \\\n y' && c\\\nd\n",
		"FROM a\r\nRUN a \\\r\n # c\r\n  b && \"c $d\" \\  \r\n e\r\n",
		"FROM a\r\nRUN <<EOF\r\ncd /srv\r\na 'b' \"c\" d\\\r\n e\r\nEOF\r\nRUN bash <<-A\r\n\ta b\r\n\tA\r\n",
		"# escape=`\nFROM a\nRUN a `\n  b\\\nRUN echo `date`  `\n x\n",
		"FROM a\nRUN <<EOF\nset -e\ncat <<-X > /f\n\ta $b\n\tX\nEOF\n",
		"FROM a\nRUN bash <<-A && cat <<'B' >/f\n\techo \\$x `y`\n\tA\nz \"\nB\n",
		"FROM a\nCMD [\"sh\", \"-c\", \"a \\\"b\\\" \\u0041\\ud83d\\ude00 && c\"]\n",
		"FROM a\nRUN [\"bash\",\"-c\", \\\n # c\n \"set -e \\\n && x\"]\n",
		"FROM a\nONBUILD RUN sh -c 'a \"b c\"' \\\n && bash -c \"x \\\"\\$y\\\" $z\"\n",
		"FROM a\nHEALTHCHECK --interval=1s CMD curl -f x || exit 1\n",
		"FROM a\nRUN x=$'\\n\\x41' y=\"a\\\"b\" z=a\\ b; eval 'q \"r\"'; find . -exec a {} \\;\n",
		"FROM a\nRUN apt-get -qqy install a=1 b:c lib{x,y}; pip install 'f[g]==1;h' -e.; tar xzfC a b\n",
		"FROM a\nRUN a | b |& c; (d; e) > f 2>&1 <<< g; case $x in y) z;; esac; export A=1 B\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		if len(text) < 1<<11 { // comparing takes its time
			checkMoved(t, text)
		}
		df := dockerfile.Parse(source.NewFile("Dockerfile", text))
		for _, ins := range df.Instructions {
			for _, sh := range []Shell{Default(), New("bash", "-eo", "pipefail", "-c")} {
				for _, msg := range check(df, Read(df, ins, sh)) {
					t.Error(msg)
				}
			}
		}
	})
}

func FuzzUnquote(f *testing.F) {
	f.Add("it's \"x\" $y `z` \\ \n *")
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsAny(value, "\x00\r") || strings.ToValidUTF8(value, "") != value {
			return
		}
		quoted := "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
		if got, ok := Unquote(quoted); !ok || got != value {
			t.Errorf("Unquote(%q) = %q, %v", quoted, got, ok)
		}
		double := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(value) + `"`
		if got, ok := Unquote(double); !ok || got != value {
			t.Errorf("Unquote(%q) = %q, %v", double, got, ok)
		}
	})
}
