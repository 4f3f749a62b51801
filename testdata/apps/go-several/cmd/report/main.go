// Command report prints a sum.
package main

import (
	"fmt"

	"example.com/several/internal/sum"
)

func main() { fmt.Println(sum.Of(4, 5, 6)) }
