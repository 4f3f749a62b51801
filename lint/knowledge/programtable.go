package knowledge

import (
	"cmp"
	"slices"
	"strings"
)

// programTable finds the rows of a table by the names of programs.
type programTable[T any] struct {
	names []string // sorted
	rows  []*T     // one for each of names
}

// newProgramTable indexes a table whose rows say which programs they are about,
// blank-separated.
func newProgramTable[T any](table []T, programs func(*T) string) programTable[T] {
	type entry struct {
		name string
		row  *T
	}
	all := make([]entry, 0, 4*len(table))
	for k := range table {
		for name := range strings.FieldsSeq(programs(&table[k])) {
			all = append(all, entry{name, &table[k]})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	t := programTable[T]{names: make([]string, len(all)), rows: make([]*T, len(all))}
	for k, e := range all {
		t.names[k], t.rows[k] = e.name, e.row
	}
	return t
}

// of returns the rows about a program in the order of the table, nil for an
// unknown one.
func (t programTable[T]) of(program string) []*T {
	from, known := slices.BinarySearch(t.names, program)
	if !known {
		return nil
	}
	to := from + 1
	for to < len(t.names) && t.names[to] == program {
		to++
	}
	return t.rows[from:to:to]
}
