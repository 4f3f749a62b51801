// Package cache holds the rules about the build cache: what makes steps run again
// that need not, and what would make them quicker when they do.
package cache
