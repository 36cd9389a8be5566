// Package figures adds.
package figures

// Sum adds numbers up.
func Sum(numbers ...int) int {
	sum := 0
	for _, number := range numbers {
		sum += number
	}
	return sum
}
