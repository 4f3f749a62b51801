package main

import (
	"fmt"
	"log"
	"net/http"
	"runtime"
	"strconv"

	"example.com/units/units"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		celsius, err := strconv.ParseFloat(r.URL.Query().Get("c"), 64)
		if err != nil {
			celsius = 100
		}
		fmt.Fprintf(w, "%g C = %g F\n", celsius, units.Fahrenheit(celsius))
	})
	log.Printf("listening on %s", runtime.GOARCH)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
