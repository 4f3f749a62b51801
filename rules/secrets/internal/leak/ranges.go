package leak

import (
	"slices"

	"github.com/dlint/dlint/lint/source"
)

// ranges is a set of bytes, kept as ranges that do not overlap, in order.
type ranges struct{ list []source.Range }

// add puts the bytes of r into the set.
func (s *ranges) add(r source.Range) {
	if r.Empty() {
		return
	}
	i := s.firstBehind(r.Start)
	n := i
	for n < len(s.list) && s.list[n].Overlaps(r) {
		r = r.Join(s.list[n])
		n++
	}
	s.list = slices.Replace(s.list, i, n, r)
}

// overlaps reports whether a byte of r is in the set.
func (s *ranges) overlaps(r source.Range) bool {
	i := s.firstBehind(r.Start)
	return i < len(s.list) && s.list[i].Overlaps(r)
}

// firstBehind returns the index of the first range that ends behind off.
func (s *ranges) firstBehind(off int) int {
	i, _ := slices.BinarySearchFunc(s.list, off, func(r source.Range, off int) int { return r.End - off - 1 })
	return i
}
