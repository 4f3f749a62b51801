// Command notes serves the pages that are compiled into it.
package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"
)

//go:embed pages
var pages embed.FS

func main() {
	root, err := fs.Sub(pages, "pages")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":8000", http.FileServerFS(root)))
}
