// Package sum adds numbers.
package sum

// Of returns the sum of the numbers.
func Of(numbers ...int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
