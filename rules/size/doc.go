// Package size holds the rules about what an image carries without need.
package size
