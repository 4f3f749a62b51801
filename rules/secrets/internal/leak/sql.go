package leak

import (
	"strings"

	"github.com/dlint/dlint/lint/dockerfile"
	"github.com/dlint/dlint/lint/shell"
)

// statements finds passwords in SQL: IDENTIFIED [WITH plugin] BY 'x',
// PASSWORD 'x', PASSWORD = 'x', PASSWORD('x').
func (s *scan) statements(ins *dockerfile.Instruction, c *shell.Command, t text) {
	if len(t.value) < 12 {
		return
	}
	lower := strings.ToLower(t.value)
	for i := 0; ; {
		n := strings.Index(lower[i:], "identified ")
		if n < 0 {
			break
		}
		i += n + len("identified ")
		end := i + len(statement(lower[i:]))
		if by := strings.Index(lower[i:end], "by "); by >= 0 && (by == 0 || lower[i+by-1] == ' ') {
			s.quoted(ins, c, t, i+by+len("by "), true)
		} else if as := strings.Index(lower[i:end], " as "); as >= 0 {
			s.quoted(ins, c, t, i+as+len(" as "), false)
		}
	}
	for i := 0; ; {
		n := strings.Index(lower[i:], "password")
		if n < 0 {
			return
		}
		i += n + len("password")
		if endsString(lower, i) {
			continue // 'password' => 'x', 'DB_PASSWORD', 'x'
		}
		s.quoted(ins, c, t, i, false)
	}
}

// endsString reports whether the word in front of i stands in quotes by itself,
// or is a variable at the end of a string.
func endsString(v string, i int) bool {
	if i >= len(v) || v[i] != '\'' && v[i] != '"' {
		return false
	}
	start := i
	for start > 0 && isKeyByte(v[start-1]) {
		start--
	}
	return start > 0 && (v[start-1] == v[i] || v[start-1] == '$')
}

// statement cuts a text off where its first statement ends.
func statement(v string) string {
	if i := strings.IndexByte(v, ';'); i >= 0 {
		return v[:i]
	}
	return v
}

// quoted judges the string in quotes that begins at i, behind blanks, = and (;
// bare says that it may have no quotes.
func (s *scan) quoted(ins *dockerfile.Instruction, c *shell.Command, t text, i int, bare bool) {
	v := t.value
	begin := i
	for i < len(v) && strings.IndexByte(" \t=(\\", v[i]) >= 0 {
		i++
	}
	if bare && strings.HasPrefix(strings.ToLower(v[min(i, len(v)):]), "password ") {
		i += len("password ")
	}
	if i+1 < len(v) && v[i] == 'N' && v[i+1] == '\'' {
		i++ // text of two bytes a character, in SQL Server
	}
	if i >= len(v) || i == begin && !bare && v[i] != '\'' {
		return
	}
	if v[i] == '\'' || v[i] == '"' {
		if end := strings.IndexAny(v[i+1:], "'\"\\"); end > 0 {
			s.inText(ins, c, t, i+1, i+1+end, "password", "password in a statement")
		}
		return
	}
	end := i
	for end < len(v) && strings.IndexByte(" \t\n;,)\"'\\", v[end]) < 0 {
		end++
	}
	if bare && isTypedPassword(v[i:end]) {
		s.inText(ins, c, t, i, end, "password", "password in a statement")
	}
}

// statementsIn looks for SQL among the arguments of a command.
func (s *scan) statementsIn(ins *dockerfile.Instruction, c *shell.Command) {
	args := c.Args()
	for k := range args {
		if v := args[k].Value; len(v) > 16 && strings.IndexByte(v, ' ') > 0 && mentionsSecret(v) || strings.Contains(v, "IDENTIFIED") || strings.Contains(v, "identified") {
			s.statements(ins, c, wordText(&args[k], 0))
		}
	}
}
