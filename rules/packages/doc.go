// Package packages holds the rules about package managers: what they ask, what
// they install, and what they leave behind.
package packages
