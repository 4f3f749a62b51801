// Package manifest reads the manifests and lock files of package managers, as
// far as the question goes of what a build writes and what a program needs. It
// reads text that it is given and touches no files. What a reader does not
// understand it leaves at its zero value.
package manifest
