// Package pragma reads the comments that switch rules off: dlint's own,
// hadolint's, and BuildKit's check directive.
package pragma

import "github.com/dlint/dlint/lint/source"

// Kind says what a pragma reaches.
type Kind uint8

// The kinds of pragmas.
const (
	Line  Kind = iota // the instruction below
	Stage             // the stage that holds it, or the next FROM's
	File              // the whole file
)

// Pragma is one comment that switches rules off.
type Pragma struct {
	Kind Kind
	// Tool is "dlint", "hadolint" or "check": whose notation it is.
	Tool  string
	Names []*Name
	// All says that every rule is meant (skip=all, ignore=all).
	All bool
	// Reason is what stands behind " -- ", trimmed.
	Reason string
	// Range is the comment, from '#' to its end.
	Range source.Range
	// Target is what it reaches: findings that start in it are hidden. A
	// pragma with nothing below it has an empty target.
	Target source.Range
	// Error is set for "# check=error=true": findings fail the build.
	Error bool
}

// Name is one rule named in a pragma.
type Name struct {
	Value string
	Range source.Range
}
