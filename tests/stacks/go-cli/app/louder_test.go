package main

import "testing"

func TestLouder(t *testing.T) {
	if louder("a", 2) != "A!!" {
		t.Fail()
	}
}
