// Package lint is the engine: documents with the views that all rules share, rules
// and what they find, and what runs the one over the other. It knows no rule.
package lint

// Rule is one check: what it looks for, how it explains itself, and the code.
// Every rule is a value of its own, never changed after the program has
// started.
type Rule struct {
	// ID is the name in the field's words, kebab-case, unique over all
	// categories: "secret-in-env". It says what is found and reads well after
	// "ignore".
	ID string
	// Category is the folder of the rule below rules/. The generated list sets
	// it.
	Category string
	// Summary is one line without a period.
	Summary string
	// Aliases are the codes under which other linters report the same thing
	// ("DL3064", "SecretsUsedInArgOrEnv"). They work wherever an ID does.
	Aliases []string
	// HasCode, for a rule whose findings carry a Code, tells which codes there
	// are.
	HasCode func(code string) bool
	// Doc explains why, what the fix does and what is not seen, in the syntax
	// of go/doc/comment: paragraphs, indented code, lists.
	Doc string
	// Bad is the smallest example that the rule finds, once; Good is the same
	// put right. Where the rule has a safe or unsafe fix, Good is what it makes of
	// Bad. Both are run by a test. Either a Dockerfile, or a txtar archive when
	// more files matter.
	Bad, Good string
	Severity  Severity
	// Off says why the rule does not run unless it is selected; empty for a rule
	// that is on.
	Off string
	// Fixable says that some finding of the rule carries a fix.
	Fixable bool
	// Preview marks a new rule that runs only when selected or with --preview.
	Preview bool
	// Since is the version of dlint that brought it: "0.1".
	Since string
	// Options returns a pointer to a fresh struct that holds the defaults of the
	// rule's options, with yaml tags and doc tags; nil when there are none.
	Options func() any
	// Scope says what else a finding depends on, for editors, which lint a file
	// again and again. The zero value is always right.
	Scope Scope
	// Beyond, unless nil, returns what the findings depend on beyond the scope: a
	// value that can be compared. When it has changed, the whole file is looked at.
	Beyond func(*Document) any
	// Check looks at a document and reports what it finds.
	Check func(*Pass)
	// Review, for rules about the findings of others (an unused pragma), runs
	// after every Check. A rule has one of the two.
	Review func(*Pass, *Outcome)
}

// Scope says how much of a file a finding depends on. The findings at an
// instruction, also at the comments above it, stay as they are while nothing in
// that scope changes.
type Scope uint8

// The scopes. What build arguments, the build context and configuration say
// counts in each of them.
const (
	// InFile is for rules that look at anything.
	InFile Scope = iota
	// InStage is the stage of the instruction, the stages it is built on or takes
	// files from, those that are built on it, and the instructions that take files
	// from it.
	InStage
	// InInstruction is the instruction itself with the comments above it, and what
	// is in force there: the base image, ARG, ENV, SHELL, USER and WORKDIR. A rule
	// with this scope looks at one instruction after the other.
	InInstruction
)
