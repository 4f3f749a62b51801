package shell

import (
	"strings"

	"github.com/dlint/dlint/lint"
	"github.com/dlint/dlint/lint/shell"
)

// EchoEscape finds escape sequences given to echo.
var EchoEscape = &lint.Rule{
	ID:      "echo-escape",
	Summary: "Shells differ in what echo makes of a backslash",
	Aliases: []string{"SC2028"},
	Doc: `
The echo of bash prints \n as it is, that of dash makes it a new line: the same RUN
writes different files when the base image changes its shell. printf means the same
everywhere.

Only bash is reported, where the sequence comes out as it is written; the dash of
Debian does what is meant. It runs where shellcheck is not installed.
`,
	Bad:      "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN echo 'a\\nb' > /x\n",
	Good:     "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN printf 'a\\nb\\n' > /x\n",
	Severity: lint.Info,
	Scope:    lint.InInstruction,
	Since:    "0.1",
	Check: func(p *lint.Pass) {
		for _, c := range uncheckedCommands(p, "echo") {
			if c.Piece.Dialect != shell.Bash {
				continue
			}
			args := c.Args()
			if len(args) > 0 && strings.HasPrefix(args[0].Value, "-") && strings.Contains(args[0].Value, "e") {
				continue
			}
			for _, w := range args {
				k := escapeIn(w.Value)
				if k < 0 || !w.Static {
					continue
				}
				p.Report(lint.Diagnostic{
					Range:   w.Sub(k, k+2),
					Message: "echo prints this as it is written in bash: use printf",
				})
				break
			}
		}
	},
}

// escapeIn returns where the text holds \n, \t or the like, or -1.
func escapeIn(s string) int {
	for k := 0; k+1 < len(s); k++ {
		if s[k] != '\\' {
			continue
		}
		if strings.IndexByte("nrt0", s[k+1]) >= 0 {
			return k
		}
		k++
	}
	return -1
}
