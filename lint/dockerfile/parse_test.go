package dockerfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/source"
)

func parse(text string) *File { return Parse(source.NewFile("Dockerfile", text)) }

// TestRanges marks every word of an instruction in its source.
func TestRanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string // the source of each word, flag and pair of the last instruction
	}{
		{"from", "FROM --platform=$BUILDPLATFORM golang:1.26 AS build\n", []string{"--platform=$BUILDPLATFORM", "golang:1.26", "AS", "build"}},
		{"continued", "FROM a\nCOPY a \\\n  # why\n  b /c\n", []string{"a", "b", "/c"}},
		{"word across lines", "FROM a\nCOPY a\\\nb /c\n", []string{"a\\\nb", "/c"}},
		{"json", "FROM a\nCMD [ \"a b\", \"c\\\"d\" ]\n", []string{`"a b"`, `"c\"d"`}},
		{"shell form", "FROM a\nRUN  apt-get update && \\\n    true  \n", []string{"apt-get update && \\\n    true"}},
		{"env", "FROM a\nENV A=1 B=\"two words\" C='x' D=\\\n4\n", []string{"A", "1", "B", `"two words"`, "C", "'x'", "D", "4"}},
		{"legacy env", "FROM a\nENV A one two\n", []string{"A", "one two"}},
		{"arg", "FROM a\nARG A B=2\n", []string{"A", "B=2"}},
		{"flags", "FROM a\nADD --chown=\"a b\" --link https://x/y /z\n", []string{`--chown="a b"`, "--link", "https://x/y", "/z"}},
		{"mount", "FROM a\nRUN --mount=type=cache,target=/x make\n", []string{"--mount=type=cache,target=/x", "make"}},
		{"healthcheck", "FROM a\nHEALTHCHECK --retries=3 CMD curl -f x\n", []string{"--retries=3", "CMD", "curl -f x"}},
		{"heredoc", "FROM a\nCOPY <<a <<-'b' /d/\n1\na\n2\n\tb\n", []string{"<<a", "<<-'b'", "/d/"}},
		{"crlf", "FROM a\r\nCOPY a \\\r\n  b\r\n", []string{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := parse(tt.text)
			if len(f.Errors) > 0 {
				t.Fatal(f.Errors[0])
			}
			ins := f.Instructions[len(f.Instructions)-1]
			var got []string
			for _, fl := range ins.Flags {
				got = append(got, f.Source.Slice(fl.Range))
			}
			for _, w := range ins.Args {
				if !w.Range.Empty() {
					got = append(got, f.Source.Slice(w.Range))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHeredocs(t *testing.T) {
	t.Parallel()
	f := parse("FROM a\nRUN <<A cat <<-\"B\"\none\nA\n\ttwo $x\n\tB\nUSER x\n")
	ins := f.Instructions[1]
	type doc struct {
		Name, Opener, Body, End string
		Expand, Chomp           bool
	}
	var got []doc
	for _, h := range ins.Heredocs {
		got = append(got, doc{h.Name, f.Source.Slice(h.Opener), f.Source.Slice(h.Body), f.Source.Slice(h.Terminator), h.Expand, h.Chomp})
	}
	want := []doc{
		{"A", "<<A", "one\n", "A", true, false},
		{"B", "<<-\"B\"", "\ttwo $x\n", "B", false, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(f.Instructions) != 3 {
		t.Errorf("%d instructions", len(f.Instructions))
	}
}

// TestErrors gives each broken line one error, and reads what is around it.
func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		errors     []string // line:column-end message
		read       string   // instructions without error
	}{
		{"typo", "FORM a\nRUN b\n", []string{`1:1-5 unknown instruction "FORM": did you mean FROM?`}, "RUN"},
		{"two typos", "FROM a\nRNU b\nCOPPY a b\n", []string{
			`2:1-4 unknown instruction "RNU": did you mean RUN?`,
			`3:1-6 unknown instruction "COPPY": did you mean COPY?`,
		}, "FROM"},
		{"missing continuation", "FROM a\nRUN x &&\n  yyyyyyy z\n  zzzzzzz\nUSER u\n", []string{
			`3:3-10 unknown instruction "yyyyyyy": does the line above lack its continuation?`,
		}, "FROM RUN USER"},
		{"unknown flag", "FROM a\nCOPY --form=b c d\nUSER u\n", []string{"2:6-12 COPY has no flag --form: did you mean --from?"}, "FROM USER"},
		{"missing argument", "FROM a\nCOPY b\nUSER u\n", []string{"2:1-7 COPY requires at least two arguments, but only one was provided. Destination could not be determined"}, "FROM USER"},
		{"heredoc", "FROM a\nRUN <<EOF\necho\nUSER u\n", []string{`2:5-10 the heredoc "EOF" never ends: close it with a line that holds only EOF`}, "FROM USER"},
		{"empty", "# nothing\n", []string{"1:1-1 the file has no instructions: it must begin with FROM"}, ""},
		{"escape directive", "# escape=x\nFROM a\n", []string{"1:10-11 the escape character must be ` or \\, not \"x\""}, "FROM"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := parse(tt.text)
			var got []string
			for _, e := range f.Errors {
				s, end := f.Source.Position(e.Range.Start, source.UTF32), f.Source.Position(e.Range.End, source.UTF32)
				got = append(got, fmt.Sprintf("%d:%d-%d %s", s.Line+1, s.Column+1, end.Column+1, e.Message))
			}
			if diff := cmp.Diff(tt.errors, got); diff != "" {
				t.Error(diff)
			}
			var read []string
			for _, ins := range f.Instructions {
				if ins.Err == nil {
					read = append(read, ins.Name)
				}
			}
			if got := strings.Join(read, " "); got != tt.read {
				t.Errorf("read %q, want %q", got, tt.read)
			}
		})
	}
}

// TestNestedOnbuild reads the second ONBUILD and not what is in it: BuildKit
// refuses them, and its parser descends into each.
func TestNestedOnbuild(t *testing.T) {
	t.Parallel()
	f := parse("FROM a\n" + strings.Repeat("ONBUILD \\\n", 100_000) + "RUN x\nUSER u\n")
	if len(f.Errors) != 1 || len(f.Instructions) != 3 {
		t.Fatalf("%d errors, %d instructions", len(f.Errors), len(f.Instructions))
	}
	ins := f.Instructions[1]
	if ins.Err == nil || ins.Node == nil || ins.Node.EndLine != 100_002 {
		t.Errorf("error %v, node %v", ins.Err, ins.Node)
	}
	second := ins.Trigger
	if second == nil || second.Name != "ONBUILD" || second.Trigger != nil {
		t.Fatalf("the second one is read as %v", second)
	}
	if got := f.Source.Slice(second.ArgsRange); !strings.HasPrefix(got, "ONBUILD \\\n") || !strings.HasSuffix(got, "\nRUN x") {
		t.Errorf("it holds %d bytes from %.20q on", len(got), got)
	}
}

func TestLongLine(t *testing.T) {
	t.Parallel()
	f := parse("FROM a\nRUN " + strings.Repeat("x", maxLine) + "\nUSER u\n")
	if len(f.Errors) != 1 || f.Errors[0].Message != tooLong {
		t.Fatalf("%v", f.Errors)
	}
	if last := f.Instructions[2]; last.Name != "USER" || last.Err != nil {
		t.Error("the rest of the file is not read")
	}
}

func TestDoc(t *testing.T) {
	t.Parallel()
	f := parse("# syntax=docker/dockerfile:1\n# far\n\n# near\n# nearer\nFROM a\n")
	var got []string
	for _, c := range f.Instructions[0].Doc {
		got = append(got, c.Text)
	}
	if diff := cmp.Diff([]string{"near", "nearer"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"FORM": "FROM", "rnu": "RUN", "entrypiont": "ENTRYPOINT", "make": "", "echo": "", "a": ""} {
		if got := Nearest(word, Names[:]); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
