package knowledge

import "sync"

// memo keeps the answers to questions that the files of a tree ask over and over
// again. It stops growing at its limit, so that no tree fills the memory.
type memo[K comparable, V any] struct {
	limit int
	mu    sync.RWMutex
	known map[K]V
}

func (m *memo[K, V]) get(k K) (V, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, ok := m.known[k]
	return v, ok
}

// full reports whether put would note nothing more.
func (m *memo[K, V]) full() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.known) >= m.limit
}

// put notes an answer. Neither k nor v may be parts of a file's text, which
// would then stay in memory.
func (m *memo[K, V]) put(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[K]V{}
	}
	if len(m.known) < m.limit {
		m.known[k] = v
	}
}
