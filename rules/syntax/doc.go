// Package syntax holds the rules about how Dockerfiles are written.
package syntax
