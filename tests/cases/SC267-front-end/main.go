package main

import (
	"embed"
	"net/http"
)

//go:embed all:frontend/dist
var pages embed.FS

func main() {
	http.ListenAndServe(":8080", http.FileServerFS(pages))
}
