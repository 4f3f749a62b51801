package lint

import "testing"

func TestLazy(t *testing.T) { //nolint:paralleltest // it counts allocations

	var l lazy[int]
	made := 0
	for range 3 {
		if got := l.get(func() int { made++; return 7 }); got != 7 || made != 1 {
			t.Fatalf("%d, made %d times", got, made)
		}
	}
	var broken lazy[int]
	for range 2 {
		func() {
			defer func() {
				if got := recover(); got != "why" {
					t.Errorf("panic of %v", got)
				}
			}()
			broken.get(func() int { panic("why") })
			t.Error("no panic")
		}()
	}
	many := make([]lazy[int], 200)
	next := 0
	if n := testing.AllocsPerRun(len(many)-1, func() {
		many[next].get(func() int { return next })
		next++
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
