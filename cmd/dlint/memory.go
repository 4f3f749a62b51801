package main

import (
	"math"
	"runtime"
	"runtime/debug"
)

const (
	heapGoal = 56 << 20 // the heap may grow to this before it is collected
	// leastRoom is what a program allocates at least between two collections when
	// the goal leaves it room.
	leastRoom = heapGoal / 8
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
	watchHeap(allocated{})
}

// watchHeap looks at the heap after the next collection. What is alive may reach
// the limit, when a file is large or made to be costly: then the collector would
// run all the time, so that the heap goes back to one in proportion to what is
// alive.
func watchHeap(before allocated) {
	mark := new(*byte) // of a type with a pointer, so that it shares its memory with nothing
	runtime.AddCleanup(mark, func(before allocated) {
		now := allocatedNow()
		if (now.bytes-before.bytes)/max(now.cycles-before.cycles, 1) >= leastRoom {
			watchHeap(now)
			return
		}
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(100)
	}, before)
}

// allocated is what was allocated since the start, and how often it was collected.
type allocated struct{ bytes, cycles uint64 }

func allocatedNow() allocated {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return allocated{m.TotalAlloc, uint64(m.NumGC)}
}
