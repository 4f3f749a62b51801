// Package size holds the rules about bytes that an image carries without need.
package size
