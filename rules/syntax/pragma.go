package syntax

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/pragma"
)

// misspeltKey returns what the key of a bad pragma of dlint should be; empty when
// that is not what is wrong.
func misspeltKey(p *lint.Pass, g *pragma.Pragma) string {
	if g.Tool != "dlint" || g.Key.Empty() || !strings.HasPrefix(g.Bad, "dlint knows no pragma") {
		return ""
	}
	key := strings.ToLower(p.Source.Slice(g.Key))
	switch key {
	case "disable", "ignore-next-line", "ignore-line", "disable-next-line":
		return "ignore"
	case "disable-file", "global":
		return "ignore-file"
	}
	return dockerfile.Nearest(key, []string{"ignore", "ignore-file", "ignore-stage"})
}

// removeName returns the fix that takes a name out of a pragma. It is safe only
// when nothing but the name is lost, and for dlint's own pragmas: another tool
// may still need its own.
func removeName(p *lint.Pass, g *pragma.Pragma, n *pragma.Name) lint.Fix {
	r, text := pragma.RemoveName(p.Tree(), g, n)
	fix := lint.Fix{
		Title:         "Remove " + n.Value,
		Applicability: lint.Unsafe,
		Edits:         []lint.Edit{lint.Replace(r, text)},
	}
	if g.Tool == "dlint" && (g.Reason == "" || len(g.Names) > 1) {
		fix.Applicability = lint.Safe
	}
	return fix
}
