package dockerfile

import (
	"testing"

	"github.com/dlint/dlint/lint/source"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	seen := Kinds(0)
	for _, n := range Names {
		k := KindsOf(n)
		if k == 0 || seen&k != 0 {
			t.Errorf("%s has no kind of its own: %b", n, k)
		}
		seen |= k
	}
	f := Parse(source.NewFile("Dockerfile", "from a\nRUN b\nonbuild copy c d\nFRM e\n"))
	for k, want := range []Kinds{KindsOf("FROM"), KindsOf("RUN", "USER"), KindsOf("ONBUILD")} {
		if ins := f.Instructions[k]; !ins.In(want) || ins.In(^want) {
			t.Errorf("%s is not of its kind", ins.Name)
		}
	}
	if x := f.Instructions[2].Trigger; !x.In(KindsOf("COPY")) {
		t.Error("a trigger has no kind")
	}
	if f.Instructions[3].In(^Kinds(0)) {
		t.Error("what is no instruction has a kind")
	}
}
