// Package stages holds the rules about base images and build stages.
package stages
