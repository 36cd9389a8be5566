// Shout says its arguments louder.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	marks := flag.Int("marks", 1, "how many exclamation marks")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: shout [--marks N] WORD...")
		os.Exit(2)
	}
	fmt.Println(louder(strings.Join(flag.Args(), " "), *marks))
}
