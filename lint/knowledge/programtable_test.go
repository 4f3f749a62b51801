package knowledge

import "testing"

func TestProgramTable(t *testing.T) {
	t.Parallel()
	rows := []SecretInput{{Programs: "b a", Sub: "1"}, {Programs: "c", Sub: "2"}, {Programs: "a", Sub: "3"}}
	table := newProgramTable(rows, func(r *SecretInput) string { return r.Programs })
	for program, want := range map[string]string{"a": "13", "b": "1", "c": "2", "": "", "d": "", "0": ""} {
		got := ""
		for _, r := range table.of(program) {
			got += r.Sub
		}
		if got != want {
			t.Errorf("of(%q) are the rows %q, want %q", program, got, want)
		}
	}
}
