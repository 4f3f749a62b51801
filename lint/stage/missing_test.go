package stage

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMissingIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"ENV A=$B C=${D}$B\n":                        {"B", "D"},
		"ENV A=1\nENV C=$A\n":                        nil,
		"ENV A='$B' C=\\$D\n":                        nil,
		"ENV A=${B:-x} C=${D+y}\n":                   {"B default", "D default"},
		"ARG A=$B\n":                                 {"B"},
		"ARG A\nUSER $A\n":                           nil,
		"COPY --chown=$U $A $B/\n":                   {"U", "A", "B"},
		"COPY <<EOF /x\n$A $1 $$\nEOF\n":             {"A"},
		"COPY <<'EOF' /x\n$A\nEOF\n":                 nil,
		"RUN --mount=type=cache,target=$A echo $B\n": {"A"},
		"CMD echo $A\n":                              nil,
		"EXPOSE $A\n":                                {"A"},
		"ONBUILD USER $A\n":                          nil,
	} {
		g := graph(t, "FROM x\n"+text, Options{})
		ins := g.File.Instructions[len(g.File.Instructions)-1]
		var got []string
		for _, m := range g.MissingIn(ins) {
			name := g.File.Source.Slice(m.Range)
			if m.Default {
				name += " default"
			}
			got = append(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
