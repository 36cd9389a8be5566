// Package web serves the shop; its page is part of the program.
package web

import (
	"embed"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"example.com/shop/v2/internal/stock"
)

//go:embed static
var static embed.FS

// Handler routes the shop's pages; sales are written to a journal in the directory that is given.
func Handler(owner, journal string, shelf *stock.Shelf) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "well") })
	mux.Handle("GET /static/", http.FileServerFS(static))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		count := shelf.Add("visits", 1)
		line := fmt.Sprintf("visit %d at the shop of %s\n", count, owner)
		if err := os.WriteFile(filepath.Join(journal, "visits.log"), []byte(line), 0o600); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, line)
	})
	return mux
}
