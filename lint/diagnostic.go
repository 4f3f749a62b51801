package lint

import (
	"fmt"

	"github.com/dlint/dlint/lint/source"
)

// Severity says how much a finding matters. Its zero value is no severity: a
// rule that forgets to state one does not validate.
type Severity uint8

// The severities, from the least to the most.
const (
	Unset   Severity = iota
	Style            // taste; nothing gets worse
	Info             // worth knowing, often fine
	Warning          // likely wrong, slow, or wasteful
	Error            // broken, or a secret in the image
)

var severityNames = [...]string{"unset", "style", "info", "warning", "error"}

// String returns the name used in configurations and reports.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a name that String returns, except "unset".
func ParseSeverity(name string) (Severity, error) {
	for s := Style; s <= Error; s++ {
		if severityNames[s] == name {
			return s, nil
		}
	}
	return Unset, fmt.Errorf("unknown severity %q: use error, warning, info or style", name)
}

// Applicability says how far a fix can be trusted.
type Applicability uint8

// The applicabilities. The zero value is the careful one.
const (
	Manual Applicability = iota // shown, never applied in bulk
	Unsafe                      // may change what the image is or does
	Safe                        // same image, and nothing the author wrote is lost
)

var applicabilityNames = [...]string{"manual", "unsafe", "safe"}

// String returns the name used in reports.
func (a Applicability) String() string { return applicabilityNames[a] }

// Edit replaces the text of Range by New. An empty range inserts. New uses "\n"
// as its line end; applying it turns that into the file's own.
type Edit struct {
	Range source.Range
	New   string
}

// FileEdit is a change to a file other than the linted one, such as a new
// .dockerignore. Path is slash-separated and relative to the root of the build
// context. Create says that the file must not exist yet; then the only edit
// inserts the whole text at offset zero.
type FileEdit struct {
	Path   string
	Create bool
	Edits  []Edit
}

// Fix is one way to repair a finding. All its edits apply, or none does.
type Fix struct {
	// Title is a verb phrase: "Replace apt by apt-get".
	Title         string
	Applicability Applicability
	Edits         []Edit     // in the linted file, not overlapping
	Others        []FileEdit // in other files of the build context
}

// Related is another place that explains a finding. Path is empty for the
// linted file itself, otherwise relative to the root of the build context.
type Related struct {
	Path    string
	Range   source.Range
	Message string
}

// Diagnostic is a finding: what is wrong, where, and how to mend it.
type Diagnostic struct {
	Rule     *Rule    // set by Pass.Report
	Severity Severity // the rule's, unless the finding sets its own; then configured
	// Code names the finding more exactly than the rule does, where the rule
	// passes on the findings of another program: "SC2086". Pragmas and settings
	// reach such a finding by its code as well.
	Code  string
	Range source.Range
	// Message says what, why and what to do, in full sentences without a
	// trailing period. It never holds a secret.
	Message string
	Related []Related
	Fixes   []Fix // alternatives, the best first; at most one is applied
	Tag     Tag
}

// Name is what people call the finding by: its code, or the ID of its rule. It
// can be written in a pragma.
func (d *Diagnostic) Name() string {
	if d.Code != "" {
		return d.Code
	}
	return d.Rule.ID
}

// Aliases are other names for the finding: its code, or those of its rule.
func (d *Diagnostic) Aliases() []string {
	if d.Code != "" {
		return []string{d.Code}
	}
	return d.Rule.Aliases
}

// Tag marks a finding for an editor's special rendering.
type Tag uint8

// The tags of the Language Server Protocol.
const (
	NoTag Tag = iota
	Unnecessary
	Deprecated
)

// Fix returns the first fix that is at least as trustworthy as least, or nil.
func (d *Diagnostic) Fix(least Applicability) *Fix {
	for i := range d.Fixes {
		if d.Fixes[i].Applicability >= least {
			return &d.Fixes[i]
		}
	}
	return nil
}

// Insert returns an edit that inserts text at off.
func Insert(off int, text string) Edit { return Edit{source.Range{Start: off, End: off}, text} }

// Replace returns an edit that replaces r by text.
func Replace(r source.Range, text string) Edit { return Edit{r, text} }

// Delete returns an edit that removes r.
func Delete(r source.Range) Edit { return Edit{r, ""} }
