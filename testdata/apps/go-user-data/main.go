// Command keeper counts its starts in a file, after its migrations.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	steps, err := filepath.Glob("migrations/*.txt")
	if err != nil || len(steps) == 0 {
		log.Fatal("no migrations")
	}
	var done []string
	for _, s := range steps {
		text, err := os.ReadFile(s)
		if err != nil {
			log.Fatal(err)
		}
		done = append(done, strings.TrimSpace(string(text)))
	}
	if err := os.WriteFile("data/done", []byte(strings.Join(done, "\n")), 0o600); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		text, err := os.ReadFile("data/done")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "user %d has done:\n%s\n", os.Getuid(), text)
	})
	log.Fatal(http.ListenAndServe(":8081", nil))
}
