// Visits counts in SQLite who came.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", os.TempDir()+"/visits.db")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS visit (who TEXT)"); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		if err := db.PingContext(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		who, count := os.Getenv("NAME"), 0
		if who == "" {
			who = "me"
		}
		if _, err := db.ExecContext(r.Context(), "INSERT INTO visit VALUES (?)", who); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if err := db.QueryRowContext(r.Context(), "SELECT count(*) FROM visit").Scan(&count); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "%s was visitor %d\n", who, count)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
