// Package secrets holds the rules about passwords, tokens and keys that a build
// bakes into an image: into a layer, the configuration, or the history.
package secrets
