package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWordValues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, want string
		static     bool
		quote      Quote
	}{
		{`abc`, "abc", true, Unquoted},
		{`a\ b\\c`, `a b\c`, true, Mixed},
		{`'a\b"$x'`, `a\b"$x`, true, SingleQuoted},
		{`"a\b\"\$x\\"`, `a\b"$x\`, true, DoubleQuoted},
		{"\"a\\`b\"", "a`b", true, DoubleQuoted},
		{`a'b'"c"`, "abc", true, Mixed},
		{`'it'\''s'`, "it's", true, Mixed},
		{`""`, "", true, DoubleQuoted},
		{`$'a\n\t\x41\u00e9\101\'\q'`, "a\n\tA\u00e9A'\\q", true, SingleQuoted},
		{`$x`, "$x", false, Unquoted},
		{`"a${x:-b}c"`, "a${x:-b}c", false, DoubleQuoted},
		{`a$(b "c")d`, `a$(b "c")d`, false, Unquoted},
		{`$((1 + 2))`, "$((1 + 2))", false, Unquoted},
		{`--x="a b"`, "--x=a b", true, Mixed},
		{`{a,b}*`, "{a,b}*", true, Unquoted},
	}
	for _, tt := range tests {
		_, s := readLast(t, "SHELL [\"bash\",\"-c\"]\nRUN prog "+tt.text)
		w := s.Commands[0].Args()[0]
		if w.Value != tt.want || w.Static != tt.static || w.Quote != tt.quote {
			t.Errorf("%s: %q, static %v, quote %d", tt.text, w.Value, w.Static, w.Quote)
		}
	}
}

func TestWordPattern(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{`a*`: true, `"a*"`: false, `a\*`: false, `'?'b[c]`: true, `a"b"`: false, `$x*`: true} {
		_, s := run(t, "prog "+text)
		if w := s.Commands[0].Args()[0]; w.Pattern != want {
			t.Errorf("%s: %v", text, w.Pattern)
		}
	}
}

