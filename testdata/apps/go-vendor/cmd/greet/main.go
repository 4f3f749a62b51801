// Command greet greets everyone it is told of.
package main

import (
	"fmt"
	"os"

	"example.com/words"
)

func main() {
	for _, name := range os.Args[1:] {
		fmt.Printf("%s, %s!\n", os.Getenv("GREETING"), words.Capital(name))
	}
}
