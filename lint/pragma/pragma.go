// Package pragma reads the comments that switch rules off: dlint's own,
// hadolint's, and BuildKit's check directive. It also says how to write and how
// to remove one.
package pragma

import "github.com/dlint/dlint/lint/source"

// Kind says what a pragma reaches.
type Kind uint8

// The kinds of pragmas.
const (
	Line  Kind = iota // the instruction below, or the one that holds it
	Stage             // the stage that holds it, or the next FROM's
	File              // the whole file
	Shell             // hides nothing: tells the shell of the RUNs below
)

// Pragma is one comment that switches rules off.
type Pragma struct {
	Kind Kind
	// Tool is "dlint", "hadolint", "tally" or "check": whose notation it is.
	Tool string
	// Names are the rules that are named, "all" included.
	Names []*Name
	// All says that every rule is meant (skip=all, ignore=all).
	All bool
	// Reason is what stands behind the names, " -- " dropped, trimmed.
	Reason string
	// Value is the shell of "# hadolint shell=/bin/bash"; empty for other kinds.
	Value string
	// Range is the comment, from '#' to its end.
	Range source.Range
	// Key marks the word that says what is meant, such as "ignore-file".
	Key source.Range
	// Target is what it reaches: findings that start in it are hidden. A
	// pragma with nothing below it, and one that BuildKit does not read, has an
	// empty target.
	Target source.Range
	// Error is set for "# check=error=true": findings fail the build.
	Error bool
	// Bad says what is wrong with the notation and what to write instead, as a
	// sentence without a period. Empty for a pragma that is well written. What
	// could be read of a bad one counts all the same.
	Bad string
}

// Name is one rule named in a pragma.
type Name struct {
	Value string
	Range source.Range
}
