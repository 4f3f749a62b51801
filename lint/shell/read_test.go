package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"list", "RUN apt-get update && /usr/bin/apt-get install -y a; b || c", []string{
			"apt-get update", "/usr/bin/apt-get install -y a", "b", "c",
		}},
		{"comments and empty lines between", "RUN a \\\n  # b\n\n   #c\n  d \\\n\n  e", []string{"a d e"}},
		{"comment swallows what follows", "RUN a # b \\\n && c", []string{"a"}},
		{"word broken by a continuation", "RUN ap\\\nt-get inst\\\n# x\nall", []string{"apt-get install"}},
		{"string over lines", "RUN echo 'a \\\n  b' \"c\\\nd\"", []string{`echo "a   b" cd`}},
		{"CRLF", "RUN a \\\r\n  # c\r\n  b \\\r\n && c\r\n", []string{"a b", "c"}},
		{"escape backtick", "# escape=`\nFROM a\nRUN a `\n  b `date` `\n  # c\n  && d\\ e", []string{"a b ~`date`", "date", `"d e"`}},
		{"compound", "RUN if ! a; then b; elif c; then d; else e; fi; for x in $(f); do g; done; while h; do i; done; case $(j) in x) k;; esac; { l; }; (m)", []string{
			"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
		}},
		{"functions and substitutions", "RUN f() { a \"$(b `c`)\"; }; x=$(d) e ${f:-$(g)}", []string{
			"a ~\"$(b `c`)\"", "b ~`c`", "c", "x=$(d) e ~${f:-$(g)}", "d", "g",
		}},
		{"redirections", "RUN a > /b 2>&1 < c >> d && { e; } > f && > g", []string{"a >/b >&1 <c >>d", ">f", "e", ">g"}},
		{"sh -c", `RUN sh -c 'a "b c" && d' && bash -exc "e \"$F\" \$g"`, []string{
			`sh -c "a \"b c\" && d"`, `a "b c"`, "d", `bash -exc ~"e \"$F\" $g"`, "e ~$F ~$g",
		}},
		{"sh -c within sh -c", `RUN sh -c "bash -c 'a \"b\"'"`, []string{`sh -c "bash -c 'a \"b\"'"`, `bash -c "a \"b\""`, "a b"}},
		{"eval and su", `RUN eval 'a b' && su - u -c "c d" && su u -s /bin/bash -c 'e' && eval "$(f -s)"`, []string{
			`eval "a b"`, "a b", `su - u -c "c d"`, "c d", "su u -s /bin/bash -c e", "e", "eval ~\"$(f -s)\"", "f -s",
		}},
		{"xargs and find", `RUN a | xargs -0 -n 1 rm -rf && find / -name x -exec chmod 755 {} + -o -exec sh -c 'b "$1"' _ {} \;`, []string{
			"a", "xargs -0 -n 1 rm -rf", "rm -rf",
			`find / -name x -exec chmod 755 {} + -o -exec sh -c "b \"$1\"" _ {} ;`, "chmod 755 {}", `sh -c "b \"$1\"" _ {}`, "b ~$1",
		}},
		{"wrappers", "RUN sudo -E -u root env -i A=b nice -n 5 timeout -k 5 10s a -b && exec c && command -v d && gosu u e && time f && nohup g & chroot /h i && tini -s -- j && setpriv --reuid 1 k", []string{
			"sudo> env> nice> timeout> A=b a -b", "exec> c", "command -v d", "gosu> e", "time> f", "nohup> g", "chroot> i", "tini> j", "setpriv> k",
		}},
		{"launchers", "RUN python3 -m pip install a && python3.11 -u -m pip download b && corepack yarn install && php -d x=1 composer.phar install && python -m http.server", []string{
			"python3> pip install a", "python3.11> pip download b", "corepack> yarn install", "php> composer.phar install", "python -m http.server",
		}},
		{"wrappers alone", "RUN sudo -v; env; exec > /l; busybox --install -s", []string{"sudo -v", "env", "exec >/l", "busybox --install -s"}},
		{"export", "RUN export A=1 B && readonly C=\"d e\"", []string{"A=1 export A=1 B", `C=d e readonly "C=d e"`}},
		{"exec form", `RUN ["apt-get", "install", "-y", "a b", "\u0041\t"]`, []string{`apt-get install -y "a b" "A\t"`}},
		{"exec form with a shell", `CMD ["tini", "--", "/bin/sh", "-ec", "exec \"$0\" a && A=1 /usr/bin/b"]`, []string{
			`tini> /bin/sh -ec "exec \"$0\" a && A=1 /usr/bin/b"`, "exec> ~$0 a", "A=1 /usr/bin/b",
		}},
		{"exec form over lines", "RUN [\"bash\", \\\n# c\n\"-c\", \"a \\\n  && b\"]", []string{`bash -c "a   && b"`, "a", "b"}},
		{"exec form expands nothing", `ENTRYPOINT ["a", "$B", "*"]`, []string{"a $B *"}},
		{"broken JSON is a command line", `CMD ["a", 'b']`, []string{"[a, b]"}},
		{"health check", "HEALTHCHECK --interval=5s --timeout=1s \\\n CMD curl -f http://x/ || exit 1", []string{"curl -f http://x/", "exit 1"}},
		{"health check exec form", `HEALTHCHECK CMD ["sh", "-c", "a || b"]`, []string{`sh -c "a || b"`, "a", "b"}},
		{"trigger", "ONBUILD RUN --mount=type=cache,target=/x a \\\n b", []string{"a b"}},
		{"heredoc", "RUN <<EOF\nset -e\na 'b\nc'\nEOF\n", []string{"set -e", `a "b\nc"`}},
		{"heredoc with tabs", "RUN <<-'X'\n\ta \\\n\tb\n\tcat <<-Y\n\t\tz\n\tY\n\tX\n", []string{"a b", "cat <<-Y"}},
		{"heredoc with a shebang", "RUN <<EOF\n#!/usr/bin/env bash\n[[ -f a ]] && b\nEOF\n", []string{"[[", "b"}},
		{"heredoc for another interpreter", "RUN <<EOF\n#!/usr/bin/python3\nimport x\nEOF\n", nil},
		{"heredocs for shells", "RUN <<A bash && sh -s x <<-'B' && cat <<C > /f\na \\$b $c\nA\n\td \"\\$e\"\n\tB\nf g\nC\n", []string{
			"bash <<A", "a ~$b ~$c", "sh -s x <<-B", "d $e", "cat <<C >/f",
		}},
		{"two heredocs and nothing to run them", "RUN <<A <<B\nx\nA\ny\nB\n", []string{"<<A <<B"}},
		{"heredoc in ONBUILD", "ONBUILD RUN <<EOF\na\nb\nEOF\n", []string{"a", "b"}},
		{"heredoc swallowed by a comment runs as commands", "RUN a # <<EOF\nb\nEOF\n", []string{"a", "b", "EOF"}},
		{"process substitution", "SHELL [\"bash\",\"-c\"]\nRUN diff <(a) <(b 'c') && mapfile -t x < <(d)", []string{
			`diff ~<(a) ~"<(b 'c')"`, "a", "b c", "mapfile -t x <<(d)", "d",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, s := readLast(t, tt.text)
			if diff := cmp.Diff(tt.want, lines(s)); diff != "" {
				t.Error(diff)
			}
			if s.Err != nil {
				t.Errorf("error: %v", s.Err)
			}
		})
	}
}

