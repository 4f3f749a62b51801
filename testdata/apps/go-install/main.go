// Command clock says what time it is in the local zone, and in Tokyo.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	at, err := time.Parse(time.RFC3339, os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, zone := range []*time.Location{time.Local, tokyo} {
		fmt.Println("hour", at.In(zone).Hour(), "in", zone)
	}
}
