// Package linear holds work to growing in proportion to its size. It is imported by
// tests only.
package linear

import (
	"testing"
	"time"
)

// How many times larger the large work is, and how many times as long it may take as
// the small work done that often: work that grows with the square of its size takes
// eight times as long.
const (
	larger = 8
	longer = 3
)

// tries is how often both are done when the second took too long: other tests run
// beside them, so that the longest of the first and the shortest of the second count.
const tries = 3

// Check does the work eight times at a size and once at eight times the size, and fails
// the test when the second takes much longer than the first. What the work makes to
// begin with counts, too, so that it has to be in proportion.
func Check(t testing.TB, size int, work func(size int)) {
	t.Helper()
	few := timed(larger, size, work)
	many := timed(1, larger*size, work)
	for range tries - 1 {
		if many <= longer*few {
			return
		}
		few = max(few, timed(larger, size, work))
		many = min(many, timed(1, larger*size, work))
	}
	if many > longer*few {
		t.Errorf("%d times %d take %v, and %d at once %v", larger, size, few, larger*size, many)
	}
}

func timed(times, size int, work func(size int)) time.Duration {
	start := time.Now()
	for range times {
		work(size)
	}
	return time.Since(start)
}