// TestReadCutOff reads commands that end where one more word is wanted.
func TestReadCutOff(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"su -s", "su -c", "su -g", "runuser -u", "runuser -u a --", "sudo -u", "env -u", "env", "timeout -s", "timeout", "xargs -n", "nice -n",
		"sh -c", "bash -o", "chroot", "time", "gosu", "exec", "command", "find / -exec", "docker run", "apt-get -o", "git -C", "cd", "/usr/bin/",
	} {
		_, s := run(t, text+" && true")
		last := s.Commands[len(s.Commands)-1]
		if last.Name != "true" {
			t.Errorf("%s: the last command is %q", text, last.Name)
		}
		if c := s.Commands[0]; c.NameRange.Empty() {
			t.Errorf("%s: no name in %v", text, c.NameRange)
		}
	}
}

// TestReadCRLF leaves the carriage returns of a here-document out of every range.
func TestReadCRLF(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"RUN <<EOF\ncd /srv\na 'b c' \"d\" > e\nF=1\nf $g\nEOF\n",
		"RUN bash <<'EOF'\ncd /srv\na 'b c' \"d\" > e\nF=1\nf $g\nEOF\n",
	} {
		want, plain := readLast(t, text)
		got, script := readLast(t, strings.ReplaceAll(text, "\n", "\r\n"))
		if len(script.Commands) != len(plain.Commands) {
			t.Fatalf("%q: %v, want %v", text, lines(script), lines(plain))
		}
		for i, c := range script.Commands {
			if got, want := got.Slice(c.Range), want.Slice(plain.Commands[i].Range); got != want {
				t.Errorf("a command stands at %q, want %q", got, want)
			}
			for k := range c.Words {
				if got, want := got.Slice(c.Words[k].Range), want.Slice(plain.Commands[i].Words[k].Range); got != want {
					t.Errorf("a word stands at %q, want %q", got, want)
				}
			}
		}
	}
}

func TestReadNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ENV A=b", "HEALTHCHECK NONE", "RUN --nope a", "FROM a\nSHELL [\"bash\"]", "ONBUILD COPY a b"} {
		if _, s := readLast(t, text); s != nil {
			t.Errorf("%s: got a script", text)
		}
	}
	var none *Script
	for range none.Find("a") {
		t.Error("a nil script has commands")
	}
	if none.Has("a") || none.All() != nil || none.Removes("/a") || none.At(3) != nil {
		t.Error("a nil script answers")
	}
}

func TestDialect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text     string
		want     Dialect
		commands int
	}{
		{"RUN a", Posix, 1},
		{"SHELL [\"/bin/bash\", \"-c\"]\nRUN a", Bash, 1},
		{"SHELL [\"/usr/bin/env\", \"bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a", Bash, 1},
		{"SHELL [\"/bin/busybox\", \"sh\", \"-c\"]\nRUN a", Posix, 1},
		{"SHELL [\"conda\", \"run\", \"-n\", \"x\", \"/bin/bash\", \"-c\"]\nRUN a", Bash, 1},
		{"SHELL [\"powershell\", \"-Command\", \"$x = 1;\"]\nRUN a", PowerShell, 0},
		{"SHELL [\"pwsh.exe\", \"-c\"]\nRUN a", PowerShell, 0},
		{`SHELL ["C:\\Windows\\System32\\cmd.exe", "/S", "/C"]` + "\nRUN a", Cmd, 0},
		{"SHELL [\"python3\", \"-c\"]\nRUN a", Other, 0},
		{"FROM mcr.example.com/windows/servercore:ltsc2022\nRUN dir", Cmd, 0},
		{"FROM --platform=windows/amd64 a\nRUN dir", Cmd, 0},
		{"FROM a-windows AS base\nSHELL [\"powershell\"]\nFROM x AS y\nFROM base\nRUN dir", PowerShell, 0},
		{"FROM a AS base\nSHELL [\"bash\", \"-c\"]\nFROM a\nRUN b", Posix, 1},
		{"RUN powershell -Command Get-Item x; $a = 1", PowerShell, 0},
		{"RUN pwsh -Command 'Get-Item x'", Posix, 1},
		{"RUN C:\\x\\setup.exe /quiet", Cmd, 0},
		{"CMD ./server.exe -q", Posix, 1},
		{"RUN [\"powershell\", \"-Command\", \"a\"]", PowerShell, 1},
		{"RUN [\"bash\", \"-c\", \"a\"]", Bash, 2},
		{"RUN [\"a\"]", Other, 1},
		{"RUN <<EOF\n#!/bin/bash -e\na\nEOF", Bash, 1},
		{"RUN <<EOF\n#!/usr/bin/perl\na\nEOF", Other, 0},
		{"SHELL [\"powershell\"]\nRUN <<EOF\na\nEOF", PowerShell, 0},
	}
	for _, tt := range tests {
		_, s := readLast(t, tt.text)
		if s.Dialect != tt.want || len(s.Commands) != tt.commands {
			t.Errorf("%s: %v with %d commands, want %v with %d", tt.text, s.Dialect, len(s.Commands), tt.want, tt.commands)
		}
	}
}

