// Command readme prints rules/README.md; rules/gen runs it.
package main

import (
	"fmt"
	"os"

	"github.com/dlint/dlint/rules"
	"github.com/dlint/dlint/rules/gen/docs"
)

func main() {
	if _, err := os.Stdout.Write(docs.README(rules.All())); err != nil {
		fmt.Fprintln(os.Stderr, "rules/gen/readme:", err)
		os.Exit(1)
	}
}
