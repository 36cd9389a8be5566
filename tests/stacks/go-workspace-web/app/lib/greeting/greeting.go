// Package greeting finds the words.
package greeting

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// For greets name.
func For(name string) string {
	return cases.Title(language.English).String("hello") + " " + name
}
