// Package other is of no use to the service.
package other
