package linear_test

import (
	"testing"

	"github.com/dlint/dlint/lint/linttest/linear"
)

// told is a test that notes whether it has failed.
type told struct {
	testing.TB
	failed bool
}

func (t *told) Helper()               {}
func (t *told) Errorf(string, ...any) { t.failed = true }

func TestCheck(t *testing.T) {
	t.Parallel()
	sum := 0
	for name, tt := range map[string]struct {
		work func(size int)
		want bool
	}{
		"in proportion": {func(size int) {
			for k := range size * 2000 {
				sum += k
			}
		}, false},
		"squared": {func(size int) {
			for k := range size * size {
				sum += k
			}
		}, true},
	} {
		var one told
		linear.Check(&one, 2000, tt.work)
		if one.failed != tt.want {
			t.Errorf("%s: fails %v, want %v", name, one.failed, tt.want)
		}
	}
	if sum == 0 {
		t.Error("nothing was done")
	}
}
