// Command api answers with sums.
package main

import (
	"fmt"
	"log"
	"net/http"

	"example.com/several/internal/sum"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "1+2+3=%d\n", sum.Of(1, 2, 3))
	})
	log.Fatal(http.ListenAndServe(":9000", nil))
}
