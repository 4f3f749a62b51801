// Command ready says that it is ready.
package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ready") })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
