package main

import (
	"math"
	"runtime/debug"
	"sync"
)

const (
	heapGoal   = 56 << 20 // the heap may grow to this before it is collected
	largeInput = 1 << 20
)

// tuneMemory lets the heap grow up to a fixed size before the collector runs:
// most runs end before that, and long ones stay below 100 MB. The variables of
// the Go runtime have precedence.
func tuneMemory(getenv func(string) string) {
	if getenv("GOGC") != "" || getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(heapGoal)
}

// liftLimit goes back to a heap in proportion to what is alive, once: a large
// file would make the collector run all the time otherwise.
var liftLimit = sync.OnceFunc(func() {
	debug.SetMemoryLimit(math.MaxInt64)
	debug.SetGCPercent(100)
})
