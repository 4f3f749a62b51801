// A program that a script starts with its settings.
package main

import (
	"fmt"
	"os"
)

func main() { fmt.Println("hello", os.Getenv("GREETING"), os.Args[1:]) }
