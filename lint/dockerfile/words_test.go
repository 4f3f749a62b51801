package dockerfile

import "testing"

func TestMisread(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]bool{
		"--network=none true": true, `["a", "b"]`: true, `[ "a" ]`: true, `[ "$A" = b ]`: true, // which a shell may be meant for
		"": false, "-x": false, "make --all": false, "[ -f x ]": false, "[[ a ]]": false, "[a]": false,
	} {
		if got := Misread(args); got != want {
			t.Errorf("%q is misread: %v, want %v", args, got, want)
		}
	}
}