// describe renders the context of each command.
func describe(s *Script) []string {
	var out []string
	for _, c := range s.All() {
		var b strings.Builder
		b.WriteString(c.Name)
		if c.Name == "" {
			b.WriteByte('-')
		}
		for _, f := range []struct {
			on   bool
			name string
		}{
			{c.Join == And, "and"},
			{c.Join == Or, "or"},
			{c.Join == Pipe, "pipe"},
			{c.Join == Then, "then"},
			{c.Conditional, "conditional"},
			{c.Tested, "tested"},
			{c.Negated, "negated"},
			{c.Background, "background"},
			{c.InLoop, "loop"},
			{c.InSubst, "subst"},
			{c.Function != "", "in:" + c.Function},
			{c.Subshell > 0, "sub"},
			{c.Options.Has(ErrExit), "e"},
			{c.Options.Has(NoUnset), "u"},
			{c.Options.Has(XTrace), "x"},
			{c.Options.Has(PipeFail), "pipefail"},
			{c.Next != nil, "|"},
			{c.Outer != nil, "outer"},
		} {
			if f.on {
				b.WriteString(" " + f.name)
			}
		}
		out = append(out, b.String())
	}
	return out
}

func TestContext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"RUN a && b || c; d", []string{"a tested", "b and conditional tested", "c or conditional", "d then"}},
		{"RUN a && b || exit 1", []string{"a", "b and", "exit or conditional"}},
		{"RUN a || { b; exit 1; }", []string{"a", "b or conditional", "exit then conditional"}},
		{"RUN [ -f x ] && a && b", []string{"[ tested", "a and conditional", "b and conditional"}},
		{"RUN command -v x || a", []string{"command tested", "a or conditional"}},
		{"RUN if a; then b; fi; ! c & for i in 1; do d; done", []string{
			"a tested", "b conditional", "c then negated background", "d conditional loop",
		}},
		{"RUN a | b && (c) && x=$(d)", []string{"a sub |", "b pipe sub", "c and sub", "- and", "d subst sub outer"}},
		{"RUN set -eu; a; set +u -x -o pipefail; b; (set +e; c); d", []string{
			"set", "a then e u", "set then e u", "b then e x pipefail", "set then sub e x pipefail", "c then sub x pipefail", "d then e x pipefail",
		}},
		{"SHELL [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\"]\nRUN a", []string{"a e u x pipefail"}},
		{"RUN [\"bash\", \"-o\", \"pipefail\", \"-ec\", \"a\"]", []string{"bash", "a e pipefail outer"}},
		{"RUN <<EOF\n#!/bin/sh -e\na\nEOF", []string{"a e"}},
		{"RUN f() { a; }; b", []string{"a in:f", "b then"}},
		{"RUN while a; do b; done < c", []string{"-", "a tested loop", "b conditional loop"}},
	}
	for _, tt := range tests {
		_, s := readLast(t, tt.text)
		if diff := cmp.Diff(tt.want, describe(s)); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"a":                                  "",
		"a > o":                              "",
		"{ a; } > o":                         "o",
		"{ { a; } > i; } > o":                "i o",
		"{ { a; }; b; } > o":                 "o",
		"for x in 1 2; do (a) < i; done > o": "i o",
		"{ b; } > o; a":                      "",
		"{ b $(a); } > o":                    "o",
	} {
		_, s := run(t, script)
		for c := range s.Find("a") {
			var got []string
			for g := c.Group; g != nil; g = g.Group {
				got = append(got, g.Redirects[0].Target.Value)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, want %v", script, got, want)
			}
		}
	}
}

