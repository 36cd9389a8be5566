package main

import "strings"

func louder(text string, marks int) string {
	return strings.ToUpper(text) + strings.Repeat("!", marks)
}
