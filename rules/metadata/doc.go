// Package metadata holds the rules about labels and other things that describe an
// image.
package metadata
