// Greets whoever NAME says, with a page made from a template that is read when the server starts.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
)

func main() {
	router := gin.Default()
	router.LoadHTMLGlob("templates/*.html")
	router.GET("/healthz", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	router.GET("/", greet)

	server := &http.Server{Addr: ":" + port(), Handler: router, ReadHeaderTimeout: 5 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			log.Print(err)
		}
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

// greet answers, and keeps the last visit in a file of the temporary directory.
func greet(c *gin.Context) {
	name := os.Getenv("NAME")
	if name == "" {
		name = "me"
	}
	last := filepath.Join(os.TempDir(), "last-visit")
	before, _ := os.ReadFile(last)
	if err := os.WriteFile(last, []byte(time.Now().UTC().Format(time.RFC3339)), 0o600); err != nil {
		c.String(http.StatusInternalServerError, err.Error())
		return
	}
	c.HTML(http.StatusOK, "page.html", gin.H{"Name": name, "Before": string(before)})
}

func port() string {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8085"
	}
	return port
}
