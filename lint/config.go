package lint

// Config says which rules run and how. The zero value runs every rule that is
// not off, each at its own severity.
type Config struct {
	// Rules are settings by rule ID, alias, "category/id", category, or "all";
	// the more special one wins.
	Rules map[string]Setting
	// Select, when not empty, runs these rules only, whether off or not. Ignore
	// switches rules off, whatever else is said. Both take the keys of Rules.
	Select, Ignore []string
	// Custom are rules that the configuration itself defines; they run beside those
	// that the engine is made with.
	Custom []*Rule
	// Preview runs rules that are still previews.
	Preview bool
	// NoPragmas ignores the comments that switch rules off.
	NoPragmas bool
}

// Setting is what a configuration says of a rule.
type Setting struct {
	Switch   Switch
	Severity Severity // Unset keeps the rule's own
	// Options replaces the defaults of Rule.Options; of the same type.
	Options any
	// Stages are names or numbers of stages whose findings are hidden.
	Stages []string
}

// Switch turns a rule on or off.
type Switch uint8

// The switches.
const (
	Default Switch = iota
	On
	Off
)
