// Package stock knows what is on the shelves.
package stock

import "sync"

// A Shelf holds things by name.
type Shelf struct {
	mutex  sync.Mutex
	things map[string]int
}

// New gives an empty shelf.
func New() *Shelf {
	return &Shelf{things: map[string]int{}}
}

// Add puts count things on the shelf and tells how many are there then.
func (s *Shelf) Add(name string, count int) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.things[name] += count
	return s.things[name]
}
