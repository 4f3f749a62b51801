package manifest

import "strings"

// GoMod is a go.mod.
type GoMod struct {
	// Module is the module path, Go the language version: "1.22".
	Module, Go string
	// Requires are the paths of the required modules, indirect ones included.
	Requires []string
}

// ReadGoMod reads a go.mod.
func ReadGoMod(text string) GoMod {
	var m GoMod
	block := ""
	for line := range strings.SplitSeq(text, "\n") {
		line, _, _ = strings.Cut(line, "//")
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case block != "":
			if f[0] == ")" {
				block = ""
			} else if block == "require" {
				m.Requires = append(m.Requires, strings.Trim(f[0], `"`))
			}
		case len(f) == 2 && f[1] == "(":
			block = f[0]
		case len(f) >= 2 && f[0] == "module":
			m.Module = strings.Trim(f[1], `"`)
		case len(f) >= 2 && f[0] == "go":
			m.Go = f[1]
		case len(f) >= 2 && f[0] == "require":
			m.Requires = append(m.Requires, strings.Trim(f[1], `"`))
		}
	}
	return m
}
