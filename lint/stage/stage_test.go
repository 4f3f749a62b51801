package stage

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/source"
)

func graph(t *testing.T, text string, opts Options) *Graph {
	t.Helper()
	f := dockerfile.Parse(source.NewFile("Dockerfile", text))
	if len(f.Errors) > 0 {
		t.Fatal(f.Errors[0])
	}
	return New(f, opts)
}

func TestGraph(t *testing.T) {
	t.Parallel()
	g := graph(t, `ARG BASE=golang:1.26
FROM $BASE AS Build
FROM build AS test
FROM debian AS tools
FROM scratch
COPY --from=BUILD /a /a
COPY --from=0 /b /b
COPY --from=nginx /c /c
RUN --mount=type=bind,from=tools,target=/x true
`, Options{})
	type use struct {
		Kind  UseKind
		Ref   string
		Stage int
	}
	var got []use
	for _, u := range g.Stages[3].Uses {
		n := -1
		if u.Stage != nil {
			n = u.Stage.Index
		}
		got = append(got, use{u.Kind, u.Ref.Value, n})
	}
	want := []use{{FromStage, "scratch", -1}, {CopyFrom, "BUILD", 0}, {CopyFrom, "0", 0}, {CopyFrom, "nginx", -1}, {MountFrom, "tools", 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var reachable []bool
	for _, s := range g.Stages {
		reachable = append(reachable, s.Reachable)
	}
	if diff := cmp.Diff([]bool{true, false, true, true}, reachable); diff != "" {
		t.Error(diff)
	}
	if b := g.Stages[0].Base; b.Name != "golang:1.26" || !b.Known {
		t.Errorf("base %q, known %v", b.Name, b.Known)
	}
	if g.Stages[1].Root() != g.Stages[0] {
		t.Error("the test stage is built on the build stage")
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	text := "FROM a AS one\nFROM b AS two\n"
	for target, want := range map[string]int{"": 1, "one": 0, "ONE": 0, "0": 0} {
		g := graph(t, text, Options{Target: target})
		if g.Target != g.Stages[want] {
			t.Errorf("target %q is not stage %d", target, want)
		}
	}
	if g := graph(t, text, Options{Target: "three"}); g.Target != nil {
		t.Error("an unknown target has a stage")
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, word string
		args             map[string]string
		value            string
		known            bool
		missing          []string
	}{
		{"literal", "FROM a\nUSER x\n", "plain", nil, "plain", true, nil},
		{"env", "FROM a\nENV X=1 Y=\"a b\"\nUSER x\n", "$X-${Y}", nil, "1-a b", true, nil},
		{"pairs of one ENV do not see each other", "FROM a\nENV X=1\nENV X=2 Y=$X\nUSER x\n", "$Y", nil, "1", true, nil},
		{"arg default", "FROM a\nARG X=1\nUSER x\n", "$X", nil, "1", true, nil},
		{"build arg", "FROM a\nARG X=1\nUSER x\n", "$X", map[string]string{"X": "7"}, "7", true, nil},
		{"bare arg", "FROM a\nARG X\nUSER x\n", "a$X", nil, "a", false, nil},
		{"bare arg keeps an ENV", "FROM a\nENV X=1\nARG X\nUSER x\n", "$X", nil, "1", true, nil},
		{"meta arg needs declaring", "ARG X=1\nFROM a\nUSER x\n", "$X", nil, "", false, []string{"X"}},
		{"meta arg", "ARG X=1\nFROM a\nARG X\nUSER x\n", "$X", nil, "1", true, nil},
		{"later ARG wins", "FROM a\nENV X=1\nARG X=2\nUSER x\n", "$X", nil, "2", true, nil},
		{"later binding is not seen", "FROM a\nUSER x\nENV X=1\n", "$X", nil, "", false, []string{"X"}},
		{"inherited from a stage", "FROM a AS b\nENV X=1\nARG Y=2\nFROM b\nUSER x\n", "$X$Y", nil, "12", true, nil},
		{"not inherited by copying", "FROM a AS b\nENV X=1\nFROM c\nCOPY --from=b / /\nUSER x\n", "$X", nil, "", false, []string{"X"}},
		{"default value", "FROM a\nUSER x\n", "${X:-d}", nil, "d", false, []string{"X"}},
		{"single quotes", "FROM a\nENV X=1\nUSER x\n", "'$X'", nil, "$X", true, nil},
		{"platform", "FROM a\nARG TARGETARCH\nUSER x\n", "$TARGETARCH", nil, "amd64", false, nil},
		{"escape", "# escape=`\nFROM a\nENV X=1\nUSER x\n", "`$X", nil, "$X", true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := graph(t, tt.text, Options{Args: tt.args})
			var user *dockerfile.Instruction
			for _, ins := range g.File.Instructions {
				if ins.Name == "USER" {
					user = ins
				}
			}
			x := g.ScopeAt(user).Expand(tt.word)
			if x.Value != tt.value || x.Known != tt.known {
				t.Errorf("%q, known %v; want %q, %v", x.Value, x.Known, tt.value, tt.known)
			}
			if diff := cmp.Diff(tt.missing, x.Missing); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	g := graph(t, `FROM a
RUN one
WORKDIR rel
RUN two
ARG D=/srv
WORKDIR $D
WORKDIR app
USER node
SHELL ["bash","-c"]
RUN three
FROM scratch
WORKDIR x
RUN four
`, Options{})
	var got []State
	for _, ins := range g.File.Instructions {
		if ins.Name == "RUN" {
			s := *g.StateAt(ins)
			s.WorkdirBy, s.UserBy, s.ShellBy = nil, nil, nil
			got = append(got, s)
		}
	}
	want := []State{
		{Workdir: "/"},
		{Workdir: "/rel"},
		{Workdir: "/srv/app", WorkdirKnown: true, User: "node", UserKnown: true, Shell: []string{"bash", "-c"}},
		{Workdir: "/x", WorkdirKnown: true, User: "0", UserKnown: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		dir, path, want string
		absolute        bool
	}{
		{"/app", "x", "/app/x", false},
		{"/app", "/x/../y", "/y", true},
		{"/app", "..", "/", false},
		{"rel", "x", "/rel/x", false},
		{"/", `C:\app\`, "C:/app", true},
		{"/", "c:/app", "c:/app", true},
		{"C:/app", `sub\x`, "C:/app/sub/x", false},
		{"C:/app", `\x`, "/x", true},
		{"/app", "a:b", "/app/a:b", false},
	} {
		if got, absolute := Join(tc.dir, tc.path); got != tc.want || absolute != tc.absolute {
			t.Errorf("%s in %s: got %s, %v", tc.path, tc.dir, got, absolute)
		}
	}
}

func TestWindows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"FROM mcr.example.com/windows/servercore:ltsc2022\n": true,
		"FROM --platform=windows/amd64 x\n":                  true,
		"FROM x\nSHELL [\"powershell\", \"-Command\"]\n":     true,
		"FROM debian\n": false,
	} {
		g := graph(t, text, Options{})
		if got := g.Stages[0].Windows(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestStateOfBroken has an instruction that BuildKit refuses: it sets nothing.
func TestStateOfBroken(t *testing.T) {
	t.Parallel()
	f := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a\nSHELL broken -c\nRUN x\n"))
	g := New(f, Options{})
	if st := g.StateAt(f.Instructions[2]); st.ShellBy != nil || st.Shell != nil {
		t.Errorf("the shell is %v", st.Shell)
	}
}

func TestScopeOfFrom(t *testing.T) {
	t.Parallel()
	f := dockerfile.Parse(source.NewFile("Dockerfile", "ARG V=1\nFROM a\nARG W=2\nFROM b:$V\nARG V=3\n"))
	g := New(f, Options{})
	scope := g.ScopeAt(g.Stages[1].From)
	if v := scope.Lookup("V"); v == nil || v.Value != "1" || v.Kind != MetaArg {
		t.Errorf("V is %+v, want the global argument", v)
	}
	if v := scope.Lookup("W"); v != nil {
		t.Errorf("W is %+v, but belongs to another stage", v)
	}
}

// TestExpandBounded lets values grow with each line.
func TestExpandBounded(t *testing.T) {
	t.Parallel()
	text := "FROM a\nENV V=0123456789abcdef\n" + strings.Repeat("ENV V=$V$V$V\nARG A=$V$V\n", 2_000) + "LABEL a=$V\n"
	g := New(dockerfile.Parse(source.NewFile("Dockerfile", text)), Options{})
	last := g.File.Instructions[len(g.File.Instructions)-1]
	if x := g.ScopeAt(last).Expand("$V"); x.Known || len(x.Value) > 16<<10 || x.Err != nil {
		t.Errorf("known %v, %d bytes, %v", x.Known, len(x.Value), x.Err)
	}
	if x := g.ScopeAt(g.File.Instructions[2]).Expand("$V$V$V"); !x.Known || len(x.Value) != 48 {
		t.Errorf("known %v, %q", x.Known, x.Value)
	}
}

// TestBuiltOn holds BuiltOn to the chains.
func TestBuiltOn(t *testing.T) {
	t.Parallel()
	g := graph(t, `FROM debian AS a
FROM a AS b
FROM alpine AS c
FROM b AS d
FROM a AS e
FROM c AS a
FROM a
FROM d
FROM b AS d
FROM d
`, Options{})
	for _, s := range g.Stages {
		chain := slices.Collect(s.Chain())
		for _, o := range g.Stages {
			if got := s.BuiltOn(o); got != slices.Contains(chain, o) {
				t.Errorf("stage %d is built on stage %d: %v", s.Index, o.Index, got)
			}
		}
	}
	if g.Stages[0].BuiltOn(nil) || (*Stage)(nil).BuiltOn(g.Stages[0]) {
		t.Error("a stage is built on none, or none on a stage")
	}
}
