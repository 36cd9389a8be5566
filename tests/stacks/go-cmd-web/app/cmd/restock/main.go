// Restock fills the shelves.
package main

import (
	"fmt"

	"example.com/shop/v2/internal/stock"
)

func main() {
	fmt.Println("there are now", stock.New().Add("apples", 12))
}