func TestDir(t *testing.T) {
	t.Parallel()
	tests := []struct{ script, want string }{
		{"x", "."},
		{"cd /a && x", "/a"},
		{"cd a && cd ../b && x", "b"},
		{"cd -P -- /a/./b/ && x", "/a/b"},
		{"cd /a && y && cd - && x", "."},
		{"pushd /a && y && popd && x", "."},
		{"(cd /a) && x", "."},
		{"(cd /a; x)", "/a"},
		{"cd /a | y; x", "."},
		{"cd $A && x", ""},
		{"cd $A && cd /b && x", "/b"},
		{"cd && x", ""},
		{"cd ~/a && x", ""},
		{"cd a* && x", ""},
		{"if y; then cd /a; fi; x", ""},
		{"if y; then cd /a; x; fi", "/a"},
		{"if y; then cd /a; exit 1; fi; x", "."},
		{"[ -d /a ] && cd /a; x", ""},
		{"cd /a || exit 1; x", "/a"},
		{"for i in 1 2; do cd a; done; x", ""},
		{"sh -c 'cd /a && x'", "/a"},
		{"cd /a && sh -c 'cd b && x'", "/a/b"},
		{"cd /a && su - u -c x", ""},
		{"cd /a && chroot /b x", ""},
		{"eval 'cd /a'; x", "/a"},
		{"builtin cd /a; x", "/a"},
		{"f() { cd /a; }; x", "."},
		{"y=$(cd /a && pwd); x", "."},
	}
	for _, tt := range tests {
		_, s := run(t, tt.script)
		found := false
		for c := range s.Find("x") {
			found = true
			if c.Dir != tt.want {
				t.Errorf("%s: %q, want %q", tt.script, c.Dir, tt.want)
			}
		}
		if !found {
			t.Errorf("%s: x is not there", tt.script)
		}
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	src, s := readLast(t, "FROM a\nRUN set -e && \\\n  # c\n  A=b sudo -u r /usr/bin/apt-get install \\\n"+
		"  foo=1.2 \"li\\\nb$X\" > /o 2>&1 \\\n  && sh -c \"echo \\\"a b\\\" \\$y\"\n")
	c := s.Commands[1]
	for _, tt := range []struct{ got, want string }{
		{src.Slice(c.Range), "A=b sudo -u r /usr/bin/apt-get install \\\n  foo=1.2 \"li\\\nb$X\" > /o 2>&1"},
		{src.Slice(c.NameRange), "apt-get"},
		{src.Slice(c.Wrappers[0].Range), "sudo -u r"},
		{src.Slice(c.Assigns[0].NameRange), "A"},
		{src.Slice(c.Assigns[0].Value.Range), "b"},
		{src.Slice(c.Args()[1].Range), "foo=1.2"},
		{src.Slice(c.Package().Packages[0].VersionRange), "1.2"},
		{src.Slice(c.Args()[2].Range), "\"li\\\nb$X\""},
		{c.Args()[2].Value, "lib$X"},
		{src.Slice(c.Args()[2].Variables()[0].Range), "$X"},
		{src.Slice(c.Redirects[0].Range), "> /o"},
		{src.Slice(c.Redirects[1].Range), "2>&1"},
		{src.Slice(s.Range(c.Stmt)), src.Slice(c.Range)},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	inner := s.Commands[3]
	if got := src.Slice(inner.Range); got != `echo \"a b\" \$y` {
		t.Errorf("inner command at %q", got)
	}
	if got := src.Slice(inner.Args()[0].Range); got != `\"a b\"` {
		t.Errorf("inner word at %q", got)
	}
	if got := s.At(inner.NameRange.Start + 1); got != inner {
		t.Errorf("At gives %v", got)
	}
}

func TestHeredocRanges(t *testing.T) {
	t.Parallel()
	src, s := readLast(t, "FROM a\nRUN cat <<-\"X\" > /f && python3 <<Y\n\ta $b\n\t\tc\n\tX\nimport \\$z $w\nY\n")
	h := s.Commands[0].Heredoc()
	if src.Slice(h.Body) != "\ta $b\n\t\tc\n" || h.Content != "a $b\nc\n" || !h.Static {
		t.Errorf("%q, %q, %v", src.Slice(h.Body), h.Content, h.Static)
	}
	h = s.Commands[1].Heredoc()
	if src.Slice(h.Body) != "import \\$z $w\n" || h.Content != "import $z $w\n" || h.Static || h.Script {
		t.Errorf("%q, %q, %v", src.Slice(h.Body), h.Content, h.Static)
	}
	src, s = readLast(t, "FROM a\nRUN <<EOF\ncat <<X > /f\nbody\nX\nb\nEOF\n")
	if got := src.Slice(s.Extent); got != "cat <<X > /f\nbody\nX\nb\n" {
		t.Errorf("script at %q", got)
	}
	if got := src.Slice(s.Commands[0].Heredoc().Body); got != "body\n" {
		t.Errorf("body at %q", got)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		script, at string
		want       []string
	}{
		{"a && b; c ) d; e f && g", ")", []string{"a", "b", "e f", "g"}},
		{"x && ) y; apt-get update && z", "&&", []string{"x", "apt-get update", "z"}},
		{"a; echo 'b && c; d", "'b", []string{"a"}},
		{"test x || { a && b }", "{", []string{"test x", "a", "b }"}},
		{"if a; then b", "if", nil},
	}
	for _, tt := range tests {
		src, s := run(t, tt.script)
		if s.Err == nil {
			t.Errorf("%s: no error", tt.script)
			continue
		}
		if got := src.Slice(s.Err.Range); got != tt.at {
			t.Errorf("%s: error at %q, want %q", tt.script, got, tt.at)
		}
		if diff := cmp.Diff(tt.want, lines(s)); diff != "" {
			t.Errorf("%s: %s", tt.script, diff)
		}
	}
}

func TestBashism(t *testing.T) {
	t.Parallel()
	src, s := run(t, "a; diff <(b) c")
	if s.Err != nil || s.Bashism == nil || s.Dialect != Posix {
		t.Fatalf("error %v, bashism %v, dialect %v", s.Err, s.Bashism, s.Dialect)
	}
	if got := src.Slice(s.Bashism.Range); got != "<(b)" {
		t.Errorf("bashism at %q", got)
	}
	if diff := cmp.Diff([]string{"a", "diff ~<(b) c", "b"}, lines(s)); diff != "" {
		t.Error(diff)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	_, s := run(t, "pip3.11 install a && sudo apt-get update && gmake && python3 -m pip download b && ./mvnw package")
	for names, want := range map[string]int{
		"pip": 2, "pip3.11": 1, "apt-get": 1, "make": 1, "mvn": 1, "yum": 0, "sudo": 0, "apt-get pip": 3, "": 0,
	} {
		n := 0
		for range s.Find(strings.Split(names, " ")...) {
			n++
		}
		if n != want {
			t.Errorf("Find(%q) gives %d, want %d", names, n, want)
		}
	}
	n := 0
	for c := range s.FindWrapped("sudo", "python3") {
		n += len(c.Wrappers)
	}
	if n != 2 {
		t.Errorf("FindWrapped gives %d", n)
	}
}

func TestFindInManyCommands(t *testing.T) {
	t.Parallel()
	_, s := run(t, strings.Repeat("a; b; ", 100)+"pip3 x")
	for names, want := range map[string]int{"a": 100, "a b": 200, "pip": 1, "pip a": 101, "c": 0, "c d": 0} {
		n := 0
		for range s.Find(strings.Split(names, " ")...) {
			n++
		}
		if n != want {
			t.Errorf("Find(%q) gives %d, want %d", names, n, want)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"( \\\n", "$( \\\n", "{ \\\n", "if \\\n", "`a \\\n", "\"$( \\\n", "${a:- \\\n", "$((1 \\\n", "$((~~~~~~~~~~~~ \\\n", "sh -c \\\n", "sudo \\\n", "a ) \\\n"} {
		_, s := run(t, strings.Repeat(unit, 1<<16/len(unit))+" x")
		if s == nil {
			t.Errorf("%q: no script", unit)
		}
	}
	_, s := run(t, strings.Repeat("cd a && \\\n", 1<<13)+"x")
	if c := s.Commands[len(s.Commands)-1]; c.Dir != "" || len(s.Commands) != 1<<13+1 {
		t.Errorf("%d commands, directory of %d bytes", len(s.Commands), len(c.Dir))
	}
}
