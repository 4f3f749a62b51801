package packages

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
	"github.com/dlint/dlint/lint/source"
)

// systemPrograms are the package managers that do not care for the order of
// packages.
var systemPrograms = [...]string{"apt-get", "apt", "aptitude", "apk", "dnf", "dnf5", "yum", "microdnf", "tdnf", "zypper"}

// plainName reports whether a package is written as a single unquoted word.
func plainName(x *shell.Package) bool {
	w := &x.Word
	if w.Value == "" || strings.IndexFunc(w.Value, func(c rune) bool { return c <= ' ' || c > '~' }) >= 0 {
		return false // BuildKit takes a line of a no-break space for an empty one
	}
	return w.Static && w.Quote == shell.Unquoted && !w.Pattern && !x.IsFile && !x.IsDir && !x.IsURL &&
		w.Range.Len() == len(w.Value) && !strings.ContainsAny(w.Value, "{}@+*") && !strings.HasPrefix(w.Value, "-") && !strings.HasSuffix(w.Value, "-")
}

// onePerLine reports whether every word after the first stands on a line of its
// own, with nothing but a continuation between.
func onePerLine(p *lint.Pass, words []source.Range) bool {
	text := p.Source.Text
	for k := 1; k < len(words); k++ {
		between := text[words[k-1].End:words[k].Start]
		if strings.Count(between, "\n") != 1 || strings.Trim(between, " \t\r\n"+string(p.Tree().Escape)) != "" {
			return false
		}
	}
	return true
}