func TestWordAt(t *testing.T) {
	t.Parallel()
	src, s := readLast(t, "FROM a\nSHELL [\"bash\", \"-c\"]\nRUN prog --na\\\nme=\"a\\\"b\"'c d'$'\\x41'\n")
	w := s.Commands[0].Args()[0]
	if w.Value != `--name=a"bc dA` {
		t.Fatalf("value %q", w.Value)
	}
	value := w.From(len("--name="))
	if got := src.Slice(value.Range); value.Value != `a"bc dA` || !strings.HasPrefix(got, `a\"b"'c d'$'`) {
		t.Errorf("value %q at %q", value.Value, got)
	}
	if got := src.Slice(w.Sub(0, 6)); got != "--na\\\nme" {
		t.Errorf("name at %q", got)
	}
	if got := src.Slice(value.Sub(1, 3)); got != `"b` {
		t.Errorf("part at %q", got)
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	src, s := run(t, `prog a$B"c${D:-$E}"${F}$(g $H)$((I + $J))"$@"`)
	var got []string
	for _, v := range s.Commands[0].Args()[0].Variables() {
		text := v.Name + " " + src.Slice(v.Range)
		if v.Quoted {
			text += " quoted"
		}
		if v.Default {
			text += " default"
		}
		got = append(got, text)
	}
	want := []string{"B $B", "D ${D:-$E} quoted default", "E $E quoted", "F ${F}", "J $J", "@ $@ quoted"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestManyBraces has a word of ten billion values, of which only the first are made.
func TestManyBraces(t *testing.T) {
	t.Parallel()
	group := "{" + strings.Repeat("a,", 99) + "b}"
	_, s := readLast(t, "SHELL [\"bash\", \"-c\"]\nRUN prog "+strings.Repeat(group, 5)+"\n")
	got := s.Commands[0].Args()[0].Braces()
	if len(got) != maxBraces || got[0] != "aaaaa" {
		t.Errorf("%d values, the first %q", len(got), got[0])
	}
}

func TestBraces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a": "a", "lib{a,b}": "liba libb", "{a,b{c,d}}e": "ae bce bde", "{a}": "{a}", "a{,b}": "a ab", "'{a,b}'": "{a,b}", "{}": "{}",
		"{a,b}{c,d}": "ac ad bc bd",
	} {
		_, s := readLast(t, "SHELL [\"bash\",\"-c\"]\nRUN prog "+text)
		if got := strings.Join(s.Commands[0].Args()[0].Braces(), " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	_, s := run(t, "prog {a,b}")
	if got := s.Commands[0].Args()[0].Braces(); len(got) != 1 {
		t.Errorf("sh expands braces: %q", got)
	}
}

func TestUnquote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`'a b'`: "a b", `"a\"b"`: `a"b`, `a\ b`: "a b", `""`: ""} {
		if got, ok := Unquote(text); got != want || !ok {
			t.Errorf("Unquote(%s) = %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"$x", "a b", "'a", "", "x=1"} {
		if got, ok := Unquote(text); ok {
			t.Errorf("Unquote(%s) = %q", text, got)
		}
	}
}

// flagText renders flags: name=value.
func flagText(c *Command) string {
	var out []string
	for _, f := range c.Flags() {
		text := f.Name
		if f.Has {
			text += "=" + f.Value.Value
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestFlags(t *testing.T) {
	t.Parallel()
	tests := []struct{ script, flags, sub, operands string }{
		{"apt-get -qqy -o A=b --option=C=d install -t x a --no-install-recommends b", "-q -q -y -o=A=b --option=C=d -t=x --no-install-recommends", "install", "a b"},
		{"apk --no-cache add -t .d --virtual .e a=1", "--no-cache -t=.d --virtual=.e", "add", "a=1"},
		{"yum -y --enablerepo x install --setopt=a=b c", "-y --enablerepo=x --setopt=a=b", "install", "c"},
		{"pip install -r a.txt -ib c --extra-index-url d --no-cache-dir -e . e", "-r=a.txt -i=b --extra-index-url=d --no-cache-dir -e=.", "install", "c e"},
		{"npm --prefix /a install -g --omit dev b -- -c", "--prefix=/a -g --omit=dev", "install", "b -c"},
		{"curl -fsSLo /a -H 'b: c' --retry 3 https://d", "-f -s -S -L -o=/a -H=b: c --retry=3", "", "https://d"},
		{"wget -qO- -P /a --tries=3 https://b", "-q -O=- -P=/a --tries=3", "", "https://b"},
		{"wget -nv -q -nc https://b", "-nv -q -nc", "", "https://b"},
		{"git -C /a clone --depth 1 -b v1 --recursive b c", "-C=/a --depth=1 -b=v1 --recursive", "clone", "b c"},
		{"tar xzfC a.tgz /b --strip-components=1 c", "-x -z -f=a.tgz -C=/b --strip-components=1", "", "c"},
		{"tar -xzf a.tgz -C /b --strip-components 1", "-x -z -f=a.tgz -C=/b --strip-components=1", "", ""},
		{"go build -ldflags '-s -w' -o /a -tags=b ./...", "-ldflags=-s -w -o=/a -tags=b", "build", "./..."},
		{"mvn -B -DskipTests -Pa -f b.xml package", "-B -D=skipTests -P=a -f=b.xml", "package", ""},
		{"make -C /a -j4 -j all", "-C=/a -j=4 -j", "", "all"},
		{"useradd -m -u 1000 -g users -s /bin/sh bob", "-m -u=1000 -g=users -s=/bin/sh", "", "bob"},
		{"mkdir -pm 755 a b", "-p -m=755", "", "a b"},
		{"mysql -uroot -psecret -h db", "-u=root -p=secret -h=db", "", ""},
		{"find / -type f -exec rm -rf {} \\; -delete", "-type=f -exec -delete", "", "/"},
		{"rm -rf -- -x a", "-r -f", "", "-x a"},
		{"rm -rf '--' -x a", "-r -f", "", "-x a"},
		{"curl -s -o", "-s -o", "", ""},
		{"curl --output", "--output", "", ""},
		{"apt-get install -o", "-o", "install", ""},
		{"chmod -R a+x,u=r /b", "-R", "", "a+x,u=r /b"},
		{"echo -n a -b", "-n", "", "a -b"},
		{"[ -f a ]", "", "", "-f a ]"},
		{"docker build -t a:b --build-arg C=d -f e .", "-t=a:b --build-arg=C=d -f=e", "build", "."},
		{"conda clean -afy", "-a -f -y", "clean", ""},
		{"a $FLAGS \"$@\"", "", "", "$FLAGS $@"},
		{"a -", "", "", "-"},
		{"apt-get $OPTS install b", "", "install", "$OPTS b"},
	}
	for _, tt := range tests {
		_, s := run(t, tt.script)
		c := s.Commands[0]
		var operands []string
		for _, w := range c.Operands() {
			operands = append(operands, w.Value)
		}
		got := []string{flagText(c), c.Subcommand(), strings.Join(operands, " ")}
		if diff := cmp.Diff([]string{tt.flags, tt.sub, tt.operands}, got); diff != "" {
			t.Errorf("%s: %s", tt.script, diff)
		}
	}
}

func TestFlagLookup(t *testing.T) {
	t.Parallel()
	src, s := run(t, "curl -fsSLo '/a b' --retry=3 x")
	c := s.Commands[0]
	if !c.Has("-S") || c.Has("-x", "--fail") || c.Count("-s", "-S") != 2 {
		t.Error("wrong letters")
	}
	if f := c.Flag("--nope", "-L"); f == nil || src.Slice(f.Range) != "L" {
		t.Errorf("-L is %+v", f)
	}
	if f := c.Flag("-f"); src.Slice(f.Range) != "-f" {
		t.Errorf("-f at %q", src.Slice(f.Range))
	}
	if w, ok := c.Option("-o", "--output"); !ok || w.Value != "/a b" || src.Slice(w.Range) != "'/a b'" {
		t.Errorf("output is %+v", w)
	}
	if f := c.Flag("--retry"); src.Slice(f.Range) != "--retry" || src.Slice(f.Value.Range) != "3" {
		t.Errorf("retry is %+v", f)
	}
}
