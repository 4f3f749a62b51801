package shell

import (
	"strings"
	"testing"
)

// TestTooMuch looks at what is not given to the parser, which descends once for
// each bracket that is open.
func TestTooMuch(t *testing.T) {
	t.Parallel()
	rule := "#" + strings.Repeat("-", 78) + "\n"
	for name, tt := range map[string]struct {
		text string
		want bool
	}{
		"brackets":           {strings.Repeat("(", 9000), true},
		"brackets on lines":  {strings.Repeat("(\n", 9000), true},
		"keywords on lines":  {strings.Repeat("if\n", 9000), true},
		"prefix operators":   {"echo $((" + strings.Repeat("- ", 9000) + "1))", true},
		"negated tests":      {"[[ " + strings.Repeat("!\n", 9000) + "x ]]", true},
		"long":               {strings.Repeat("echo a\n", maxText/6), true},
		"long, brackets":     {strings.Repeat("(\")\"", maxLevels+1), true},
		"long, operators":    {"echo $((" + strings.Repeat("a = ", maxLevels) + "1))", true},
		"long, keywords":     {strings.Repeat("if \"fi\"\n", maxLevels+1), true},
		"long, of commands":  {strings.Repeat("command --flag /etc/a && \x00\x00", 30_000), false},
		"brackets closed":    {strings.Repeat("(a)\n", 9000), false},
		"keywords closed":    {strings.Repeat("if a; then b; fi\n", 9000), false},
		"rules of dashes":    {"cat > /a <<E\n" + strings.Repeat(rule+"# A SECTION\n"+rule+"\n", 60) + "E\n", false},
		"options":            {"a" + strings.Repeat(" --no-b", 9000), false},
		"quoted commands":    {strings.Repeat("echo `date`\n", 9000), false},
		"continued commands": {strings.Repeat("echo `date` && \x00\x00", 9000), false},
	} {
		if got := tooMuch(tt.text); (got != "") != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
