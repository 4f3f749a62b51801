// A server that reads templates and static files at run time.
package main

import (
	"html/template"
	"log"
	"net/http"
)

func main() {
	page := template.Must(template.ParseGlob("templates/*.html"))
	http.Handle("/static/", http.StripPrefix("/static/", http.FileServer(http.Dir("static"))))
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _ = page.Execute(w, "templates") })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
