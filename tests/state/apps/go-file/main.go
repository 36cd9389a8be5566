package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			file, err := os.OpenFile("./data/notes.txt", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			defer file.Close()
			fmt.Fprintln(file, string(body))
		}
		kept, _ := os.ReadFile("./data/notes.txt")
		fmt.Fprint(w, strings.ReplaceAll(strings.TrimSpace(string(kept)), "\n", " "))
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	if err := http.ListenAndServe(":"+port, nil); err != nil {
		panic(err)
	}
}
