// Front greets on the web; the page comes from a file beside it.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/greeting"
	"github.com/go-chi/chi/v5"
)

func main() {
	motto, err := os.ReadFile("./config/motto.txt")
	if err != nil {
		log.Fatal(err)
	}
	r := chi.NewRouter()
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, greeting.For(env("NAME", "me")), string(motto))
	})
	r.Route("/internal", func(r chi.Router) {
		r.Get("/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "well") })
	})
	log.Fatal(http.ListenAndServe(":"+env("PORT", "8070"), r))
}

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
