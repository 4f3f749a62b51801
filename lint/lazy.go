package lint

import (
	"sync"
	"sync/atomic"
)

// lazy is a value that is made when it is first asked for. It does what
// sync.OnceValue does without allocating: a document has many.
type lazy[T any] struct {
	ready  atomic.Bool
	mu     sync.Mutex
	value  T
	failed any // what build panicked with
}

func (l *lazy[T]) get(build func() T) T {
	if !l.ready.Load() {
		l.fill(build)
	}
	return l.value
}

func (l *lazy[T]) fill(build func() T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ready.Load() {
		return
	}
	if l.failed != nil {
		panic(l.failed)
	}
	defer func() {
		if !l.ready.Load() {
			l.failed = recover()
			panic(l.failed) // at once, with the whole stack
		}
	}()
	l.value = build()
	l.ready.Store(true)
}
