// Shop sells what is on its shelves.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/shop/v2/internal/stock"
	"example.com/shop/v2/internal/web"
)

func main() {
	address := flag.String("addr", "localhost:8090", "where to listen")
	journal := flag.String("journal", "data/journal", "the directory of the journal")
	flag.Parse()
	if err := os.MkdirAll("data/journal", 0o700); err != nil {
		log.Fatal(err)
	}
	handler := web.Handler(cmp.Or(os.Getenv("NAME"), "me"), *journal, stock.New())
	server := &http.Server{Addr: *address, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		if err := server.Shutdown(context.Background()); err != nil {
			log.Print(err)
		}
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
